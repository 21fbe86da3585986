/** Whatever the text, the parser ends, throws nothing, and either gives a tree or says what is wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand } from '../2-expand/expand.ts';
import { formatSource } from '../format/format.ts';
import { render } from '../messages/render.ts';
import { Reporter } from '../messages/reporter.ts';
import { parse } from './parse.ts';

function check(text: string): Reporter {
  const source = { name: 'stdin', text };
  const reporter = new Reporter();
  const ast = parse(source, reporter);
  expect(ast === undefined).toBe(reporter.hasErrors);
  for (const one of reporter.diagnostics) {
    const { start, end } = one.span!;
    expect(0 <= start && start <= end && end <= text.length).toBe(true);
    render(one);
  }
  if (!ast) return reporter;
  expand(ast, { reporter, positionals: ['1', 'x:$1'] });
  formatSource(source, new Reporter());
  return reporter;
}

const tokens =
  'begin kprobe:f u:"a b":c { } ( ) [ ] ; , : :: . .. -> @ @a $ $a $1 $# $0 1 0x 1e3 5ms 08 "s" "\\x "\\777" \' ` # #define \n // /* */ / ? ?: = == += <<= << >= && || & | ^ ~ ! + ++ - -- * % if else for while unroll let macro fn config import return break struct typeof sizeof offsetof comptime (uint8) (x) print f( _ = \x00 \xff \\'.split(
    ' ',
  );

describe('nonsense', () => {
  test('soups of tokens', () => {
    const soup = fc.array(fc.constantFrom(...tokens), { maxLength: 60 });
    const property = fc.property(
      soup,
      fc.constantFrom('', 'begin { ', 'macro m(x, $y) { ', 'config = { '),
      (words, head) => {
        check(head + words.join(' '));
        check(head + words.join(''));
      },
    );
    fc.assert(property, { numRuns: 1500 });
  });

  test('arbitrary bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((one) => Buffer.from(one).toString('latin1'));
    fc.assert(
      fc.property(bytes, (text) => void check(text)),
      { numRuns: 1000 },
    );
  });

  test('a program cut off or damaged anywhere', () => {
    const program =
      'config = { max_strlen = 64 }\nstruct S { int a; };\nmacro m($x, y) { $x += y; $x }\n' +
      'k:f /pid == 1 && (uint8)arg0 / 2/ { @a[1, "x\\n"] = count(); for ($i : 0..3) { print(($i, (a=1).a)); } if $1 { } else { m($v, 2) } }';
    for (let at = 0; at <= program.length; at++) {
      check(program.slice(0, at));
      check(program.slice(0, at) + program.slice(at + 1));
      check(`${program.slice(0, at)}}${program.slice(at)}`);
    }
  });
});

describe('depth', () => {
  const deep = 'stdin: syntax: expression is nested too deeply';
  const heads = (text: string) =>
    check(text).diagnostics.map((one) => `${one.span?.source.name}: ${one.message}`);

  test.each([
    ['parentheses', '(', 5000, '1', ')'],
    ['casts', '(uint8)', 5000, '1', ''],
    ['minus signs', '- ', 5000, '1', ''],
    ['blocks', '{', 5000, '1', '}'],
    ['calls', 'f(', 5000, '1', ')'],
    ['keys', '@[', 5000, '1', ']'],
    ['conditions', 'if 1 {} else ', 5000, '{}', ''],
    ['sums', '1 + ', 5000, '1', ''],
    ['members', '', 5000, '$a', '.a'],
    ['ternaries', '1 ? 2 : ', 5000, '3', ''],
    ['sizes', 'sizeof(', 5000, '1', ')'],
  ])('%s', (_, open, count, inner, close) => {
    const text = `begin { print(${open.repeat(count)}${inner}${close.repeat(count)}); }`;
    expect(heads(text)).toEqual([deep]);
  });

  test('what people write is not too deep', () => {
    expect(
      heads(`begin { print(${'('.repeat(80)}1${')'.repeat(80)}); print(${'1 + '.repeat(900)}1); }`),
    ).toEqual([]);
  });
});

test('time grows with the length of the text only', () => {
  // Time of the processor, the least of a few runs: the machine may have other things to do.
  const time = (text: string) =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const start = process.cpuUsage();
        parse({ name: 'stdin', text }, new Reporter());
        return process.cpuUsage(start).user / 1000;
      }),
    );
  const shapes: ((count: number) => string)[] = [
    (count) => `begin { ${'$a = (x * $b) ? 1 : 2; '.repeat(count)} }`,
    (count) => `begin { ${'/* c */ '.repeat(count)} }`,
    (count) => `begin { print(${'$1, '.repeat(count)}1); }`,
    (count) => `begin { f(${'x'.padEnd(count, '*')}); }`,
    (count) => `begin { ${'"\\n" + '.repeat(2)}"${'\\n'.repeat(count)}" }`,
    (count) => 'kprobe:f,\n'.repeat(count),
    (count) => `struct S { ${'int a; '.repeat(count)} };`,
  ];
  for (const shape of shapes) {
    time(shape(2000));
    const small = Math.max(5, time(shape(4000)));
    // A quadratic step would take 64 times as long.
    expect(time(shape(32_000))).toBeLessThan(small * 40);
  }
});
