/** How diagnostics look, and what must hold for every message of the catalogue. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Source, Span } from '../ast.ts';
import { didYouMean, editDistance } from './did-you-mean.ts';
import { messages } from './messages.ts';
import { lineText, positionOf, toSourceRange } from './position.ts';
import { render, renderPlain, renderRange } from './render.ts';
import { Reporter } from './reporter.ts';

const source = (text: string, name = 'stdin'): Source => ({ name, text });

function spanOf(of: Source, text: string, expandedFrom?: Span): Span {
  const start = of.text.indexOf(text);
  const span = { source: of, start, end: start + text.length };
  return expandedFrom ? { ...span, expandedFrom } : span;
}

function rendered(report: (reporter: Reporter) => void, color = false): string {
  const reporter = new Reporter();
  report(reporter);
  return reporter
    .inDisplayOrder()
    .map((one) => render(one, { color }))
    .join('\n');
}

describe('render', () => {
  test('tabs are shown as four spaces, above and below', () => {
    const script = source('begin {\n\t$x = 1;\n\tprint($y);\n}');
    const text = rendered((reporter) =>
      reporter.error(spanOf(script, '$y'), messages.undefinedVariable('$y')),
    );
    expect(text).toBe(
      ['stdin:3:8-10: ERROR: Undefined or undeclared variable: $y', '    print($y);', '          ~~'].join(
        '\n',
      ),
    );
  });

  test('a place of several lines is shown whole, without tildes', () => {
    const script = source('begin { print(1 +\n   nosuch(2,\n   3)); }');
    const span = spanOf(script, 'nosuch(2,\n   3)');
    expect(rendered((reporter) => reporter.error(span, messages.unknownFunction('nosuch')))).toBe(
      "stdin:2-3: ERROR: Unknown function: 'nosuch'\n   nosuch(2,\n   3)); }",
    );
  });

  test('the way out of a macro', () => {
    const script = source('macro m(x) { nosuch(x) }\nbegin { m(1); }');
    const span = spanOf(script, 'nosuch(x)', spanOf(script, 'm(1)'));
    expect(rendered((reporter) => reporter.error(span, messages.unknownFunction('nosuch')))).toBe(
      [
        "stdin:1:14-23: ERROR: Unknown function: 'nosuch'",
        'macro m(x) { nosuch(x) }',
        '             ~~~~~~~~~',
        'stdin:2:9-13: ERROR: expanded from',
        'begin { m(1); }',
        '        ~~~~',
      ].join('\n'),
    );
  });

  test('notes have the severity of their message, and the hint comes last', () => {
    const script = source('begin { let $v = 1; let $v = 2; }');
    const first = { source: script, start: 8, end: 14 };
    const text = rendered((reporter) =>
      reporter.warning({ source: script, start: 20, end: 26 }, messages.variableShadowed('$v'), {
        notes: [{ message: 'This is the initial declaration.', span: first }],
        hint: 'take another name',
      }),
    );
    expect(text.split('\n')).toEqual([
      'stdin:1:21-27: WARNING: Variable $v was already declared. Variable shadowing is not allowed.',
      'begin { let $v = 1; let $v = 2; }',
      '                    ~~~~~~',
      'stdin:1:9-15: WARNING: This is the initial declaration.',
      'begin { let $v = 1; let $v = 2; }',
      '        ~~~~~~',
      'HINT: take another name',
    ]);
  });

  test('the end of the text has a place without width', () => {
    const script = source('begin');
    const text = rendered((reporter) =>
      reporter.error({ source: script, start: 5, end: 5 }, messages.expectedToken('{')),
    );
    expect(text).toBe("stdin:1:6-6: ERROR: syntax: expected '{'\nbegin\n     ");
  });

  test('colour paints the head alone', () => {
    const script = source('x');
    const text = rendered(
      (reporter) => reporter.error(spanOf(script, 'x'), messages.expectedExpression()),
      true,
    );
    expect(text).toBe('\x1b[31mstdin:1:1-2: ERROR: syntax: expected expression\x1b[0m\nx\n~');
    expect(renderPlain('warning', 'w', { color: true })).toBe('\x1b[33mWARNING: w\x1b[0m');
  });

  test('run-time warnings: details below the head, excerpt only with a source', () => {
    const script = source('begin { @a[1] = 1; }');
    const range = toSourceRange(spanOf(script, '@a[1] = 1'));
    const details = ['Additional Info - helper: map_update_elem, retcode: -7'];
    expect(renderRange('warning', 'Map full', range, { details, sourceOf: () => script })).toBe(
      [
        'stdin:1:9-18: WARNING: Map full',
        'Additional Info - helper: map_update_elem, retcode: -7',
        'begin { @a[1] = 1; }',
        '        ~~~~~~~~~',
      ].join('\n'),
    );
    expect(renderRange('error', 'x 1', range)).toBe('stdin:1:9-18: ERROR: x 1');
  });
});

describe('reporter', () => {
  test('errors are shown before warnings, repetitions dropped, warnings on demand', () => {
    const span = spanOf(source('begin'), 'begin');
    const report = (reporter: Reporter) => {
      reporter.warning(span, messages.valueDiscarded());
      reporter.error(span, messages.expectedExpression());
      reporter.error(span, messages.expectedExpression());
    };
    const all = new Reporter();
    report(all);
    expect(all.inDisplayOrder().map((one) => one.severity)).toEqual(['error', 'warning']);
    expect(all.errorCount).toBe(1);
    const quiet = new Reporter({ noWarnings: true });
    report(quiet);
    expect(quiet.diagnostics.map((one) => one.code)).toEqual(['expected-expression']);
  });

  test('the same place reached through two calls is two places', () => {
    const script = source('a b c');
    const reporter = new Reporter();
    for (const call of ['b', 'c']) {
      reporter.error(spanOf(script, 'a', spanOf(script, call)), messages.expectedExpression());
    }
    expect(reporter.errorCount).toBe(2);
  });
});

describe('catalogue', () => {
  test('every code is unique and in kebab case', () => {
    const codes = Object.values(messages).map((one) => one.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test('no two areas use one name', async () => {
    const folder = new URL('./catalogue/', import.meta.url);
    const areas = await Promise.all(
      readdirSync(folder).map((file) => import(`./catalogue/${file.replace(/\.ts$/, '')}.ts`)),
    );
    const exported = areas
      .flatMap((area) => Object.values<object>(area))
      .flatMap((table) => Object.values(table));
    const builders = exported.filter((one) => typeof one === 'function' && 'code' in one);
    expect(builders.length).toBe(Object.keys(messages).length);
  });

  test.each([
    [messages.invalidOperand('-', 'bool'), "The - operator can not be used on expressions of type 'bool'"],
    [
      messages.invalidOperand('<', 'string[2]', 'string[2]'),
      'The < operator can not be used on expressions of types string[2], string[2]',
    ],
    [messages.exactArguments('f', 0, 1), 'f() requires no arguments (1 provided)'],
    [messages.exactArguments('f', 1, 0), 'f() requires one argument (0 provided)'],
    [messages.tooManyArguments('exit', 1, 2), 'exit() takes up to one argument (2 provided)'],
    [messages.tooManyArguments('print', 3, 4), 'print() takes up to 3 arguments (4 provided)'],
    [messages.partCount('uprobe', [2, 3], 1), 'uprobe probe type requires 2 or 3 arguments, found 1'],
    [messages.partCount('begin', [0], 1), 'begin probe type requires 0 arguments, found 1'],
  ])('%o', (message, text) => {
    expect(message.text).toBe(text);
  });

  test('hints belong to messages', () => {
    const copy = messages.copyAggregate('count_t', '@n = count();', { target: '@n', source: '@m' });
    expect(copy.hint).toBe(
      'Add a cast to integer if you want the value of the aggregate, e.g. `@n = (int64)@m;`.',
    );
    expect(messages.copyAggregate('hist_t', '@n = hist(retval);', undefined)).not.toHaveProperty('hint');
  });
});

describe('positions', () => {
  test('lines and columns count from one, and a line ends before its newline', () => {
    const text = source('ab\n\ncd');
    expect([0, 2, 3, 4, 6].map((offset) => positionOf(text, offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 3, column: 1 },
      { line: 3, column: 3 },
    ]);
    expect([1, 2, 3, 4].map((line) => lineText(text, line))).toEqual(['ab', '', 'cd', '']);
  });
});

describe('suggestions', () => {
  test('distance counts changes, swapped neighbours as one', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('pritn', 'print')).toBe(1);
  });

  test('only a near name is suggested', () => {
    const names = ['print', 'printf', 'hist', 'strlen'];
    expect(didYouMean('pritnf', names)).toBe('printf');
    expect(didYouMean('strlne', names)).toBe('strlen');
    expect(didYouMean('nosuch', names)).toBeUndefined();
    expect(didYouMean('x', names)).toBeUndefined();
  });
});
