/** Soft interrupts that begin late or take long. */
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  cpuColumn,
  label,
  microsecondsFrom,
  nameFrom,
  timeColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { softirqNames } from './shared/interrupts.ts';

const options = {
  min: {
    ...standard.minUs,
    operand: 0,
    default: 10_000,
    help: 'only what took at least so many microseconds (default 10000)',
  },
  cpu: standard.cpu,
};

export const softirqslower = defineTool({
  name: 'softirqslower',
  area: 'cpu',
  summary: 'Soft interrupts that begin late or take long',
  description:
    'Shows soft interrupts that waited longer than the threshold from when they were raised until they began (stage wait), or that ran for longer (stage run). COMM is the thread that was interrupted, or ksoftirqd when the kernel gave the work to that thread.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:irq:softirq_raise', 'tracepoint:irq:softirq_entry', 'tracepoint:irq:softirq_exit'],
      program: (o) => {
        const least = Math.round(o.min * 1000);
        const event = (stage: string) =>
          `print((ts=nsecs, stage="${stage}", vector=args.vec_nr, ns=$ns, cpu=cpu, comm=comm));`;
        // Raising what is raised already changes nothing, so the first time counts.
        return `
rawtracepoint:softirq_raise
${where(o, '!has_key(@raised, (cpu, args.vec_nr))')}
{ @raised[cpu, args.vec_nr] = nsecs; }

rawtracepoint:softirq_entry
${where(o)}
{
  $raised = @raised[cpu, args.vec_nr];
  if ($raised) {
    $ns = nsecs - $raised;
    if ($ns >= ${least}) { ${event('wait')} }
    _ = delete(@raised, (cpu, args.vec_nr));
  }
  @start[cpu] = nsecs;
}

rawtracepoint:softirq_exit
/has_key(@start, cpu)/
{
  $ns = nsecs - @start[cpu];
  if ($ns >= ${least}) { ${event('run')} }
  _ = delete(@start, cpu);
}`;
      },
    },
  ],
  shapes: () => [
    {
      kind: 'events',
      columns: [
        timeColumn,
        label('STAGE', 'stage', { about: 'wait: from raised to begun; run: from begun to ended', width: 5 }),
        nameFrom(
          'vector',
          label('SOFTIRQ', 'softirq', { about: 'kind of soft interrupt', width: 8 }),
          (vector) => softirqNames[vector],
        ),
        microsecondsFrom('ns'),
        cpuColumn,
        commColumn,
      ],
    },
  ],
  start: ({ min }) => `Tracing soft irqs slower than ${min} us... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'softirqslower 500',
      output: `Tracing soft irqs slower than 500 us... Hit Ctrl-C to end.
TIME     STAGE SOFTIRQ     LAT(us) CPU COMM
18:17:33 wait  block        3965.0   1 node`,
      reading: 'The completion of a disk request had to wait 4 milliseconds until it was served, on CPU 1.',
    },
  ],
  overhead: 'Three events for each soft interrupt, about 1 µs each in a guest.',
});
