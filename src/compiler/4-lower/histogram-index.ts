/** Which bucket a value falls in, computed by the program; the same answer as program/histogram.ts gives. */
import { histBucketCount, lhistBucketCount } from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import type { ValueId } from '../ir.ts';
import type { Lowering } from './lowering.ts';

/** Bucket 0 for negative values, then one a value up to 2N, then N a power of two. */
export function histIndex(l: Lowering, value: ValueId, bits: number): ValueId {
  const result = l.b.variable(0n);
  const [positive, small, large, on] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('sge', value, 0n, positive, on, { likely: 'then' });
  l.b.switchTo(positive);
  l.b.branch('lt', value, BigInt(2 ** (bits + 1)), small, large, { likely: 'otherwise' });
  l.b.switchTo(small);
  l.b.write(result, l.b.binary('add', value, 1n));
  l.b.jump(on);
  l.b.switchTo(large);
  const log = log2(l, value);
  // power = log - bits; index = 1 + N·power + (value >> power)
  const power = bits === 0 ? log : l.b.binary('sub', log, BigInt(bits));
  if (bits === 0) {
    l.b.write(result, l.b.binary('add', power, 2n));
  } else {
    const mantissa = l.b.binary('rsh', value, power);
    const sum = l.b.binary('add', l.b.binary('lsh', power, BigInt(bits)), mantissa);
    l.b.write(result, l.b.binary('add', sum, 1n));
  }
  l.b.jump(on);
  l.b.switchTo(on);
  return bounded(l, l.b.read(result), histBucketCount(bits));
}

/** Position of the highest bit, by halves. */
function log2(l: Lowering, value: ValueId): ValueId {
  const [rest, log] = [l.b.variable(value), l.b.variable(0n)];
  for (const step of [32n, 16n, 8n, 4n, 2n, 1n]) {
    const [halve, on] = [l.b.block(), l.b.block()];
    l.b.branch('ge', l.b.read(rest), 1n << step, halve, on);
    l.b.switchTo(halve);
    if (step !== 1n) l.b.write(rest, l.b.binary('rsh', l.b.read(rest), step));
    l.b.write(log, l.b.binary('add', l.b.read(log), step));
    l.b.jump(on);
    l.b.switchTo(on);
  }
  return l.b.read(log);
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
