/**
 * Functions of the kernel that BPF programs may call (kfuncs): each is registered for some kinds of programs. Asked
 * for by a program that calls one with whatever is in the registers; only "is not allowed" says no, a complaint about
 * the arguments comes later and says yes.
 */
import { BpfAttachType } from '../../kernel/bpf-constants.ts';
import { verifierLog } from '../../kernel/bpf-program.ts';
import { code, exit, insn, movImmediate } from '../../kernel/mini-code.ts';
import type { BpfProgramType } from '../../program/program.ts';
import type { Answer, Trial } from '../feature.ts';

const refusal =
  /is not allowed|not supported|cannot call kernel function|calling kernel functions are not allowed/;
/** BPF_PSEUDO_KFUNC_CALL (linux/bpf.h) */
const pseudoKfunc = 2;

export function tryKfunc(trial: Trial, name: string, type: BpfProgramType): Answer {
  const id = trial.btf?.find(name, 'func');
  if (trial.btf === undefined || id === undefined) return 'no';
  if (!trial.mayLoad) return 'unknown';
  const program = code(insn(0x85, 0, pseudoKfunc, 0, id), movImmediate(0, 0), exit());
  // Any tracepoint will do to load a program of type tracing.
  const tracing =
    type === 'tracing'
      ? {
          expectedAttachType: BpfAttachType.BPF_TRACE_RAW_TP,
          attachBtfId: trial.btf.find('btf_trace_sched_switch', 'typedef') ?? 0,
        }
      : {};
  const log = verifierLog(trial.kernel, {
    ...{ name: 'kscope_trial', type, code: program, license: 'GPL' },
    ...tracing,
  });
  // A function that takes anything is not complained about; one that is not known at all leaves no log either.
  return refusal.test(log) || log.trim() === '' ? 'no' : 'yes';
}
