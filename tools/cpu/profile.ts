/** Where the CPUs spend their time: stacks, sampled. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, count, pidColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkKinds, forDuration, roomForStacks, stackKinds } from './shared/blocked.ts';
import { samplingFrequency } from './shared/sampling.ts';

const options = {
  duration: standard.durationOperand,
  frequency: samplingFrequency(49),
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  cpu: standard.cpu,
  idle: flag({ short: 'I', long: 'idle', also: ['include-idle'], help: 'idle CPUs, too' }),
  kernelStacks: standard.kernelStacks,
  userStacks: standard.userStacks,
  stackDepth: standard.stackDepth,
  stackStorage: standard.stackStorage,
  top: standard.top,
  folded: standard.folded,
};

export const profile = defineTool({
  name: 'profile',
  area: 'cpu',
  summary: 'Where the CPUs spend their time: stacks, sampled',
  description:
    'Looks at every CPU so many times a second and counts the stacks that it finds, idle CPUs left out. The number of samples of a stack tells its share of CPU time. User stacks are walked by frame pointers; code compiled without them shows short or wrong stacks. 49 samples a second do not run in step with anything that happens 50 or 100 times.',
  options,
  check: checkKinds,
  variants: [
    {
      by: 'timed samples',
      needs: ['feature:software_events'],
      program: (o) => {
        const { kernel, user } = stackKinds(o);
        const stacks = [
          ...(kernel ? [`kstack(${o.stackDepth})`] : []),
          ...(user ? [`ustack(${o.stackDepth})`] : []),
        ];
        return `
${roomForStacks(o)}
profile:hz:${o.frequency}
${where(o, !o.idle && 'tid != 0')}
{ @samples[${stacks.join(', ')}, comm, pid] = count(); }`;
      },
    },
  ],
  shapes: (o) => {
    const { kernel, user } = stackKinds(o);
    return [
      {
        kind: 'stacks',
        map: '@samples',
        key: [
          ...(kernel ? ['kernel' as const] : []),
          ...(user ? ['user' as const] : []),
          commColumn,
          pidColumn,
        ],
        value: count('SAMPLES', 'samples', { about: 'how often the stack was found' }),
        folded: o.folded,
        sampled: true,
        ...(o.top !== undefined && { top: o.top }),
      },
    ];
  },
  start: ({ duration, frequency, kernelStacks, userStacks }) =>
    forDuration(
      `Sampling at ${frequency} Hertz of all threads by ${
        kernelStacks ? 'kernel' : userStacks ? 'user' : 'user + kernel'
      } stack`,
      duration,
    ),
  examples: [
    {
      command: 'profile -f -K -n dd 2',
      output: `dd;entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_write;vfs_write;write_null 11
dd;entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_read;vfs_read;read_zero 31`,
      reading:
        'Kernel stacks of dd from /dev/zero to /dev/null, one line each, for flame graphs: of 42 samples that found it in the kernel, 31 were zeroing its buffer.',
    },
  ],
  overhead:
    'Samples at a fixed rate, 49 a second on each CPU: whatever the load, about 30 µs each in a guest, a thousandth of a CPU.',
});
