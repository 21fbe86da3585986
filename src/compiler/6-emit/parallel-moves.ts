/**
 * The moves that stand for the phis of an edge happen at once; the machine has only one move after the other.
 * Orders them so that nothing is overwritten before it is read, with one temporary for each cycle.
 */
import type { Register } from './machine.ts';

export interface Move {
  readonly dst: Register;
  readonly src: Register;
}

/** Destinations are distinct. */
export function sequentialise(moves: readonly Move[], temporary: () => Register): Move[] {
  const pending = moves.filter((move) => move.dst !== move.src);
  const ordered: Move[] = [];
  while (pending.length > 0) {
    const free = pending.findIndex((move) => !pending.some((other) => other.src === move.dst));
    const next = pending[Math.max(free, 0)];
    if (!next) break;
    if (free >= 0) {
      ordered.push(next);
      pending.splice(free, 1);
      continue;
    }
    // Every destination is still to be read: save the first and let its readers read the copy.
    const copy = temporary();
    ordered.push({ dst: copy, src: next.dst });
    pending.forEach((move, index) => {
      if (move.src === next.dst) pending[index] = { dst: move.dst, src: copy };
    });
  }
  return ordered;
}
