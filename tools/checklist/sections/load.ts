/** Load averages, and errors in the kernel's log: the first glance. */
import { count, label, measure, numberOf } from '../../../src/tools/shape/column.ts';
import type { Look } from '../section.ts';

interface Load {
  readonly averages: readonly number[];
  readonly runnable: number;
  readonly tasks: number;
  readonly uptimeSeconds: number;
}

export const load: Look<Load> = {
  name: 'load',
  title: 'Load',
  like: 'uptime',
  sample: (read) => {
    const [one, five, fifteen, tasks = ''] = read('/proc/loadavg').split(' ');
    const [runnable, all] = tasks.split('/');
    return {
      averages: [one, five, fifteen].map(Number),
      runnable: Number(runnable),
      tasks: Number(all),
      uptimeSeconds: Math.round(Number.parseFloat(read('/proc/uptime'))),
    };
  },
  table: (_, { averages, runnable, tasks, uptimeSeconds }) => ({
    columns: [
      measure('1 min', 'load_1', { about: 'load average of the last minute', width: 8 }),
      measure('5 min', 'load_5', { about: 'load average of the last 5 minutes', width: 8 }),
      measure('15 min', 'load_15', { about: 'load average of the last 15 minutes', width: 8 }),
      count('RUNNABLE', 'runnable', { about: 'threads that run or could run' }),
      count('THREADS', 'threads', { about: 'all threads' }),
      count('UP(s)', 'uptime_s', { about: 'seconds since the start of the machine', width: 10 }),
    ],
    rows: [
      {
        load_1: averages[0] ?? 0,
        load_5: averages[1] ?? 0,
        load_15: averages[2] ?? 0,
        runnable,
        threads: tasks,
        uptime_s: uptimeSeconds,
      },
    ],
  }),
  findings: ({ rows }, read) => {
    const [row] = rows;
    const cpus = read('/proc/stat').match(/^cpu\d/gm)?.length ?? 1;
    const now = numberOf(row?.load_1);
    if (now <= cpus) return [];
    const trend = now > numberOf(row?.load_15) ? 'and rising' : 'and falling';
    return [
      `load ${now} is above the number of CPUs (${cpus}), ${trend}: threads wait for a CPU, or for disks`,
    ];
  },
};

/** Log levels 0 to 3: emergency to error (linux/kern_levels.h). */
const worstLevels = 3;
const shownErrors = 10;

export const kernelLog: Look<readonly string[]> = {
  name: 'kernel_log',
  title: 'Kernel log: errors',
  like: 'dmesg -l err',
  sample: (read) =>
    read('/dev/kmsg')
      .split('\n')
      .filter((line) => /^\d+,\d+,/.test(line) && (Number.parseInt(line, 10) & 7) <= worstLevels),
  table: (_, lines) => ({
    columns: [
      measure('AT(s)', 'at_s', { about: 'seconds since the start of the machine', width: 12 }),
      label('MESSAGE', 'message', { about: 'text' }),
    ],
    rows: lines.slice(-shownErrors).map((line) => {
      const [head = '', ...text] = line.split(';');
      return { at_s: Number(head.split(',')[2]) / 1e6, message: text.join(';') };
    }),
  }),
  findings: ({ rows }) =>
    rows.length === 0 ? [] : [`the kernel reported errors: ${String(rows.at(-1)?.message)}`],
};
