/**
 * Reading the verifier's log. It is meant for people and its wording changes, but its shape has been stable since
 * 4.x: instructions as `12: (85) call …`, the complaint on the last line before the statistics.
 */
import type { VerifierReport } from './errors.ts';

/** Lines at the end that report cost, not cause. */
const statistics =
  /^(processed \d+ insns|verification time |stack depth |peak_states|total_states|mark_read)/;
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
  return {
    summary: summary || 'no reason given',
    log,
    instruction:
      instructionAt < 0 ? undefined : Number(instructionLine.exec(lines[instructionAt] ?? '')?.[1]),
    omittedLines: Math.max(0, lines.length - shown.length),
  };
}
