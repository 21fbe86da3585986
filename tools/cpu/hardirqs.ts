/** Time in the handlers of hardware interrupts. */
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { countTime, handlerColumn, interruptOptions, interruptShapes } from './shared/interrupts.ts';

export const hardirqs = defineTool({
  name: 'hardirqs',
  area: 'cpu',
  summary: 'Time in the handlers of hardware interrupts',
  description:
    'Measures how long each handler of a hardware interrupt (a device, by the name that the driver gave) runs: sum, number and longest run, or histograms with --dist. Interrupts that have no such handler, the timer of a CPU and calls between CPUs, are not among them.',
  options: interruptOptions,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:irq:irq_handler_entry', 'tracepoint:irq:irq_handler_exit', 'feature:tp_btf'],
      // Handlers of one CPU run one after the other, with interrupts off.
      program: (o) => `
rawtracepoint:irq_handler_entry
${where(o)}
{ @start[cpu] = nsecs; }

rawtracepoint:irq_handler_exit
/has_key(@start, cpu)/
{
  $ns = nsecs - @start[cpu];
  $name = str(args.action.name, 32);
  ${countTime('$name', o)}
  _ = delete(@start, cpu);
}`,
    },
  ],
  shapes: (o) => interruptShapes(handlerColumn('HARDIRQ', 'hardirq', 'name of the handler'), 'hardirq', o),
  start: () => 'Tracing hard irq event time... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'hardirqs -d 10',
      output: `Tracing hard irq event time... Hit Ctrl-C to end.

HARDIRQ                    TOTAL_count    TOTAL_usecs      MAX_usecs
virtio1-req.0                      523         3171.7           92.0
virtio3-tx                          11          113.6           23.6`,
      reading:
        'The disk (virtio1) had 523 interrupts whose handlers ran for 3.2 milliseconds in all, the longest for 92 microseconds.',
    },
  ],
  overhead:
    'Two events for each hardware interrupt: 1 to 3 µs in a guest. Beyond 100,000 interrupts a second, as fast network cards and NVMe disks make, it is felt.',
});
