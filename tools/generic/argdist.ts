/** How values are distributed: of any expression, at any probe, as counts or as a histogram. */
import { choice, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { type Column, count, label } from '../../src/tools/shape/column.ts';
import type { Shape } from '../../src/tools/shape/shape.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ToolUsageError } from '../../src/tools/tool-error.ts';
import { type DistributionSpec, parseDistributionSpec } from '../../src/tools/trace-spec.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  counts: text({
    long: 'counts',
    argument: 'SPEC',
    help: 'count values: PROBE EXPRESSION[, EXPRESSION …] [if CONDITION]',
  }),
  histogram: text({
    short: 'H',
    long: 'histogram',
    argument: 'SPEC',
    help: 'histogram of a number, apart for each value of the expressions before it',
  }),
  scale: choice(['powers', 'linear'], {
    long: 'scale',
    default: 'powers',
    help: 'rows of the histogram: powers of two (default), or 50 equal steps up to 1000',
  }),
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  interval: standard.interval,
  count: standard.count,
  top: standard.top,
  timestamps: standard.timestamps,
};

interface Given {
  readonly counts: string | undefined;
  readonly histogram: string | undefined;
}

export const argdist = defineTool({
  name: 'argdist',
  area: 'generic',
  summary: 'Distribution of the values of any expression at any probe',
  description:
    'Counts how often each value (or combination of values) was seen, or draws a histogram, in the kernel: sizes of reads, return values, names of files. Expressions are those of the language; a probe is an attach point, or a function of the kernel by its name alone.',
  options,
  takesLanguage: true,
  check: (o) => {
    if (o.counts === undefined && o.histogram === undefined)
      throw new ToolUsageError(
        "nothing is asked: give --counts or -H, such as -H 't:syscalls:sys_exit_read args.ret'",
      );
    specs(o);
  },
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => {
        const { counts, histogram } = specs(o);
        const body = (spec: DistributionSpec, action: string) =>
          `${spec.probe}\n${where(o, spec.condition && `(${spec.condition})`)}\n{ ${action} }\n`;
        return [
          counts && body(counts, `@counts[${counts.expressions.join(', ')}] = count();`),
          histogram && body(histogram, histogramAction(histogram, o.scale)),
        ]
          .filter((part) => part !== undefined)
          .join('\n');
      },
    },
  ],
  start: () => 'Tracing... Hit Ctrl-C to end.',
  shapes: (o): readonly Shape[] => {
    const { counts, histogram } = specs(o);
    return [
      ...(counts === undefined ? [] : [countsShape(counts, o.top)]),
      ...(histogram === undefined ? [] : [histogramShape(histogram)]),
    ];
  },
  examples: [
    {
      command: `argdist -H 't:syscalls:sys_exit_read comm, args.ret if args.ret > 0' -d 5`,
      output: `Tracing... Hit Ctrl-C to end.

comm = cat
     args.ret            : count     distribution
         0 -> 1          : 0        |                                        |
         2 -> 3          : 0        |                                        |
         4 -> 7          : 4        |****************************************|`,
      reading:
        'How many bytes reads return, apart for each program. Many small reads are a program that could buffer.',
    },
    {
      command: `argdist --counts 't:syscalls:sys_enter_openat comm, str(args.filename)' -r 3 -d 5`,
      output: `Tracing... Hit Ctrl-C to end.

comm             str(args.filename)         COUNT
cat              /etc/ld.so.cache              12
cat              /lib/x86_64-linux-gnu/libc.so.6       12`,
      reading: 'Which program opens which file, and how often: the three most frequent.',
    },
  ],
  overhead:
    'About 100 ns for each hit, more for strings that must be copied (some hundred nanoseconds). Costs what the probe costs: see funccount first for how often it is hit.',
});

function specs(o: Given) {
  return {
    counts: o.counts === undefined ? undefined : parseDistributionSpec(o.counts),
    histogram: o.histogram === undefined ? undefined : parseDistributionSpec(o.histogram),
  };
}

function histogramAction({ expressions }: DistributionSpec, scale: 'powers' | 'linear'): string {
  const keys = expressions.slice(0, -1);
  const value = expressions.at(-1);
  const map = keys.length === 0 ? '@histogram' : `@histogram[${keys.join(', ')}]`;
  return scale === 'powers' ? `${map} = hist(${value});` : `${map} = lhist(${value}, 0, 1000, 20);`;
}

function countsShape({ expressions }: DistributionSpec, top: number | undefined): Shape {
  return {
    kind: 'table',
    keys: expressions.map(keyColumn),
    maps: { count: '@counts' },
    values: [count('COUNT', 'count', { about: 'how often' })],
    sort: 'count',
    ...(top === undefined ? {} : { top }),
  };
}

function histogramShape({ expressions }: DistributionSpec): Shape {
  const keys = expressions.slice(0, -1);
  return {
    kind: 'histogram',
    map: '@histogram',
    unit: expressions.at(-1) ?? 'value',
    ...(keys.length === 0 ? {} : { keys: keys.map(keyColumn) }),
  };
}

/** The expression is its own title. */
function keyColumn(expression: string): Column {
  return label(expression, expression, { about: `value of ${expression}` });
}
