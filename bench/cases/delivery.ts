/**
 * A line for every system call of a `dd bs=1` loop, written to a file: how many arrive, how fast, and what the loop
 * pays for it.
 */
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../lib/case.ts';
import { untilFiring } from '../lib/run-statistics.ts';
import { Running } from '../lib/running.ts';

const program = 'tracepoint:raw_syscalls:sys_enter /comm == "dd"/ { printf("%s %d\\n", comm, args->id); }';
/** Bytes that dd copies: two calls for each. */
const counts = { full: 500_000, short: 50_000 };
/** No line for so long after the loop: all are there. */
const quietMs = 300;
const firstEvents = 200;

export const delivery: Case = {
  name: 'a line for every call of dd',
  metrics: {
    'share of lines lost': { unit: '', better: 'less', most: 0 },
    'lines a second': { unit: '', better: 'more', bar: 1 },
    'loop slower by a factor of': { unit: '', better: 'less', bar: 1, most: 3 },
  },
  short: true,
  rounds: ({ name }, { rounds }) => (name === 'kscope' ? rounds : Math.min(2, rounds)),
  measure: async (tracer, { workload, options }) => {
    const count = options.short ? counts.short : counts.full;
    const outputFile = join(workload.folder, 'lines');
    const untraced = workload.dd(count);
    await using running = new Running(tracer, program, { outputFile });
    await untilFiring(running, firstEvents, () => workload.loop('lseek', firstEvents));
    const begin = Date.now();
    const traced = workload.dd(count);
    const last = await lastWrite(outputFile);
    await running.interrupt();
    const lines = await linesStarting('dd ', outputFile);
    return {
      'share of lines lost': Math.max(0, 1 - lines / (2 * count)),
      'lines a second': (lines * 1000) / (last - begin),
      'loop slower by a factor of': traced / untraced,
    };
  },
};

/** When the file last grew, in milliseconds. */
async function lastWrite(path: string): Promise<number> {
  for (let size = -1; ; ) {
    const now = statSync(path);
    if (now.size === size) return now.mtimeMs;
    size = now.size;
    await delay(quietMs);
  }
}

async function linesStarting(start: string, path: string): Promise<number> {
  let [count, rest] = [0, ''];
  for await (const chunk of createReadStream(path, 'latin1')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    count += lines.filter((line) => line.startsWith(start)).length;
  }
  return count;
}
