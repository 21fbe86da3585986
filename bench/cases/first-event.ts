/** From the command to the first line about an event, in a system where there always is one. */
import { spawn } from 'node:child_process';
import type { Case } from '../lib/case.ts';
import { environment } from '../lib/tracers.ts';

const program = 'tracepoint:syscalls:sys_enter_lseek { printf("event %d\\n", pid); exit(); }';
const rate = 5000;

export const firstEvent: Case = {
  name: 'time to first event',
  metrics: { time: { unit: 's', better: 'less', bar: 1 } },
  warmUp: true,
  measure: async ({ words }, { workload }) => {
    using pace = workload.pace(rate, 60);
    const [first = '', ...rest] = words;
    const begin = performance.now();
    const child = spawn(first, [...rest, '-e', program], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    const time = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk;
        if (/^event /m.test(text)) resolve((performance.now() - begin) / 1000);
      });
      child.once('exit', () => reject(new Error(`${first} ended without an event: ${text}`)));
    });
    await new Promise((resolve) => {
      if (child.exitCode !== null) resolve(undefined);
      else child.once('exit', resolve);
    });
    void pace;
    return { time };
  },
};
