import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FunctionBuilder, type Operand } from '../../ir/builder.ts';
import { evaluateIr } from '../../ir/evaluate.ts';
import { printFunction } from '../../ir/print.ts';
import { verifyIr } from '../../ir/verify.ts';
import type { BinaryOp, CompareOp, IrFunction, UnaryOp, ValueId, Width } from '../../ir.ts';
import { optimise } from '../../passes.ts';

const contextAddress = 0x9000n;
const binaryOps: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'sdiv',
  'mod',
  'smod',
  'and',
  'or',
  'xor',
  'lsh',
  'rsh',
  'arsh',
];
const unaryOps: readonly UnaryOp[] = [
  'neg',
  'sext8',
  'sext16',
  'sext32',
  'zext8',
  'zext16',
  'zext32',
  'bswap16',
  'bswap32',
  'bswap64',
];
const compareOps: readonly CompareOp[] = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'sgt',
  'sge',
  'slt',
  'sle',
  'set',
];
/** Where rules begin and end to apply: powers of two, masks, extension distances, and their neighbours. */
const constants = [
  0n,
  1n,
  2n,
  3n,
  4n,
  7n,
  8n,
  16n,
  24n,
  31n,
  32n,
  48n,
  56n,
  63n,
  64n,
  255n,
  256n,
  0xffffn,
  0x10000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  1n << 62n,
  1n << 63n,
  -1n,
  -2n,
  -8n,
  -0x8000_0000n,
  0x8000_0000n - 1n,
  0xff00n,
];

type Expression =
  | { kind: 'input'; size: 1 | 2 | 4 | 8; signed: boolean; slot: number }
  | { kind: 'constant'; value: bigint }
  | { kind: 'binary'; operator: BinaryOp; width: Width; a: Expression; b: Expression }
  | { kind: 'unary'; operator: UnaryOp; a: Expression }
  | { kind: 'compare'; operator: CompareOp; width: Width; a: Expression; b: Expression };

const { expression } = fc.letrec<{ expression: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('input'),
        size: fc.constantFrom(1, 2, 4, 8),
        signed: fc.boolean(),
        slot: fc.nat(1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('constant'), value: fc.constantFrom(...constants) }),
    },
  ) as fc.Arbitrary<Expression>,
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    { weight: 1, arbitrary: tie('leaf') },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('binary'),
        operator: fc.constantFrom(...binaryOps),
        width: fc.constantFrom(32, 64, 64),
        a: tie('expression'),
        b: tie('leaf'),
      }) as fc.Arbitrary<Expression>,
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('unary'),
        operator: fc.constantFrom(...unaryOps),
        a: tie('expression'),
      }) as fc.Arbitrary<Expression>,
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('compare'),
        operator: fc.constantFrom(...compareOps),
        width: fc.constantFrom(32, 64, 64),
        a: tie('expression'),
        b: tie('leaf'),
      }) as fc.Arbitrary<Expression>,
    },
  ),
}));

function build(b: FunctionBuilder, e: Expression): Operand {
  switch (e.kind) {
    case 'input':
      return b.load(e.size, b.parameters[0] as ValueId, 8 * e.slot, { signed: e.signed, invariant: true });
    case 'constant':
      return e.value;
    case 'unary':
      return b.unary(e.operator, build(b, e.a));
    case 'binary':
      return b.binary(e.operator, build(b, e.a), build(b, e.b), e.width);
    case 'compare':
      return b.compare(e.operator, build(b, e.a), build(b, e.b), e.width);
  }
}

/** The value, its outcome as a branch, and its low bytes through memory. */
function functionOf(e: Expression): IrFunction {
  const b = new FunctionBuilder('f', 1);
  const value = b.value(build(b, e));
  b.store(2, b.parameters[0] as ValueId, 16, value);
  const [yes, no] = [b.block(), b.block()];
  b.branch('ne', value, 0n, yes, no);
  b.switchTo(yes);
  b.ret(value);
  b.switchTo(no);
  b.ret(1000n);
  return b.finish();
}

function run(fn: IrFunction, inputs: readonly bigint[]): string {
  const bytes = new Uint8Array(24);
  new BigUint64Array(bytes.buffer).set(inputs);
  const result = evaluateIr(
    { functions: [fn] },
    { args: [contextAddress], regions: [{ address: contextAddress, bytes }] },
  );
  return `${result} ${bytes.join()}`;
}

const input = fc.oneof(
  fc.constantFrom(...constants).map((c) => BigInt.asUintN(64, c)),
  fc.bigInt(0n, 2n ** 64n - 1n),
);

describe('folding', () => {
  it('keeps the value of any expression', () => {
    fc.assert(
      fc.property(
        expression,
        fc.array(fc.tuple(input, input), { minLength: 6, maxLength: 6 }),
        (e, inputs) => {
          const fn = functionOf(e);
          const [folded] = optimise({ functions: [fn] }).functions as [IrFunction];
          verifyIr({ functions: [folded] });
          for (const pair of inputs) expect(run(folded, pair)).toBe(run(fn, pair));
        },
      ),
      { numRuns: 1500 },
    );
  });

  const x = (size: 1 | 2 | 4 | 8 = 8, signed = false): Expression => ({
    kind: 'input',
    size,
    signed,
    slot: 0,
  });
  const n = (value: bigint): Expression => ({ kind: 'constant', value });
  const binary = (operator: BinaryOp, a: Expression, b: Expression, width: Width = 64): Expression => ({
    kind: 'binary',
    operator,
    width,
    a,
    b,
  });
  const unary = (operator: UnaryOp, a: Expression): Expression => ({ kind: 'unary', operator, a });
  const compare = (operator: CompareOp, a: Expression, b: Expression): Expression => ({
    kind: 'compare',
    operator,
    width: 64,
    a,
    b,
  });

  /** The instructions left of `return e`, values renamed away. */
  function remains(e: Expression): string {
    const b = new FunctionBuilder('f', 1);
    b.ret(b.value(build(b, e)));
    const [fn] = optimise({ functions: [b.finish()] }).functions as [IrFunction];
    return printFunction(fn)
      .split('\n')
      .slice(2, -1)
      .map((line) =>
        line
          .replace(/^ +v\d+ = /, '')
          .replace(/ (invariant|\[v0\])/g, '')
          .replace(/v\d+/g, 'v'),
      )
      .join('; ');
  }

  it.each([
    ['x * 8', binary('mul', x(), n(8n)), 'load u64; 3; lsh64 v, v'],
    ['x / 4', binary('div', x(), n(4n)), 'load u64; 2; rsh64 v, v'],
    ['x % 16', binary('mod', x(), n(16n)), 'load u64; 15; and64 v, v'],
    ['x / 0', binary('div', x(), n(0n)), '0'],
    ['x % 0', binary('mod', x(), n(0n)), 'load u64'],
    ['unsigned byte / 4 as signed division', binary('sdiv', x(1), n(4n)), 'load u8; 2; rsh64 v, v'],
    ['(x + 1) - 1', binary('sub', binary('add', x(), n(1n)), n(1n)), 'load u64'],
    ['x - x', binary('sub', x(), x()), '0'],
    ['3 + x', binary('add', n(3n), x()), 'load u64; 3; add64 v, v'],
    ['x & 0xffffffff', binary('and', x(), n(0xffff_ffffn)), 'load u64; zext32 v'],
    ['mask of a byte', binary('and', x(1), n(0xffn)), 'load u8'],
    ['extension of a byte', unary('zext32', x(1)), 'load u8'],
    ['extension of a signed byte', unary('sext32', x(1, true)), 'load s8'],
    ['(x << 48) >> 48', binary('rsh', binary('lsh', x(), n(48n)), n(48n)), 'load u64; zext16 v'],
    ['(x >> 3) >> 4', binary('rsh', binary('rsh', x(), n(3n)), n(4n)), 'load u64; 7; rsh64 v, v'],
    ['truncation of a sum', unary('zext32', binary('add', x(), n(5n))), 'load u64; 5; add32 v, v'],
    ['byte < 256', compare('lt', x(1), n(256n)), '1'],
    ['!(x < 5)', compare('eq', compare('lt', x(), n(5n)), n(0n)), 'load u64; 5; compare ge64 v, v'],
    ['(x & 4) != 0', compare('ne', binary('and', x(), n(4n)), n(0n)), 'load u64; 4; compare set64 v, v'],
    ['x + 3 == 10', compare('eq', binary('add', x(), n(3n)), n(10n)), 'load u64; 7; compare eq64 v, v'],
    ['x < 1', compare('lt', x(), n(1n)), 'load u64; 0; compare eq64 v, v'],
    ['int > 0', compare('sgt', x(4, true), n(0n)), 'load u32; 0; compare sgt32 v, v'],
    ['x >= 2^40', compare('ge', x(), n(1n << 40n)), 'load u64; 40; rsh64 v, v; 0; compare ne64 v, v'],
  ] as const)('%s', (_, e, expected) => {
    // Constants may come before what they are used with.
    const sorted = (text: string) => text.split('; ').sort().join('; ');
    expect(sorted(remains(e))).toBe(sorted(expected));
  });
});
