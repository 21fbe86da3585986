/** The common programs whose cost an event is measured, in what both languages have in common. */
import type { Loop } from '../lib/workload.ts';

export interface CommonProgram {
  readonly name: string;
  readonly loop: Loop;
  /** `path` is the workload's. */
  readonly text: (path: string) => string;
  readonly env?: NodeJS.ProcessEnv;
  readonly short?: boolean;
  /** Told, but not held against anybody. */
  readonly informative?: boolean;
}

/** The same length of strings for both: by default kscope keeps 1024 bytes and old releases of bpftrace 64. */
const shortStrings: NodeJS.ProcessEnv = { BPFTRACE_MAX_STRLEN: '64', BPFTRACE_STRLEN: '64' };

const read = (body: string) => () => `tracepoint:syscalls:sys_enter_read { ${body} }`;
const readDone = (body: string) => () => `tracepoint:syscalls:sys_exit_read { ${body} }`;

export const commonPrograms: readonly CommonProgram[] = [
  { name: 'scalar count', loop: 'read', text: read('@ = count();'), short: true },
  { name: 'count by comm', loop: 'read', text: read('@[comm] = count();'), short: true },
  { name: 'count by pid and comm', loop: 'read', text: read('@[pid, comm] = count();') },
  {
    name: 'latency by tid with hist',
    loop: 'mixed',
    text: () =>
      'tracepoint:syscalls:sys_enter_read { @s[tid] = nsecs; } ' +
      'tracepoint:syscalls:sys_exit_read /@s[tid]/ { @ = hist(nsecs - @s[tid]); delete(@s[tid]); }',
    short: true,
  },
  { name: 'hist by key', loop: 'mixed', text: readDone('@[comm] = hist(args->ret);') },
  { name: 'lhist', loop: 'mixed', text: readDone('@ = lhist(args->ret, 0, 1000, 10);') },
  { name: 'printf of three fields', loop: 'read', text: read('printf("%s %d %d\\n", comm, pid, args->fd);') },
  {
    name: 'string argument as key',
    loop: 'open',
    text: () => 'tracepoint:syscalls:sys_enter_openat { @[str(args->filename)] = count(); }',
    env: shortStrings,
  },
  { name: 'kernel stack count', loop: 'read', text: read('@[kstack] = count();') },
  { name: 'uprobe count', loop: 'call', text: (path) => `uprobe:${path}:traced_function { @ = count(); }` },
  {
    name: 'string argument as key, default length of strings',
    loop: 'open',
    text: () => 'tracepoint:syscalls:sys_enter_openat { @[str(args->filename)] = count(); }',
    informative: true,
  },
];
