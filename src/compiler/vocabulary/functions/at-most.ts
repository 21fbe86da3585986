/** Lengths that are known only at run time, bounded as the verifier wants to see it. */
import type { Lowering } from '../../4-lower/lowering.ts';
import type { ValueId } from '../../ir.ts';

/** Unsigned: a negative length is a very long one. */
export function atMost(l: Lowering, length: ValueId, limit: number): ValueId {
  const result = l.b.variable(BigInt(limit));
  const [shorter, on] = [l.b.block(), l.b.block()];
  l.b.branch('lt', length, BigInt(limit), shorter, on);
  l.b.switchTo(shorter);
  l.b.write(result, length);
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(result);
}
