/** `debugf` writes to the kernel's trace pipe, where other tools of the kernel write too (ftrace's trace_marker). */
import { writeFileSync } from 'node:fs';
import { tracefsCandidates } from '../kernel/tracefs.ts';

/** Without tracefs there is no such pipe, and nothing is written. */
export function writeTraceMarker(text: string): void {
  for (const path of tracefsCandidates) {
    try {
      writeFileSync(`${path}/trace_marker`, text, 'latin1');
      return;
    } catch {
      // Not mounted there, or not ours to write.
    }
  }
}
