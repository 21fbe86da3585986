/** At which frequencies the CPUs run, for the machine and for each program. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { samplingFrequency } from './shared/sampling.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  frequency: samplingFrequency(99),
  pid: standard.pid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  timestamps: standard.timestamps,
};

const currentFrequency = (cpu: number) => `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`;

/** CPU → kHz at the start; the events tell only of changes. */
export function knownFrequencies(): ReadonlyMap<number, number> {
  const known = cpus().flatMap((_, cpu) => {
    try {
      return [[cpu, Number(readFileSync(currentFrequency(cpu), 'utf8'))] as const];
    } catch {
      return [];
    }
  });
  return new Map(known);
}

export function frequencyProgram(
  o: Parameters<typeof where>[0] & { readonly frequency: number },
  known: ReadonlyMap<number, number>,
): string {
  const begin = [...known].map(([cpu, kHz]) => `@khz[${cpu}] = ${kHz};`).join(' ');
  return `
${begin === '' ? '' : `begin { ${begin} }`}

tracepoint:power:cpu_frequency
{ @khz[args.cpu_id] = args.state; }

profile:hz:${o.frequency}
/has_key(@khz, cpu)/
{
  $mhz = @khz[cpu] / 1000;
  @system = lhist($mhz, 0, 5000, 200);
  if (${where(o, 'tid != 0').slice(1, -1)}) { @program[comm] = lhist($mhz, 0, 5000, 200); }
}`;
}

export const cpufreq = defineTool({
  name: 'cpufreq',
  area: 'cpu',
  summary: 'CPU frequencies, sampled, for the machine and for each program',
  description:
    'Follows the changes of the frequency of each CPU and samples at which one the CPUs run, for the whole machine (idle time included) and for each program. Needs a frequency driver that lives in the kernel: with hardware-managed frequencies (intel_pstate in active mode) and in most guests there are no events, and only the frequency at the start is known.',
  options,
  variants: [
    {
      by: 'tracepoints and timed samples',
      needs: ['tracepoint:power:cpu_frequency', `file:${currentFrequency(0)}`],
      program: (o) => frequencyProgram(o, knownFrequencies()),
    },
  ],
  shapes: () => [
    { kind: 'histogram', map: '@system', unit: 'mhz', name: 'system', title: 'System-wide' },
    { kind: 'histogram', map: '@program', unit: 'mhz', name: 'program', keys: [commColumn] },
  ],
  start: ({ frequency }) => `Sampling CPU frequency at ${frequency} Hertz... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'cpufreq -d 10',
      output: `Sampling CPU frequency at 99 Hertz... Hit Ctrl-C to end.

System-wide

     mhz           : count     distribution
        1200       : 610      |****************************************|
        1400       : 12       |                                        |
        3000       : 201      |*************                           |`,
      reading:
        'Most of the time the CPUs were at their lowest frequency, for lack of work, and went to 3 GHz when there was some.',
    },
  ],
  overhead:
    'Samples at a fixed rate, 99 a second on each CPU, about 1 µs each, and an event for each change of frequency.',
});
