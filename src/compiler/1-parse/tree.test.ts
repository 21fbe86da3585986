/**
 * What the accepted forms mean. Expressions are compared through the formatter, which puts every nested binary
 * operator in parentheses and so shows the tree.
 */
import { describe, expect, test } from 'vitest';
import { format } from '../format/format.ts';
import { Reporter } from '../messages/reporter.ts';
import { parse, parseExpressionText } from './parse.ts';

function programOf(text: string, positionals: readonly string[] = []) {
  const reporter = new Reporter();
  const ast = parse({ name: 'stdin', text }, reporter, { positionals });
  if (!ast) throw new Error(reporter.diagnostics.map((one) => one.message).join('\n'));
  return ast;
}

const expressionOf = (text: string) => parseExpressionText({ name: 'stdin', text }, new Reporter())!;

function shown(expression: string): string {
  const text = format(programOf(`begin { _ = ${expression}; }`));
  return /_ = (.*);/s.exec(text)![1]!;
}

describe('precedence', () => {
  test.each([
    ['1 || 0 && 0', '1 || (0 && 0)'],
    ['1 | 2 ^ 3 & 1', '1 | (2 ^ (3 & 1))'],
    ['1 << 2 + 1', '1 << (2 + 1)'],
    ['5 & 3 == 3', '5 & (3 == 3)'],
    ['1 < 2 == true', '(1 < 2) == true'],
    ['1 - 2 - 3', '(1 - 2) - 3'],
    ['1 + 2 * 3 % 4', '1 + ((2 * 3) % 4)'],
    ['!0 + 1', '!0 + 1'],
    ['- -5', '-(-5)'],
    ['-$a.b', '-$a.b'],
    ['$a++ + ++$a', '$a++ + ++$a'],
    ['$a-- - --$a', '$a-- - --$a'],
    ['a ? b : c ? d : e', 'a ? b : c ? d : e'],
    ['a ? b ? c : d : e', 'a ? (b ? c : d) : e'],
    ['a ?: b ?: c', 'a ?: b ?: c'],
    ['(uint8)$a + 1', '(uint8)$a + 1'],
    ['(uint8)$a.b', '(uint8)$a.b'],
    ['$p->a.b', '$p.a.b'],
    ['a&&b', 'a && b'],
    ['a& &$b', 'a & &$b'],
  ])('%s', (text, tree) => {
    expect(shown(text)).toBe(tree);
  });
});

describe('casts and groups', () => {
  test.each([
    ['(x)*$a', 'cast'],
    ['(x)-1', 'cast'],
    ['(x)"a"', 'cast'],
    ['(x)(1, 2)', 'cast'],
    ['(x)!y', 'cast'],
    ['(x)&$y', 'cast'],
    ['(x*)1', 'cast'],
    ['(struct x *)1', 'cast'],
    ['(x[4])1', 'cast'],
    ['(typeof($a))300', 'cast'],
    ['(pid)*tid', 'binary'],
    ['(args)-1', 'binary'],
    ['(arg0)*2', 'binary'],
    ['(x)', 'identifier'],
    ['(x) & y', 'binary'],
    ['(x) && $y', 'binary'],
    ['(x) != y', 'binary'],
    ['(x)[1]', 'index'],
    ['(x).a', 'field'],
    ['(x)->a', 'field'],
    ['(x[4])', 'index'],
    ['(x == 1)', 'binary'],
    ['(x = 1)', 'record'],
    ['(1)', 'integer'],
    ['(1,)', 'tuple'],
    ['()', 'tuple'],
    ['(1.5)', 'tuple-access'],
  ])('%s is a %s', (text, kind) => {
    expect(expressionOf(text).kind).toBe(kind);
  });

  test.each([
    ['sizeof(x)', 'type-name'],
    ['sizeof(x*)', 'type-name'],
    ['sizeof(x[3])', 'type-name'],
    ['sizeof(struct x)', 'type-name'],
    ['sizeof(typeof($a))', 'type-of'],
    ['sizeof(x())', 'call'],
    ['sizeof((x))', 'identifier'],
    ['sizeof(x * y)', 'binary'],
    ['sizeof(pid)', 'identifier'],
    ['sizeof($a)', 'variable'],
    ['typeinfo(x)', 'type-name'],
  ])('%s is of a %s', (text, kind) => {
    const expression = expressionOf(text);
    expect('of' in expression && expression.of.kind).toBe(kind);
  });
});

describe('literals', () => {
  test.each([
    ['0777', 511n],
    ['0x1_0', 16n],
    ['0XfF', 255n],
    ['1_000', 1000n],
    ['1E3', 1000n],
    ['9e18', 9_000_000_000_000_000_000n],
    ['1e3s', 1_000_000_000_000n],
    ['5ms', 5_000_000n],
    ['2h', 7_200_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['10ull', 10n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
  ])('%s', (text, value) => {
    expect(expressionOf(text)).toMatchObject({ kind: 'integer', value });
  });

  test('strings hold bytes', () => {
    expect(expressionOf('"a\\x41\\101\\t|\\x4|\\0|\\"\\\\\xe9"')).toMatchObject({
      value: 'aAA\t|\x04|\0|"\\\xe9',
    });
  });
});

describe('statements', () => {
  const kinds = (body: string) => {
    const { body: block } = programOf(`begin { ${body} }`).probes[0]!;
    return [
      ...block.statements.map((one) => one.kind),
      ...(block.value ? [`value ${block.value.kind}`] : []),
    ];
  };

  test.each([
    ['$a = 1; @b += 2; @c[1] <<= 3', ['assign', 'assign', 'assign']],
    ['_ = f(); _', ['discard', 'value identifier']],
    ['if 1 { } if (1) { } else { } $a = 1', ['expression-statement', 'expression-statement', 'assign']],
    ['if 1 { } ++$a; { } -1;', Array(4).fill('expression-statement')],
    ['{ 1 } { 2 };', ['expression-statement', 'expression-statement']],
    ['$a ? 1 : 2', ['value ternary']],
    ['f() ? g() : h(); 1', ['expression-statement', 'value integer']],
    ['for $i : 0..3 { } for ($k : @m) { } while 1 { } unroll (1+1) { }', ['for', 'for', 'while', 'unroll']],
    ['let $a; let $b : string[4] = "a"', ['let', 'let']],
    ['return', ['return']],
    ['break; continue', ['break', 'continue']],
    ['import "a.bt";', ['import']],
  ])('%s', (body, expected) => {
    expect(kinds(body)).toEqual(expected);
  });

  test('words with a meaning are names elsewhere', () => {
    const { body } = programOf('begin { $let = 1; @for = 2; $r = (if=1, let=2); print($r.if) }').probes[0]!;
    expect(body.statements).toHaveLength(3);
  });
});

describe('attach points', () => {
  const points = (text: string, ...positionals: string[]) =>
    programOf(text, positionals).probes[0]!.attachPoints.map(({ parts, atParts, label }) => ({
      parts,
      atParts,
      label,
    }));
  const plain = (...parts: string[]) => ({ parts, atParts: [], label: undefined });

  test.each([
    ['begin{}', [plain('begin')]],
    ['begin/1/{}', [plain('begin')]],
    ['begin,end{}', [plain('begin'), plain('end')]],
    ['i:ms:1,\n// c\ni:ms:2, /* d */ / 1 / {}', [plain('i', 'ms', '1'), plain('i', 'ms', '2')]],
    ['uprobe:/bin/sh:f+0x1{}', [plain('uprobe', '/bin/sh', 'f+0x1')]],
    ['u:"/a b,c:d":cpp:"x::y\\"z"{}', [plain('u', '/a b,c:d', 'cpp', 'x::y"z')]],
    ['kprobe:foo/*c*/{}', [plain('kprobe', 'foo/*c*/')]],
    [': { }', [plain('', '')]],
  ])('%s', (text, expected) => {
    expect(points(text)).toEqual(expected);
  });

  test('source locations, labels, parameters', () => {
    expect(points('uprobe:./p@p.c:9:1{}')[0]).toEqual({
      parts: ['uprobe', './p', 'p.c', '9', '1'],
      atParts: [2],
      label: undefined,
    });
    expect(points('mine=k:f{}')[0]).toEqual({ parts: ['k', 'f'], atParts: [], label: 'mine' });
    expect(points('$1:$2+4{}', 'k:mod', 'f')[0]).toEqual(plain('k', 'mod', 'f+4'));
    expect(points('k:"$1"{}', 'x')[0]).toEqual(plain('k', '$1'));
    expect(points('k:$1{}', '$1')[0]?.parts[0]).toBe('k');
  });

  test('a slash before a block closes the predicate, others divide', () => {
    const predicate = (text: string) => programOf(text).probes[0]!.predicate;
    expect(predicate('begin / 4 / 2 == 2 / { }')).toMatchObject({ op: '==', left: { op: '/' } });
    expect(predicate('begin /1/{ }')).toMatchObject({ kind: 'integer' });
    expect(predicate('begin { print(4 / {2}) }')).toBeUndefined();
  });
});

test('the top level', () => {
  const ast = programOf(
    '#!/bin/x\n#define A 5\nstruct S { char c; /* } */ } __attribute__((packed));\nconfig = { a = 1; B = "x"; c = true; d = e }\n' +
      'import "x.bt";\nlet @m = hash(1e3)\nmacro f($a, @b, c) { c }\nfn g($x : int32*) : void { }\nbegin { }',
  );
  expect(ast.cDefinitions.map((one) => one.text)).toEqual([
    '#define A 5',
    'struct S { char c; /* } */ } __attribute__((packed));',
  ]);
  expect(ast.config?.entries.map((one) => one.value.kind)).toEqual([
    'integer',
    'string',
    'boolean',
    'identifier',
  ]);
  expect(ast.imports[0]?.path).toBe('x.bt');
  expect(ast.mapDeclarations[0]).toMatchObject({ name: '@m', type: 'hash', maxEntries: 1000n });
  expect(ast.macros[0]?.parameters.map((one) => one.form)).toEqual(['variable', 'map', 'expression']);
  expect(ast.subprograms[0]?.parameters[0]?.type).toMatchObject({
    name: 'int32',
    suffixes: [{ kind: 'pointer' }],
  });
  expect(ast.probes).toHaveLength(1);
});
