/**
 * Formatting must not change what a program means: the formatted text parses to the same tree, and formatting
 * it again changes nothing. Checked on written programs and on generated trees.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../1-parse/parse.ts';
import { Copier } from '../2-expand/rewrite.ts';
import type {
  AssignTarget,
  BinaryOperator,
  Block,
  Expression,
  MapElement,
  ProgramAst,
  Span,
  Statement,
  TypeExpression,
} from '../ast.ts';
import { Reporter } from '../messages/reporter.ts';
import { format, formatSource } from './format.ts';

function parsed(text: string): ProgramAst {
  const reporter = new Reporter();
  const ast = parse({ name: 'stdin', text }, reporter);
  if (!ast) throw new Error(`${reporter.diagnostics.map((one) => one.message).join('\n')}\n${text}`);
  return ast;
}

/** Makes the differences on purpose: keys that are a tuple, and a value at the end of a body. */
class Canonical extends Copier {
  override expression(expression: Expression): Expression {
    const copy = super.expression(expression);
    return copy.kind === 'map-element' ? withoutTuple(copy) : copy;
  }

  override target(target: AssignTarget, compound: boolean): AssignTarget {
    const copy = super.target(target, compound);
    return copy.kind === 'map-element' ? withoutTuple(copy) : copy;
  }

  override statement(statement: Statement): Statement {
    const copy = super.statement(statement);
    return 'body' in copy ? { ...copy, body: this.body(copy.body) } : copy;
  }

  body(block: Block): Block {
    const copy = this.block(block);
    if (!copy.value) return copy;
    const last = { kind: 'expression-statement', expression: copy.value, span: copy.value.span } as const;
    return { ...copy, statements: [...copy.statements, last], value: undefined };
  }
}

function withoutTuple(element: MapElement): MapElement {
  const [only] = element.keys;
  const isTuple = element.keys.length === 1 && only?.kind === 'tuple' && only.elements.length > 1;
  return isTuple ? { ...element, keys: only.elements } : element;
}

/** Canonical and without places, to be compared. */
function canonical(program: ProgramAst): unknown {
  const copier = new Canonical();
  const copy: ProgramAst = {
    ...program,
    macros: program.macros.map((one) => ({ ...one, body: copier.block(one.body) })),
    subprograms: program.subprograms.map((one) => ({ ...one, body: copier.body(one.body) })),
    probes: program.probes.map((one) => ({
      ...one,
      predicate: one.predicate && copier.expression(one.predicate),
      body: copier.body(one.body),
    })),
  };
  return JSON.parse(
    JSON.stringify(copy, (key, value) => {
      if (/span$/i.test(key)) return undefined;
      return typeof value === 'bigint' ? String(value) : value;
    }),
  );
}

const programs = [
  'begin { print(1) }',
  'BEGIN{$a=1;$b=0x1_0;@c[(1,2)]=5ms;@d[1,"x"]=count()}',
  'kprobe:vfs_read, kretprobe:vfs_read, /pid == 1 / { @ = hist(arg2) }',
  'begin / 4 / 2 == 2 / { print(1); }',
  'begin /*c*/ / *(uint8*)$p / { }',
  'begin { $b = 2; $b == 2 ? 1 : 2 }',
  'begin { ($b == 2) ? f() : g(); ($x) ?: 3; }',
  'begin { if $a { } else if ($b > 1) { print("x\\n\\x01") } else { } while $a { } while ($a > 3) { break } }',
  'begin { for $i : (-2)..f(3) { continue } for ($kv : @m) { print($kv.0) } unroll 3 { } }',
  'begin { let $a; let $b : struct task_struct *; let $c : typeof($a)[4] = (uint8[4])5; _ = $a + 1; }',
  'begin { print(sizeof(struct a)); print(sizeof((x))); print(sizeof(x[3])); print(offsetof(struct a, b.c)); }',
  'begin { print((1,)); print(()); print((a=1, if="x")); print({ let $q = 3; $q * 2 }); }',
  'begin { $f = if (1) { 2 } else { 3 }; print((if (1) { 2 } else { 3 }) + 1) }',
  'begin { - -$a; -(-5); !~$a; *&$a; &@m; $a++; --@b; (x)*$a; (pid)*tid; comptime (1 + 2); $a->b.c[1].2 }',
  'begin { print($1 + $#); str($2); (@)[1]; @[1][2]; }',
  'begin { $a += 1; $b <<= 2; @c[1] ^= 3; return $a }',
  '#!/usr/bin/env kscope\n#define A 5\n#include <linux/x.h>\nstruct S { int a; char b[4]; };\nbegin { print(A) }',
  'config = { max_strlen = 64; stack_mode=perf; license="GPL"; cpp_demangle=false }\nimport "a.bt"; begin { }',
  'let @a = hash(100); let @b = lruhash(5) macro m($x, @y, z) { $x += z; @y } fn f($a : int32) : void { }',
  'u:"/a b/c,d":"x::y" { } uprobe:./p@p.c:9 { } name=begin { }',
  'begin { printf("%s %s %s %s\\n", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", $a + 1, f(x)); }',
];

describe('written programs', () => {
  test.each(programs)('%s', (text) => {
    const once = formatSource({ name: 'stdin', text }, new Reporter())!;
    expect(canonical(parsed(once))).toEqual(canonical(parsed(text)));
    expect(formatSource({ name: 'stdin', text: once }, new Reporter())).toBe(once);
  });

  test('the canonical form', () => {
    const text =
      'config={max_strlen=64}BEGIN,end/pid==1&&tid==2/{if(1){print(1)}else{$a->b=="x"?1:2}@a[(1,2)]+=0x10}macro m($a){$a}';
    expect(formatSource({ name: 'stdin', text }, new Reporter())).toBe(
      [
        'config = {',
        '  max_strlen = 64;',
        '}',
        '',
        'BEGIN,',
        'end',
        '/(pid == 1) && (tid == 2)/',
        '{',
        '  if (1) {',
        '    print(1)',
        '  } else {',
        '    ($a.b == "x") ? 1 : 2',
        '  }',
        '  @a[1, 2] += 0x10;',
        '}',
        '',
        'macro m($a)',
        '{',
        '  $a',
        '}',
        '',
      ].join('\n'),
    );
  });

  test('comments stay with what they are about', () => {
    const text = [
      '/* A',
      ' * tool. */',
      'begin {',
      '  // first',
      '  $a = 1; // one',
      '  /* inside */ $b = 2;',
      '  // last',
      '}',
      '// end',
    ].join('\n');
    expect(formatSource({ name: 'stdin', text }, new Reporter())).toBe(
      [
        '// A',
        '// tool.',
        'begin',
        '{',
        '  // first',
        '  $a = 1; // one',
        '  // inside',
        '  $b = 2;',
        '  // last',
        '}',
        '',
        '// end',
        '',
      ].join('\n'),
    );
  });

  test('syntax errors are reported', () => {
    const reporter = new Reporter();
    expect(formatSource({ name: 'stdin', text: 'begin {' }, reporter)).toBeUndefined();
    expect(reporter.hasErrors).toBe(true);
  });
});

const span: Span = { source: { name: 'made', text: '' }, start: 0, end: 0 };

const operators: readonly BinaryOperator[] = [
  '||',
  '&&',
  '|',
  '^',
  '&',
  '==',
  '<',
  '<<',
  '-',
  '+',
  '*',
  '/',
  '%',
];

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const name = fc.constantFrom('a', 'pid', 'x', 'if_', '_b');
  const leaf: fc.Arbitrary<Expression> = fc.oneof(
    fc.bigInt(0n, (1n << 64n) - 1n).map((value) => ({ kind: 'integer', value, span }) as const),
    fc
      .string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
        maxLength: 5,
      })
      .map((value) => ({ kind: 'string', value, span }) as const),
    name.map((name) => ({ kind: 'identifier', name, span }) as const),
    name.map((name) => ({ kind: 'variable', name, span }) as const),
    name.map((name) => ({ kind: 'map', name: `@${name}`, span }) as const),
  );
  const any = tie('expression');
  const variable = name.map((name) => ({ kind: 'variable', name, span }) as const);
  const block = fc.tuple(fc.array(any, { maxLength: 2 }), fc.option(any, { nil: undefined })).map(
    ([before, value]) =>
      ({
        kind: 'block',
        statements: before.map((expression) => ({ kind: 'expression-statement', expression, span }) as const),
        value,
        span,
      }) as const,
  );
  const type: fc.Arbitrary<TypeExpression> = fc.tuple(fc.constantFrom('x', 'uint8'), fc.boolean()).map(
    ([name, pointer]) =>
      ({
        kind: 'type-name',
        tag: pointer ? undefined : 'struct',
        name,
        suffixes: pointer ? [{ kind: 'pointer' }] : [],
        span,
      }) as const,
  );
  const shapes: fc.Arbitrary<Expression>[] = [
    fc
      .tuple(fc.constantFrom(...operators), any, any)
      .map(([op, left, right]) => ({ kind: 'binary', op, left, right, span }) as const),
    fc
      .tuple(fc.constantFrom('-', '!', '~', '*' as const), any)
      .map(([op, operand]) => ({ kind: 'unary', op, operand, span }) as const),
    fc
      .tuple(any, fc.option(any, { nil: undefined }), any)
      .map(
        ([condition, then, otherwise]) => ({ kind: 'ternary', condition, then, otherwise, span }) as const,
      ),
    fc.tuple(type, any).map(([type, operand]) => ({ kind: 'cast', type, operand, span }) as const),
    fc
      .tuple(any, name)
      .map(([object, name]) => ({ kind: 'field', object, name, nameSpan: span, span }) as const),
    fc.tuple(any, any).map(([object, index]) => ({ kind: 'index', object, index, span }) as const),
    fc
      .tuple(any, fc.bigInt(0n, 99n))
      .map(([object, index]) => ({ kind: 'tuple-access', object, index, span }) as const),
    fc
      .tuple(fc.constantFrom('++', '--' as const), fc.boolean(), variable)
      .map(([op, prefix, target]) => ({ kind: 'update', op, prefix, target, span }) as const),
    variable.map((target) => ({ kind: 'address-of', target, span }) as const),
    any.map((operand) => ({ kind: 'comptime', operand, span }) as const),
    fc.array(any, { maxLength: 3 }).map((elements) => ({ kind: 'tuple', elements, span }) as const),
    fc
      .tuple(name, fc.array(any, { maxLength: 3 }))
      .map(([name, args]) => ({ kind: 'call', name, args, span }) as const),
    fc
      .array(any, { minLength: 1, maxLength: 2 })
      .map((keys) => ({ kind: 'map-element', map: { kind: 'map', name: '@m', span }, keys, span }) as const),
    any.map((value) => ({ kind: 'record', fields: [{ name: 'f', value, span }], span }) as const),
    fc.oneof(any, type).map((of) => ({ kind: 'sizeof', of, span }) as const),
    block.map((block) => ({ kind: 'block-expression', block, span }) as const),
    fc
      .tuple(any, block, fc.option(block, { nil: undefined }))
      .map(([condition, then, otherwise]) => ({ kind: 'if', condition, then, otherwise, span }) as const),
  ];
  return { expression: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, ...shapes) };
});

describe('generated trees', () => {
  test('any expression, in a predicate and as a statement, survives printing and parsing', () => {
    const point = {
      kind: 'attach-point',
      label: undefined,
      parts: ['begin'],
      atParts: [],
      text: 'begin',
      span,
    } as const;
    const property = fc.property(expression, expression, (predicate, value) => {
      const statements = [
        { kind: 'expression-statement', expression: value, span },
        { kind: 'assign', target: { kind: 'variable', name: 'v', span }, op: undefined, value, span },
      ] as const;
      const body = { kind: 'block', statements, value: undefined, span } as const;
      const program: ProgramAst = {
        kind: 'program',
        cDefinitions: [],
        config: undefined,
        imports: [],
        mapDeclarations: [],
        macros: [],
        subprograms: [],
        probes: [{ kind: 'probe', attachPoints: [point], predicate, body, span }],
        span,
      };
      expect(canonical(parsed(format(program)))).toEqual(canonical(program));
    });
    fc.assert(property, { numRuns: 400 });
  });
});
