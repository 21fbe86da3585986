/** Which loops become functions of their own: decided from the loop alone, since several phases have to agree. */
import type { Target } from '../../program/target.ts';
import type { IsFunction, Loop } from '../3-check/variable-uses.ts';

/** Rounds that are as well run in place: the verifier walks through each of them. */
const inlineRounds = 16;

export function isFunctionLoop(target: Target): IsFunction {
  return (loop) => {
    if (loop.op === 'for-map') return true;
    // Among the rounds of another loop the verifier knows no values that would tell it where this one ends.
    if (loop.op === 'while') return loop.inFor && target.has('loop');
    const rounds = constantRounds(loop);
    return target.has('loop') && (rounds === undefined || rounds > inlineRounds);
  };
}

/** The number of rounds where both ends are written down; may be negative. */
export function constantRounds({ start, end }: Extract<Loop, { op: 'for-range' }>): bigint | undefined {
  return start.op === 'constant' && end.op === 'constant' ? end.value - start.value : undefined;
}
