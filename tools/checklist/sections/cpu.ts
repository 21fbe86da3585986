/** Where the CPUs spend their time: all together with run queue and swapping, each alone, and by process. */
import {
  commColumn,
  count,
  measure,
  numberOf,
  pidColumn,
  type Row,
} from '../../../src/tools/shape/column.ts';
import { type Look, parseFields, percent, type ReadText } from '../section.ts';

/** Ticks by state, in the order of /proc/stat (proc(5)). */
type Ticks = readonly number[];
const states = { user: 0, nice: 1, system: 2, idle: 3, iowait: 4, irq: 5, softirq: 6, steal: 7 } as const;

function cpuLines(read: ReadText): ReadonlyMap<string, Ticks> {
  const lines = read('/proc/stat').matchAll(/^(cpu\d*) +(.*)$/gm);
  return new Map(
    [...lines].map((line) => [line[1] ?? '', (line[2] ?? '').split(' ').slice(0, 8).map(Number)]),
  );
}

/** Shares of the time between, in per cent. */
function shares(before: Ticks = [], after: Ticks = []): Row {
  const spent = after.map((ticks, index) => Math.max(0, ticks - (before[index] ?? 0)));
  const whole = spent.reduce((sum, ticks) => sum + ticks, 0);
  const share = (...names: readonly (keyof typeof states)[]) =>
    percent(
      names.reduce((sum, name) => sum + (spent[states[name]] ?? 0), 0),
      whole,
    );
  return {
    user_percent: share('user', 'nice'),
    system_percent: share('system', 'irq', 'softirq'),
    iowait_percent: share('iowait'),
    steal_percent: share('steal'),
    idle_percent: share('idle'),
  };
}

const shareColumns = [
  measure('USR%', 'user_percent', { about: 'running programs', width: 6, decimals: 1 }),
  measure('SYS%', 'system_percent', { about: 'in the kernel, interrupts included', width: 6, decimals: 1 }),
  measure('IOW%', 'iowait_percent', { about: 'idle while a disk was waited for', width: 6, decimals: 1 }),
  measure('ST%', 'steal_percent', { about: 'taken by the hypervisor', width: 6, decimals: 1 }),
  measure('IDLE%', 'idle_percent', { about: 'idle', width: 6, decimals: 1 }),
];

interface System {
  readonly cpu: ReadonlyMap<string, Ticks>;
  readonly stat: ReadonlyMap<string, number>;
  readonly vm: ReadonlyMap<string, number>;
}

export const system: Look<System> = {
  name: 'system',
  title: 'System',
  like: 'vmstat 1',
  sample: (read) => ({
    cpu: cpuLines(read),
    stat: parseFields(read('/proc/stat')),
    vm: parseFields(read('/proc/vmstat')),
  }),
  table: (before, after, seconds) => {
    const rate = (which: 'stat' | 'vm', name: string) =>
      ((after[which].get(name) ?? 0) - (before[which].get(name) ?? 0)) / seconds;
    return {
      columns: [
        count('R', 'runnable', { about: 'threads that run or could run', width: 4 }),
        count('B', 'blocked', { about: 'threads that wait for a disk', width: 4 }),
        measure('SI/s', 'swapped_in_pages_per_s', {
          about: 'pages swapped in a second',
          width: 8,
          decimals: 0,
        }),
        measure('SO/s', 'swapped_out_pages_per_s', {
          about: 'pages swapped out a second',
          width: 8,
          decimals: 0,
        }),
        measure('IN/s', 'interrupts_per_s', { about: 'interrupts a second', width: 9, decimals: 0 }),
        measure('CS/s', 'context_switches_per_s', {
          about: 'context switches a second',
          width: 9,
          decimals: 0,
        }),
        measure('FORK/s', 'forks_per_s', {
          about: 'new processes and threads a second',
          width: 7,
          decimals: 1,
        }),
        ...shareColumns,
      ],
      rows: [
        {
          runnable: after.stat.get('procs_running') ?? 0,
          blocked: after.stat.get('procs_blocked') ?? 0,
          swapped_in_pages_per_s: rate('vm', 'pswpin'),
          swapped_out_pages_per_s: rate('vm', 'pswpout'),
          interrupts_per_s: rate('stat', 'intr'),
          context_switches_per_s: rate('stat', 'ctxt'),
          forks_per_s: rate('stat', 'processes'),
          ...shares(before.cpu.get('cpu'), after.cpu.get('cpu')),
        },
      ],
    };
  },
  findings: ({ rows: [row = {}] }) => [
    ...(numberOf(row.swapped_in_pages_per_s) + numberOf(row.swapped_out_pages_per_s) > 0
      ? ['the machine is swapping: it has too little memory for what runs']
      : []),
    ...(numberOf(row.iowait_percent) > 20
      ? ['CPUs are idle while disks are waited for: look at the disks']
      : []),
    ...(numberOf(row.steal_percent) > 10 ? ['the hypervisor takes CPU time from this machine'] : []),
    ...(numberOf(row.system_percent) > 30
      ? ['much CPU time is spent in the kernel: profile and syscount tell by what']
      : []),
    ...(numberOf(row.forks_per_s) > 100 ? ['many short-lived processes: execsnoop shows them'] : []),
  ],
};

export const cpus: Look<ReadonlyMap<string, Ticks>> = {
  name: 'cpus',
  title: 'CPUs',
  like: 'mpstat -P ALL 1',
  sample: cpuLines,
  table: (before, after) => ({
    columns: [count('CPU', 'cpu', { about: 'number of the CPU', width: 4 }), ...shareColumns],
    rows: [...after.keys()]
      .filter((name) => name !== 'cpu')
      .map((name) => ({ cpu: Number(name.slice(3)), ...shares(before.get(name), after.get(name)) })),
  }),
  findings: ({ rows }) => {
    const busy = rows.map((row) => 100 - numberOf(row.idle_percent) - numberOf(row.iowait_percent));
    const most = Math.max(...busy);
    const average = busy.reduce((sum, share) => sum + share, 0) / Math.max(1, busy.length);
    const hot = rows[busy.indexOf(most)];
    return busy.length > 1 && most > 90 && average < 60
      ? [
          `CPU ${String(hot?.cpu)} is busy while others are idle: one thread that cannot be divided, or interrupts on one CPU`,
        ]
      : [];
  },
};

interface ProcessSample {
  readonly comm: string;
  readonly ticks: number;
  readonly residentPages: number;
}

/** USER_HZ, what times in /proc are counted in on every architecture that Node runs on. */
const ticksPerSecond = 100;
const pageKib = 4;
const shownProcesses = 10;

export function processSamples(read: ReadText, pids: readonly string[]): ReadonlyMap<number, ProcessSample> {
  return new Map(
    pids.flatMap((pid) => {
      const sample = parseStat(read(`/proc/${pid}/stat`));
      return sample === undefined ? [] : [[Number(pid), sample] as const];
    }),
  );
}

/** The name may hold blanks and parentheses; what follows the last parenthesis does not (proc(5)). */
export function parseStat(text: string): ProcessSample | undefined {
  const end = text.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = text
    .slice(end + 2)
    .split(' ')
    .map(Number);
  return {
    comm: text.slice(text.indexOf('(') + 1, end),
    ticks: (fields[11] ?? 0) + (fields[12] ?? 0),
    residentPages: fields[21] ?? 0,
  };
}

export function processes(pids: () => readonly string[]): Look<ReadonlyMap<number, ProcessSample>> {
  return {
    name: 'processes',
    title: 'Processes that take most CPU time',
    like: 'pidstat 1, top',
    sample: (read) => processSamples(read, pids()),
    table: (before, after, seconds) => ({
      columns: [
        pidColumn,
        commColumn,
        measure('CPU%', 'cpu_percent', { about: 'of one CPU', width: 7, decimals: 1 }),
        measure('RSS(MiB)', 'resident_mib', { about: 'memory in use', width: 10, decimals: 1 }),
      ],
      rows: [...after]
        .map(([pid, { comm, ticks, residentPages }]) => ({
          pid,
          comm,
          cpu_percent: percent(ticks - (before.get(pid)?.ticks ?? 0), ticksPerSecond * seconds),
          resident_mib: (residentPages * pageKib) / 1024,
        }))
        .filter(({ cpu_percent }) => cpu_percent >= 0.1)
        .sort((a, b) => b.cpu_percent - a.cpu_percent)
        .slice(0, shownProcesses),
    }),
    findings: () => [],
  };
}
