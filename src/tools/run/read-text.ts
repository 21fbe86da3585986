/** Files of /proc and /sys come and go with what they tell of: one that is not there has no text. */
import { readFileSync } from 'node:fs';

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
