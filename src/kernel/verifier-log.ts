/**
 * Reading the verifier's log. It is meant for people and its wording changes, but its shape has been stable since
 * 4.x: instructions as `12: (85) call …`, the complaint on the last line before the statistics.
 */
import type { VerifierReport } from './errors.ts';

/** Lines at the end that report cost or registers, not cause. */
const statistics =
  /^(processed \d+ insns|verification time |stack depth |peak_states|total_states|mark_read|(?:cur|old) state:)/;
/**
 * Complaints that are about the size of a program: the verifier walks every way through it, a million steps at most.
 * A loop that it cannot see the end of is walked round by round, until it comes back to the same state.
 */
const limits: readonly (readonly [complaint: RegExp, remedy: string])[] = [
  [
    /BPF program is too large|sequence of \d+ jumps is too complex|too many states|too many subprograms/,
    'It follows every way through a program. Split the probe, unroll less, or use a for loop over a range instead of while',
  ],
  [
    /infinite loop detected|loop is not bounded/,
    'It must be able to see that each loop ends: use a for loop over a range, with break',
  ],
  [/combined stack size of \d+ calls/, 'Use fewer or smaller strings, tuples and arrays at the same time'],
];
const instructionLine = /^(\d+): \([0-9a-f]{2}\)/;

/** What matters in `log`: the complaint, after the instruction it is about when that precedes it. */
export function parseVerifierLog(log: string): VerifierReport {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !statistics.test(line));
  const complaint = lines.findLastIndex((line) => !instructionLine.test(line));
  const instructionAt = lines.findLastIndex((line) => instructionLine.test(line));
  const adjacent = instructionAt >= 0 && Math.abs(complaint - instructionAt) <= 1;
  const shown = adjacent
    ? [lines[instructionAt], lines[complaint]]
    : [lines[complaint >= 0 ? complaint : instructionAt]];
  const summary = shown.filter((line) => line !== undefined).join(' → ');
  const limit = limits.find(([complaint]) => complaint.test(summary))?.[1];
  return {
    ...(limit === undefined ? {} : { limit }),
    summary: summary || 'no reason given',
    log,
    instruction:
      instructionAt < 0 ? undefined : Number(instructionLine.exec(lines[instructionAt] ?? '')?.[1]),
    omittedLines: Math.max(0, lines.length - shown.length),
  };
}
