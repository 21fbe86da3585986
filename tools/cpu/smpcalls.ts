/** Functions that one CPU asks others to run, and how long that takes. */
import * as standard from '../../src/tools/options/standard.ts';
import { label } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  timestamps: standard.timestamps,
};

export const smpcalls = defineTool({
  name: 'smpcalls',
  area: 'cpu',
  summary: 'Time of calls from one CPU to others, by function',
  description:
    'Measures calls between CPUs (invalidations of address translations, changes of the clock, wakeups of the scheduler), by the function that was to run: from when the call was queued until the function had ended on the other CPU. Where the kernel has no tracepoints for this, how long the caller took.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: [
        'tracepoint:csd:csd_queue_cpu',
        'tracepoint:csd:csd_function_entry',
        'tracepoint:csd:csd_function_exit',
      ],
      // The entry may be used again once the function has begun, so what began is kept by CPU.
      program: () => `
tracepoint:csd:csd_queue_cpu
{ @queued[args.csd] = nsecs; }

tracepoint:csd:csd_function_entry
{
  $queued = @queued[args.csd];
  if ($queued) {
    @began[cpu] = $queued;
    _ = delete(@queued, args.csd);
  }
}

tracepoint:csd:csd_function_exit
/has_key(@began, cpu)/
{
  @time[ksym(args.func)] = hist(nsecs - @began[cpu]);
  _ = delete(@began, cpu);
}`,
    },
    {
      by: 'kprobes',
      needs: ['function:smp_call_function_single', 'function:smp_call_function_many_cond'],
      program: () => `
kprobe:smp_call_function_single, kprobe:smp_call_function_many_cond
{ @began[tid, cpu] = nsecs; @called[tid, cpu] = arg1; }

kretprobe:smp_call_function_single, kretprobe:smp_call_function_many_cond
/has_key(@began, (tid, cpu))/
{
  @time[ksym(@called[tid, cpu])] = hist(nsecs - @began[tid, cpu]);
  _ = delete(@began, (tid, cpu));
  _ = delete(@called, (tid, cpu));
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'histogram',
      map: '@time',
      unit: 'nsecs',
      name: 'call_time',
      keys: [label('FUNCTION', 'function', { about: 'function that was to run' })],
    },
  ],
  start: () => 'Tracing calls between CPUs... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'smpcalls -d 6',
      output: `Tracing calls between CPUs... Hit Ctrl-C to end.

function = do_sync_core
     nsecs               : count     distribution
      8192 -> 16383      : 13       |************************                |
     16384 -> 32767      : 4        |*******                                 |
     32768 -> 65535      : 21       |****************************************|
     65536 -> 131071     : 10       |*******************                     |`,
      reading:
        'do_sync_core runs on all CPUs after the kernel changed its own code, for example to switch a tracepoint on. In a guest such calls take tens of microseconds, because the other CPU must be interrupted through the hypervisor. Rows without counts are left out here.',
    },
  ],
  overhead:
    'Calls between CPUs are seldom more than some thousands a second; three events of half a microsecond each. With kprobes, in kernels before 6.4, about 2 µs for each call.',
});
