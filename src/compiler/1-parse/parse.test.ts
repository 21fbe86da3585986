/**
 * The syntax errors of the language, with text and columns: one line an example, the program and what it says.
 */
import { describe, expect, test } from 'vitest';
import { positionOf } from '../messages/position.ts';
import { Reporter } from '../messages/reporter.ts';
import { parse } from './parse.ts';

function errorsOf(text: string): string[] {
  const source = { name: 'stdin', text };
  const reporter = new Reporter();
  const tree = parse(source, reporter);
  expect(tree === undefined).toBe(reporter.hasErrors);
  return reporter.diagnostics.map((one) => {
    const span = one.span!;
    const start = positionOf(source, span.start);
    return `${start.line}:${start.column}-${start.column + span.end - span.start}: ${one.message}`;
  });
}

const rejected: readonly (readonly [program: string, ...errors: string[]])[] = [
  ['begin { print(1e); }', '1:15-17: syntax: invalid trailing bytes: 1e'],
  ['begin { print(1e0); }', '1:15-18: syntax: invalid trailing bytes: 1e0'],
  ['begin { print(0b101); }', "1:16-20: syntax: invalid integer suffix 'b101'"],
  ['begin { print(08); }', '1:15-17: syntax: invalid trailing bytes: 08'],
  ['begin { print(0x); }', '1:15-17: syntax: invalid integer: '],
  ['begin { print(5x); }', "1:16-17: syntax: invalid integer suffix 'x'"],
  ['begin { print(1_); }', '1:15-17: syntax: trailing underscore in integer literal'],
  ['begin { print(10e2); }', '1:15-19: syntax: coefficient part of scientific literal must be 1-9: 10e2'],
  [
    'begin { print(99999999999999999999); }',
    '1:15-35: syntax: overflow error, maximum value is 18446744073709551615: 99999999999999999999',
  ],
  [
    'begin { print(5000000000u); }',
    '1:15-26: syntax: overflow error, maximum value is 4294967295: 5000000000u',
  ],
  [
    'begin { print(300000000000h); }',
    '1:15-28: syntax: overflow error, maximum value is 18446744073709551615: 300000000000h',
  ],
  ['begin { print(10U); }', '1:15-18: syntax: invalid trailing bytes: 10U'],
  [
    'begin { print(10UL); print(10LL); print(0x10u); print(1e3s); print(0x10s); }',
    '1:15-19: syntax: invalid trailing bytes: 10UL',
  ],
  ['begin { print(1e3s); print(0x1ms); }', "1:31-33: syntax: expected ')'", "1:31-33: syntax: expected ';'"],
  [
    "begin { print('a'); }",
    '1:15-16: syntax: expected expression',
    "1:15-16: syntax: expected ')'",
    "1:15-16: syntax: expected ';'",
  ],
  ['begin { printf("\\q\\n"); }', "1:18-19: syntax: invalid escape character '\\q'"],
  ['begin { print("\\400"); }', "1:16-20: syntax: octal escape sequence out of range '\\400'"],
  ['begin { print("\\xzz"); }', '1:18-20: syntax: invalid hex escape sequence'],
  [
    'begin { print("abc\ndef"); }',
    '2:1-4: syntax: unterminated string',
    "2:1-4: syntax: expected ')'",
    "2:1-4: syntax: expected ';'",
  ],
  [
    'begin { print("abc); }',
    '1:23-23: syntax: unterminated string',
    "1:23-23: syntax: expected ')'",
    "1:23-23: syntax: expected ';'",
  ],
  [
    'begin { $x = 5; $p = &$x; print(*$p); @m = 7; $q = &@m; print(*$q); *$p = 6; }',
    "1:73-74: syntax: expected ';'",
  ],
  ['begin { print(1) print(2) }', "1:18-23: syntax: expected ';'"],
  ['begin { 1 + }', '1:13-14: syntax: expected expression'],
  ['begin { $a == 1; $b=2; $b == 2 ? print("t") : print("f"); }', "1:32-33: syntax: expected ';'"],
  ['begin { $b=2; $b == 2 ? print("t") : print("f"); }', "1:23-24: syntax: expected ';'"],
  ['begin { ; }', '1:9-10: syntax: expected expression'],
  [
    'begin { $a = (1,2); $a.0 = 5; }',
    '1:21-29: syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.',
  ],
  ['begin { $a = (x=1,x=2); }', '1:19-22: syntax: Named argument list already contains name: x'],
  ['macro w { 1 }\nbegin { w; }', "1:9-10: syntax: expected '('"],
  ['fn f($a) : int64 { return 1; }\nbegin { f(5); }', "1:8-9: syntax: expected ':'"],
  [
    'let @a = hash(-5);\nbegin { print(1); }',
    '1:15-16: syntax: expected positive integer for map declaration max entries',
  ],
  ['let @a = hash(1k); begin { @a[1] = 1; }', "1:16-17: syntax: invalid integer suffix 'k'"],
  [
    'config = { max_strlen=-5 } begin { }',
    '1:23-24: syntax: expected string, int, boolean, or ident',
    "1:23-24: syntax: expected ';'",
  ],
  [
    'config = { max_strlen=5 } config = { max_strlen=5 } begin { }',
    '1:27-33: syntax: duplicate config block',
  ],
  [
    'begin { } config = { max_strlen=5 } begin { }',
    '1:11-17: syntax: config must appear before probes and functions',
  ],
  ['config { } begin {}', "1:8-9: syntax: expected '='"],
  ['config = { max_strlen=5, a=1 } begin { print(1); }', "1:24-25: syntax: expected ';'"],
  ['begin { $a = 5; for ($kv : $a) { print($kv); } }', '1:32-33: syntax: expected map or range in for loop'],
  ['begin { for ($i : -2..5) { } }', '1:19-20: syntax: expected expression'],
  ['i:ms:$1 { print(probe); exit(); } -- 5', "1:38-39: syntax: expected '{'"],
  ['begin', "1:6-6: syntax: expected '{'"],
  ['typedef int x; begin { }', "1:9-12: syntax: expected '{'"],
  ['begin { let $z : typeof(uint16*) = (uint16*)4; $t : uint8 = 4; }', "1:51-52: syntax: expected ';'"],
  [
    'begin { $a = 1; $b = &$a; print(*$b); @m[1] = 5; print(&@m > 0); print(&@m[1]); }',
    "1:75-76: syntax: expected ')'",
    "1:78-79: syntax: expected ';'",
  ],
  ['begin { print(&5); }', '1:16-17: syntax: address-of operator (&) can only be used on a map or variable'],
  ['begin { 5++; }', '1:10-12: syntax: increment/decrement requires a variable or map'],
  ['begin { let @a = 1; }', "1:13-15: syntax: expected variable after 'let'"],
  ['begin { $1x = 5; }', "1:11-12: syntax: expected ';'"],
  ['begin { @1x = 5; }', "1:10-12: syntax: expected ';'"],
  [
    'begin { $ = 5; }',
    "1:9-10: syntax: expected identifier after '$'",
    '1:9-10: syntax: unexpected input in block',
  ],
  ['begin { if 1 print(1); }', "1:14-19: syntax: expected '{'"],
  ['begin { if (1) print(1); }', "1:16-21: syntax: expected '{'"],
  [
    'begin { print((1)); print(((1,2))); print((1,2,)); print((a=1,)); }',
    '1:63-64: syntax: expected identifier',
  ],
  ['begin { print(1,); }', '1:17-18: syntax: expected expression'],
  ['begin { print(@x[1,]); }', '1:20-21: syntax: expected expression'],
  ['macro m(x) { x } begin { m(1) = 2; }', "1:31-32: syntax: expected ';'"],
  ['begin { @x[1][2] = 3; }', '1:9-21: syntax: invalid assignment target'],
  [
    'begin { print("a" + "b"); print("abc" + 1); print("abc"[1]); print("a" "b"); }',
    "1:72-73: syntax: expected ')'",
    "1:72-73: syntax: expected ';'",
  ],
  ['begin { config = 5; }', "1:16-17: syntax: expected ';'"],
  [
    'begin { $a = 5; if ($a == 5 && comm == "x") { print("y"); } while $a > 3 { $a--; } }',
    "1:70-71: syntax: expected '{'",
  ],
  ['begin { if 1 { } else 5 }', "1:23-24: syntax: expected '{' or 'if' after 'else'"],
  ['begin { print($0); }', '1:15-17: syntax: param $0 is out of integer range [1, 9223372036854775807]'],
  ['begin { print(1);', "1:18-18: syntax: expected '}'"],
  ['begin { /* open', '1:9-11: syntax: unterminated comment'],
  [
    'kprobe:$x { }',
    '1:1-10: invalid trailing character for positional param: x. Try quoting this entire part if this is intentional e.g. "$x".',
  ],
  ['begin { for @x : 0..3 { } }', '1:13-15: syntax: expected variable'],
  ['macro m(pid) { 1 } begin { }', "1:9-12: syntax: builtin 'pid' can't be used as a macro argument"],
];

describe('rejected programs', () => {
  test.each(rejected)('%s', (program, ...errors) => {
    expect(errorsOf(program)).toEqual(errors);
  });
});
