/** Kinds of programs. Those that need a target in BTF are loaded for one that every kernel with the feature has. */
import { Attr } from '../../kernel/attr.ts';
import { BpfAttachType, BpfCommand } from '../../kernel/bpf-constants.ts';
import { loadProgram } from '../../kernel/bpf-program.ts';
import { SyscallError, VerifierError } from '../../kernel/errors.ts';
import {
  addImmediate,
  call,
  code,
  exit,
  movImmediate,
  movRegister,
  returnValue,
  storeImmediate64,
} from '../../kernel/mini-code.ts';
import type { Answer, FeatureProbe, Trial, TrialSource } from '../feature.ts';

/** A do-nothing function that the kernel has for tests of exactly this (net/bpf/test_run.c). */
const testFunction = 'bpf_fentry_test1';

const getFuncRet = 184;
const askForResult = code(
  ...[movRegister(2, 10), addImmediate(2, -8), storeImmediate64(10, -8, 0), call(getFuncRet)],
  ...[movImmediate(0, 0), exit()],
);

function tracing(
  trial: Trial,
  attachType: number,
  name: string,
  kind: 'typedef' | 'func',
): TrialSource | undefined {
  const attachBtfId = trial.btf?.find(name, kind);
  if (attachBtfId === undefined) return undefined;
  return { type: 'tracing', code: returnValue(0), expectedAttachType: attachType, attachBtfId };
}

function loadsTracing(trial: Trial, ...target: [number, string, 'typedef' | 'func']): Answer {
  const source = tracing(trial, ...target);
  return source ? trial.loads(source) : 'no';
}

/** Some kernels load trampoline programs but cannot attach them, so both are tried. */
function attachesTrampoline(trial: Trial, attachType: number): Answer {
  const source = tracing(trial, attachType, testFunction, 'func');
  if (!source) return trial.btf ? 'unknown' : 'no';
  try {
    using program = loadProgram(trial.kernel, { ...source, name: 'kscope_trial', license: 'GPL' });
    return trial.judge(new Attr(trial.kernel, 16).u32(8, program.fd).bpf(BpfCommand.BPF_RAW_TRACEPOINT_OPEN));
  } catch (error) {
    if (error instanceof SyscallError || error instanceof VerifierError) return trial.judge(-error.errno);
    throw error;
  }
}

export const programProbes: readonly FeatureProbe[] = [
  {
    name: 'tracepoint',
    since: '4.7',
    description: 'tracepoints with their records',
    probe: (trial) => trial.loads({ type: 'tracepoint', code: returnValue(0) }),
  },
  {
    name: 'raw_tracepoint',
    since: '4.17',
    description: 'tracepoints with their raw arguments',
    probe: (trial) => trial.loads({ type: 'raw_tracepoint', code: returnValue(0) }),
  },
  {
    name: 'tp_btf',
    since: '5.5',
    description: 'raw tracepoints with typed arguments',
    probe: (trial) => loadsTracing(trial, BpfAttachType.BPF_TRACE_RAW_TP, 'btf_trace_sys_enter', 'typedef'),
  },
  {
    name: 'fentry',
    since: '5.5',
    description: 'probes on function entry by trampoline',
    probe: (trial) => attachesTrampoline(trial, BpfAttachType.BPF_TRACE_FENTRY),
  },
  {
    name: 'fexit',
    since: '5.5',
    description: 'probes on function exit, with arguments and result',
    probe: (trial) => attachesTrampoline(trial, BpfAttachType.BPF_TRACE_FEXIT),
  },
  {
    name: 'get_func_ret',
    since: '5.17',
    description: 'results of BPF programs that are traced',
    probe: (trial) => {
      const source = tracing(trial, BpfAttachType.BPF_TRACE_FEXIT, testFunction, 'func');
      return source === undefined ? 'no' : trial.loads({ ...source, code: askForResult });
    },
  },
  {
    name: 'iter',
    since: '5.8',
    description: 'programs that walk kernel objects',
    probe: (trial) => loadsTracing(trial, BpfAttachType.BPF_TRACE_ITER, 'bpf_iter_task', 'func'),
  },
  {
    name: 'test_run_raw_tracepoint',
    since: '5.10',
    description: 'running a raw tracepoint program on demand (begin, end)',
    probe: (trial) => {
      if (!trial.mayLoad) return 'unknown';
      const source = {
        name: 'kscope_trial',
        type: 'raw_tracepoint',
        code: returnValue(0),
        license: 'GPL',
      } as const;
      using program = loadProgram(trial.kernel, source);
      return trial.judge(new Attr(trial.kernel, 80).u32(0, program.fd).bpf(BpfCommand.BPF_PROG_TEST_RUN));
    },
  },
];
