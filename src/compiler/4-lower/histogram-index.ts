/** Which bucket a value falls in, computed by the program; the same answer as program/histogram.ts gives. */
import { histBucketCount, lhistBucketCount } from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import type { ValueId } from '../ir.ts';
import type { Lowering } from './lowering.ts';

/** Bucket 0 for negative values, then one a value up to 2N, then N a power of two. */
export function histIndex(l: Lowering, value: ValueId, bits: number): ValueId {
  const result = l.b.variable(0n);
  const [positive, on] = [l.b.block(), l.b.block()];
  l.b.branch('sge', value, 0n, positive, on, { likely: 'then' });
  l.b.switchTo(positive);
  if (bits === 0) {
    // One a power of two, zero being one of them: the highest bit of 2n + 1.
    const odd = l.b.binary('or', l.b.binary('lsh', value, 1n), 1n);
    l.b.write(result, l.b.binary('add', log2(l, odd), 1n));
  } else {
    l.b.write(result, fineIndex(l, value, bits));
  }
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(result);
}

function fineIndex(l: Lowering, value: ValueId, bits: number): ValueId {
  const result = l.b.variable(0n);
  const [small, large, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('lt', value, BigInt(2 ** (bits + 1)), small, large, { likely: 'otherwise' });
  l.b.switchTo(small);
  l.b.write(result, l.b.binary('add', value, 1n));
  l.b.jump(on);
  l.b.switchTo(large);
  // power = log - bits; index = 1 + N·power + (value >> power)
  const power = l.b.binary('sub', log2(l, value), BigInt(bits));
  const mantissa = l.b.binary('rsh', value, power);
  const sum = l.b.binary('add', l.b.binary('lsh', power, BigInt(bits)), mantissa);
  l.b.write(result, l.b.binary('add', sum, 1n));
  l.b.jump(on);
  l.b.switchTo(on);
  return bounded(l, l.b.read(result), histBucketCount(bits));
}

/** The products of this number with 2^n - 1, n from 1 to 64, differ in their upper six bits. */
const multiplier = 0x03f6eaf2cd271461n;
const numberOfLogs = 64;

/**
 * Position of the highest bit of a number that is not 0, without branches: what is measured varies, so that branches
 * would be guessed wrong, and each would be another path for the verifier. All bits below the highest are set, and
 * the number that comes of it is looked up by a perfect hash.
 */
function log2(l: Lowering, value: ValueId): ValueId {
  let filled = value;
  for (const step of [1n, 2n, 4n, 8n, 16n, 32n])
    filled = l.b.binary('or', filled, l.b.binary('rsh', filled, step));
  const place = l.b.binary('rsh', l.b.binary('mul', filled, multiplier), 58n);
  const table = l.b.mapValue(l.program.table('log2', logTable()));
  const log = l.b.load(1, l.b.binary('add', table, place), 0, { invariant: true });
  // Always so; the verifier does not know what the table holds.
  return l.b.binary('and', log, BigInt(numberOfLogs - 1));
}

function logTable(): Uint8Array {
  const table = new Uint8Array(numberOfLogs);
  for (let log = 0; log < numberOfLogs; log++) {
    const filled = (2n << BigInt(log)) - 1n;
    table[Number(BigInt.asUintN(64, filled * multiplier) >> 58n)] = log;
  }
  return table;
}

/** The verifier must see that the index stays inside; the branch is never taken the wrong way. */
function bounded(l: Lowering, index: ValueId, count: number): ValueId {
  const result = l.b.variable(index);
  const [beyond, on] = [l.b.block(), l.b.block()];
  l.b.branch('gt', index, BigInt(count - 1), beyond, on, { likely: 'otherwise' });
  l.b.switchTo(beyond);
  l.b.write(result, 0n);
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(result);
}

type Linear = Extract<AggregateType, { kind: 'lhist' }>;

/** Bucket 0 below min, then the steps, the last for everything from the last boundary up. Signed. */
export function lhistIndex(l: Lowering, value: ValueId, type: Linear): ValueId {
  const last = lhistBucketCount(type) - 1;
  const boundary = type.min + BigInt(last - 1) * type.step;
  const result = l.b.variable(0n);
  const [above, over, inside, on] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('sge', value, type.min, above, on, { likely: 'then' });
  l.b.switchTo(above);
  l.b.branch('sge', value, boundary, over, inside, { likely: 'otherwise' });
  l.b.switchTo(over);
  l.b.write(result, BigInt(last));
  l.b.jump(on);
  l.b.switchTo(inside);
  const steps = l.b.binary('div', type.min === 0n ? value : l.b.binary('sub', value, type.min), type.step);
  l.b.write(result, l.b.binary('add', steps, 1n));
  l.b.jump(on);
  l.b.switchTo(on);
  return bounded(l, l.b.read(result), last + 1);
}
