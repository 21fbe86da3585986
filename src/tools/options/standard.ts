/**
 * The vocabulary of options that all tools share: one meaning for each letter. A tool takes the entries that it
 * serves; options of its own use long names, or letters that are not taken here.
 */
import { decimal, flag, integer, text } from './option.ts';

/** Selection. */
export const pid = integer({ short: 'p', long: 'pid', argument: 'PID', help: 'only this process' }, 1);
export const tid = integer({ short: 't', long: 'tid', argument: 'TID', help: 'only this thread' }, 1);
export const uid = integer({ short: 'u', long: 'uid', argument: 'UID', help: 'only processes of this user' });
export const comm = text({
  short: 'n',
  long: 'comm',
  argument: 'NAME',
  also: ['name'],
  help: 'only threads of this name',
});
export const cgroup = text({
  long: 'cgroup',
  argument: 'PATH',
  also: ['cgroupmap'],
  help: 'only processes in this cgroup (a directory of the cgroup v2 file system)',
});
export const cpu = integer({ short: 'c', long: 'cpu', argument: 'CPU', help: 'only this CPU' });
export const failed = flag({ short: 'x', long: 'failed', help: 'only what failed' });
export const disk = text({ long: 'disk', argument: 'DISK', help: 'only this disk (such as sda)' });

/** Thresholds and amounts. */
export const minMs = decimal({
  short: 'M',
  long: 'min',
  argument: 'MS',
  help: 'only what took at least so many milliseconds',
});
export const minUs = decimal({
  short: 'M',
  long: 'min',
  argument: 'US',
  help: 'only what took at least so many microseconds',
});
export const top = integer(
  { short: 'r', long: 'top', argument: 'ROWS', also: ['maxrows'], help: 'only so many rows' },
  1,
);

/** Time. */
export const interval = decimal({
  short: 'i',
  long: 'interval',
  argument: 'SECONDS',
  operand: 0,
  help: 'show and start again after so many seconds',
});
export const count = integer(
  { long: 'count', argument: 'COUNT', operand: 1, help: 'end after so many intervals' },
  1,
);
export const duration = decimal({
  short: 'd',
  long: 'duration',
  argument: 'SECONDS',
  help: 'end after so many seconds',
});
/** For tools that show one result, at the end. */
export const durationOperand = { ...duration, operand: 0 } as const;
export const timestamps = flag({
  short: 'T',
  long: 'timestamp',
  also: ['time'],
  help: 'show the time of day',
});

/** Units and keys. */
export const milliseconds = flag({
  short: 'm',
  long: 'milliseconds',
  help: 'milliseconds instead of microseconds',
});
export const nanoseconds = flag({
  short: 'N',
  long: 'nanoseconds',
  help: 'nanoseconds instead of microseconds',
});
export const perProcess = flag({
  short: 'P',
  long: 'per-process',
  also: ['pids'],
  help: 'apart for each process',
});
export const perThread = flag({
  short: 'L',
  long: 'per-thread',
  also: ['tids'],
  help: 'apart for each thread',
});
export const perDisk = flag({ short: 'D', long: 'per-disk', also: ['disks'], help: 'apart for each disk' });

/** Stacks. */
export const kernelStacks = flag({ short: 'K', long: 'kernel-stacks-only', help: 'only kernel stacks' });
export const userStacks = flag({ short: 'U', long: 'user-stacks-only', help: 'only user stacks' });
export const stackDepth = integer(
  { long: 'stack-depth', argument: 'FRAMES', default: 127, help: 'frames of a stack at most (default 127)' },
  1,
);
export const stackStorage = integer(
  {
    long: 'stack-storage-size',
    argument: 'STACKS',
    default: 16_384,
    help: 'room for so many different stacks (default 16384)',
  },
  1,
);
export const folded = flag({
  short: 'f',
  long: 'folded',
  help: 'one line a stack, frames with ; between them, for flame graphs',
});

export const maxUs = decimal({
  long: 'max',
  argument: 'US',
  help: 'only what took at most so many microseconds',
});
export const userThreads = flag({ long: 'user-threads-only', help: 'only threads of processes' });
export const kernelThreads = flag({ long: 'kernel-threads-only', help: 'only threads of the kernel' });

/** What every tool has, without naming it. */
export const common = {
  json: flag({ short: 'j', long: 'json', help: 'one JSON object a line' }),
  csv: flag({ long: 'csv', help: 'comma separated values' }),
  wide: flag({ short: 'w', long: 'wide', help: 'wide columns: nothing is cut' }),
  duration,
  program: flag({ long: 'program', also: ['ebpf'], help: 'print the program instead of running it' }),
  schema: flag({ long: 'schema', help: 'print the JSON schema of the --json output' }),
  verbose: flag({ short: 'v', long: 'verbose', help: 'say how each probe is attached' }),
  help: flag({ short: 'h', long: 'help', help: 'this text' }),
} as const;
