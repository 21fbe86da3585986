/** Time in soft interrupts: the work that interrupt handlers put off. */
import { nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import {
  countTime,
  handlerColumn,
  interruptOptions,
  interruptShapes,
  softirqNames,
} from './shared/interrupts.ts';

const softirqColumn = nameFrom(
  'vector',
  handlerColumn('SOFTIRQ', 'softirq', 'kind of soft interrupt'),
  (vector) => softirqNames[vector],
);

export const softirqs = defineTool({
  name: 'softirqs',
  area: 'cpu',
  summary: 'Time in soft interrupts, by kind',
  description:
    'Measures how long soft interrupts run, by kind: net_rx and net_tx for the network, block for disks, timer and hrtimer, sched, rcu, tasklet. Sum, number and longest run, or histograms with --dist.',
  options: interruptOptions,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:irq:softirq_entry', 'tracepoint:irq:softirq_exit', 'feature:tp_btf'],
      program: (o) => `
rawtracepoint:softirq_entry
${where(o)}
{ @start[cpu] = nsecs; }

rawtracepoint:softirq_exit
/has_key(@start, cpu)/
{
  $ns = nsecs - @start[cpu];
  ${countTime('args.vec_nr', o)}
  _ = delete(@start, cpu);
}`,
    },
  ],
  shapes: (o) => interruptShapes(softirqColumn, 'vector', o),
  start: () => 'Tracing soft irq event time... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'softirqs -d 1',
      output: `Tracing soft irq event time... Hit Ctrl-C to end.

SOFTIRQ                    TOTAL_count    TOTAL_usecs      MAX_usecs
rcu                                287         4678.2          103.1
timer                              114         1411.8           67.0
sched                               44         1178.7          101.0
block                                5           57.4           30.7`,
      reading:
        'Soft interrupts took 7 milliseconds of one second. On a machine with much network traffic net_rx leads.',
    },
  ],
  overhead:
    'Two events for each soft interrupt, about 1 µs each in a guest; some thousand a second are usual.',
});
