/** What is said about subprograms and loops, word by word. That they work is in tests/corpus and tests/property. */
import { describe, expect, it } from 'vitest';
import { fixtureFeatures, fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { compile } from '../compile.ts';
import { render } from '../messages/render.ts';

function said(source: string, features: readonly string[] = fixtureFeatures): string[] {
  const { diagnostics } = compile(source, fixtureTarget({ features }));
  return diagnostics
    .flatMap((diagnostic) => render(diagnostic).split('\n'))
    .filter((line) => /ERROR|WARNING|HINT/.test(line));
}

describe('subprograms', () => {
  it.each<[string, ...string[]]>([
    [
      'fn f($a : int64) : int64 { return "x"; } begin { print(1); }',
      'stdin:1:28-39: ERROR: Function f is of type int64, cannot return string[2]',
    ],
    [
      'fn f($a : int64) : int64 { return; } begin { _ = f(1); }',
      'stdin:1:28-35: ERROR: Function f is of type int64, cannot return void',
    ],
    [
      'fn f() : void { return 1; } begin { f(); }',
      'stdin:1:17-26: ERROR: Function f is of type void, cannot return int8',
    ],
    [
      'fn f() : int8 { return 300; } begin { print(f()); }',
      'stdin:1:17-28: ERROR: Function f is of type int8, cannot return int16',
    ],
    [
      'fn f($v : int32) : int32 { return $v; } begin { print(f("x")); }',
      'stdin:1:57-60: ERROR: Expected int32 for argument `v` got string[2]',
      'HINT: f($v : int32)',
    ],
    [
      'fn f($v : string[4]) : void { print($v); } begin { f("long"); }',
      'stdin:1:54-60: ERROR: Expected string[4] for argument `v` got string[5]',
      'HINT: f($v : string[4])',
    ],
    [
      'fn f($v : int32) : int32 { return $v; } begin { print(f(1, 2)); }',
      'stdin:1:55-62: ERROR: Function `f` requires 1 arguments, got only 2',
      'stdin:1:1-40: ERROR: This is the declaration.',
    ],
    [
      'fn f($v : int8) : void { print($v); } begin { $x = (int64)5; f($x); }',
      'stdin:1:64-66: WARNING: Expression of type: int64 being cast to type: int8. This may cause unexpected results. Use an explicit cast to suppress this warning.',
    ],
    [
      'fn a() : void { b(); } fn b() : void { a(); } begin { a(); }',
      'stdin:1:40-43: ERROR: Recursive function call detected. Call chain: a > b > a',
    ],
    [
      'fn f() : void { } fn f() : void { } begin { f(); }',
      'stdin:1:19-23: ERROR: Redefinition of function: f',
    ],
    ['fn print() : void { } begin { }', 'stdin:1:1-9: ERROR: Redefinition of function: print'],
    [
      'fn f($s : string) : void { } begin { f("a"); }',
      'stdin:1:6-17: ERROR: Invalid parameter type: string[0]',
    ],
    ['fn f() : count_t { } begin { f(); }', 'stdin:1:10-17: ERROR: Invalid return type: count_t'],
    [
      'fn f() : void { break; } begin { f(); }',
      "stdin:1:17-23: ERROR: 'break' statement is not allowed in a function",
    ],
    [
      'fn f() : void { $y = $x; } begin { $x = 1; f(); }',
      'stdin:1:22-24: ERROR: Undefined or undeclared variable: $x',
    ],
    [
      'fn f() : void { } begin { $x = f(); }',
      "stdin:1:27-35: ERROR: Value 'void' cannot be assigned to a scratch variable.",
    ],
    ['fn f() : void { } begin { g(); }', "stdin:1:27-30: ERROR: Unknown function: 'g'"],
  ])('%s', (source, ...lines) => expect(said(source)).toEqual(lines));

  it('says once what is wrong in a body that several probes call', () => {
    expect(said('fn f() : void { $x = nosuch; } begin { f(); } end { f(); f(); }')).toEqual([
      "stdin:1:22-28: ERROR: Unknown identifier: 'nosuch'",
    ]);
  });

  it('checks a body with the arguments of the probe that calls it', () => {
    expect(said('fn f() : void { print(arg0); } begin { f(); }')[0]).toMatch(
      /^stdin:1:23-27: ERROR: The arg0 builtin can (only|not)/,
    );
  });
});

describe('for loops', () => {
  it.each<[string, ...string[]]>([
    [
      't:raw_syscalls:sys_enter { for $i : 0..99 { print(args.id); } }',
      "stdin:1:51-55: ERROR: 'args' builtin is not allowed in a for-loop",
    ],
    [
      'i:s:1 { for $i : 0..99 { print(ctx); } }',
      "stdin:1:32-35: ERROR: 'ctx' builtin is not allowed in a for-loop",
    ],
    [
      'begin { for $i : 0..99 { exit(); } }',
      "stdin:1:26-32: ERROR: 'return' statement is not allowed in a for-loop",
    ],
    [
      'begin { for $i : 0..99 { $y = 1; } print($y); }',
      'stdin:1:42-44: ERROR: Undefined or undeclared variable: $y',
    ],
    [
      'begin { @x = 1; for $kv : @x { } }',
      'stdin:1:27-29: ERROR: @x has no explicit keys (scalar map), and cannot be used for iteration',
    ],
  ])('%s', (source, ...lines) => expect(said(source)).toEqual(lines));

  it('over a map needs a kernel that can', () => {
    expect(said('begin { @x[1] = 1; for $kv : @x { } }', ['ringbuf'])).toEqual([
      'stdin:1:20-36: ERROR: Missing required kernel feature: for_each_map_elem',
    ]);
  });
});
