/**
 * Test workers are ended, not asked to end, so what they built stays behind in folders with their process numbers.
 * Those of processes that are gone are removed before and after a run.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.kscope-test', import.meta.url));

export function setup(): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /\d+$/.exec(name)?.[0];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(`${folder}/${name}`, { recursive: true, force: true });
  }
}

export const teardown = setup;
