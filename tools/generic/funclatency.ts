/** How long functions or system calls take, as histograms. */
import { flag, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { isWildcard, parseProbe, probeText, returnOf, shownName } from '../../src/tools/probe-pattern.ts';
import { label } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  probe: text({
    long: 'probe',
    argument: 'PROBE',
    operand: 0,
    required: true,
    help: 'function to time, with * for any text',
  }),
  pid: standard.pid,
  tid: standard.tid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  interval: { ...standard.interval, operand: 1 },
  count: { ...standard.count, operand: 2 },
  timestamps: standard.timestamps,
  milliseconds: standard.milliseconds,
  microseconds: flag({ long: 'microseconds', help: 'microseconds instead of nanoseconds' }),
  perFunction: flag({
    short: 'F',
    long: 'per-function',
    also: ['function'],
    help: 'a histogram for each function',
  }),
};

interface Units {
  readonly milliseconds: boolean;
  readonly microseconds: boolean;
}

const unitOf = ({ milliseconds, microseconds }: Units) =>
  milliseconds
    ? { name: 'msecs', ns: 1_000_000 }
    : microseconds
      ? { name: 'usecs', ns: 1000 }
      : { name: 'nsecs', ns: 1 };

export const funclatency = defineTool({
  name: 'funclatency',
  area: 'generic',
  summary: 'How long functions or system calls take',
  description:
    'Times from the entry of a function to its return, or from tracepoint syscalls:sys_enter_X to sys_exit_X, and shows a histogram of powers of two. Functions of the kernel need kprobes or fentry, functions of programs (uprobe:PATH:NAME) do not. Of a recursive function only the innermost call is timed.',
  options,
  check: ({ probe }) => {
    returnOf(parseProbe(probe));
  },
  takesLanguage: true,
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => {
        const entry = parseProbe(o.probe);
        const { ns } = unitOf(o);
        // Functions that match may call each other: each has its own start.
        const key = isWildcard(entry) ? `tid, ${nameOf(entry.provider)}` : 'tid';
        // A difference is signed; the time that passed is not.
        const elapsed = `nsecs - @start[${key}]`;
        const value = ns === 1 ? elapsed : `(uint64)(${elapsed}) / ${ns}`;
        return `${probeText(entry)}
${where(o)}
{ @start[${key}] = nsecs; }

${probeText(returnOf(entry))}
/@start[${key}]/
{
  @latency${o.perFunction ? '[probe]' : ''} = hist(${value});
  _ = delete(@start, ${isWildcard(entry) ? `(${key})` : key});
}`;
      },
    },
  ],
  start: ({ probe }) => `Tracing ${probeText(parseProbe(probe))}... Hit Ctrl-C to end.`,
  shapes: (o) => [
    {
      kind: 'histogram',
      map: '@latency',
      unit: unitOf(o).name,
      name: 'latency',
      ...(o.perFunction && {
        keys: [
          label('FUNC', 'function', { about: 'function', from: ({ probe }) => shownName(String(probe)) }),
          label('PROBE', 'probe', { about: 'probe at the return', width: 0, hidden: true }),
        ],
      }),
    },
  ],
  examples: [
    {
      command: 'funclatency t:syscalls:sys_enter_openat --microseconds -d 5',
      output: `Tracing tracepoint:syscalls:sys_enter_openat... Hit Ctrl-C to end.

     usecs               : count     distribution
         0 -> 1          : 3        |*                                       |
         2 -> 3          : 109      |****************************************|
         4 -> 7          : 47       |*****************                       |
         8 -> 15         : 12       |****                                    |`,
      reading:
        'Most opens took 2 to 3 microseconds. A second hump far to the right would be opens that had to wait, for a disk or for a lock.',
    },
  ],
  overhead:
    'Two events for each call, with a map update and a look-up: 100 to 300 ns in all, added to every call of the function. Returns of functions of programs (uretprobe) cost a trap into the kernel each, some microseconds.',
});

/** What tells entry and return of one function as the same. Probes of tracepoints have different names. */
function nameOf(provider: string): string {
  return provider === 'tracepoint' ? 'args.__syscall_nr' : 'func';
}
