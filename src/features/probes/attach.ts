/** Ways to attach. They are tried on targets that do not exist: an answer about the target is a yes. */
import { cString } from '../../kernel/attr.ts';
import { BpfAttachType, BpfCommand } from '../../kernel/bpf-constants.ts';
import { type BpfProgram, loadProgram } from '../../kernel/bpf-program.ts';
import { Errno } from '../../kernel/errno.ts';
import { SyscallError, VerifierError } from '../../kernel/errors.ts';
import { linkAttr } from '../../kernel/link.ts';
import { returnValue } from '../../kernel/mini-code.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { kernelProbePmu } from '../../kernel/probe-pmu.ts';
import type { BpfProgramType } from '../../program/program.ts';
import type { Answer, FeatureProbe, Trial } from '../feature.ts';

const noSuchName = 'kscope_no_such_target';
/** PERF_COUNT_SW_DUMMY: an event that never happens. */
const softwareDummy = 9;

function withProgram(
  trial: Trial,
  type: BpfProgramType,
  attachType: number,
  use: (program: BpfProgram) => Answer,
): Answer {
  const source = { name: 'kscope_trial', type, code: returnValue(0), license: 'GPL' };
  try {
    using program = loadProgram(trial.kernel, { ...source, expectedAttachType: attachType });
    return use(program);
  } catch (error) {
    if (error instanceof SyscallError || error instanceof VerifierError) return trial.judge(-error.errno);
    throw error;
  }
}

function tryUprobeMulti(trial: Trial): Answer {
  return withProgram(trial, 'kprobe', BpfAttachType.BPF_TRACE_UPROBE_MULTI, (program) => {
    const attr = linkAttr(trial.kernel, program, 0, BpfAttachType.BPF_TRACE_UPROBE_MULTI)
      .pointer(16, cString(`/${noSuchName}`))
      .pointer(24, new Uint8Array(8))
      .u32(48, 1);
    const result = attr.bpf(BpfCommand.BPF_LINK_CREATE);
    return result === -Errno.ENOENT ? 'yes' : trial.judge(result);
  });
}

function tryKprobeMulti(trial: Trial, attachType: number): Answer {
  return withProgram(trial, 'kprobe', attachType, (program) => {
    const name = cString(noSuchName);
    const address = new Uint8Array(BigUint64Array.of(trial.kernel.addressOf(name)).buffer);
    const attr = linkAttr(trial.kernel, program, 0, attachType).u32(20, 1).pointer(24, address).keep([name]);
    const result = attr.bpf(BpfCommand.BPF_LINK_CREATE);
    return result === -Errno.ESRCH || result === -Errno.ENOENT ? 'yes' : trial.judge(result);
  });
}

function tryPerfLink(trial: Trial): Answer {
  return withProgram(trial, 'perf_event', 0, (program) => {
    const spec = { kind: 'software', event: softwareDummy, rate: { period: 1n } } as const;
    using event = openPerfEvent(trial.kernel, spec, { pid: 0 });
    const attr = linkAttr(trial.kernel, program, event.fd, BpfAttachType.BPF_PERF_EVENT).u64(16, 1n);
    return trial.judge(attr.bpf(BpfCommand.BPF_LINK_CREATE));
  });
}

const hasPmu = (name: 'kprobe' | 'uprobe') => (): Answer => (kernelProbePmu(name) ? 'yes' : 'no');

export const attachProbes: readonly FeatureProbe[] = [
  { name: 'kprobe_pmu', since: '4.17', description: 'kprobes as perf events', probe: hasPmu('kprobe') },
  { name: 'uprobe_pmu', since: '4.17', description: 'uprobes as perf events', probe: hasPmu('uprobe') },
  {
    name: 'uprobe_refcount',
    since: '4.20',
    description: 'counters that switch USDT probes on',
    probe: () => (kernelProbePmu('uprobe')?.semaphoreShift === undefined ? 'no' : 'yes'),
  },
  { name: 'perf_link', since: '5.15', description: 'links to perf events, with cookies', probe: tryPerfLink },
  { name: 'uprobe_multi', since: '6.6', description: 'many uprobes in one link', probe: tryUprobeMulti },
  {
    name: 'kprobe_multi',
    since: '5.18',
    description: 'many kprobes in one link',
    probe: (trial) => tryKprobeMulti(trial, BpfAttachType.BPF_TRACE_KPROBE_MULTI),
  },
  {
    name: 'kprobe_session',
    since: '6.10',
    description: 'one program for entry and return of functions',
    probe: (trial) => tryKprobeMulti(trial, BpfAttachType.BPF_TRACE_KPROBE_SESSION),
  },
];
