/**
 * Helper functions, asked for by a program that calls one with whatever is in the registers: the verifier looks the
 * function up before it looks at its arguments, so a complaint about those is a yes. Only the log can tell which.
 */
import { BpfAttachType } from '../../kernel/bpf-constants.ts';
import { verifierLog } from '../../kernel/bpf-program.ts';
import { call, code, exit, movImmediate } from '../../kernel/mini-code.ts';
import type { BpfProgramType } from '../../program/program.ts';
import type { Answer, FeatureProbe, Trial, TrialSource } from '../feature.ts';

/** "unknown func bpf_x#1" for this kind of program, "invalid func unknown#999" at all, and wordings since 6.10. */
const refusal = /unknown func|invalid func|program of this type cannot use helper/;

type Row = readonly [name: string, number: number, since: string, description: string, type?: BpfProgramType];

const rows: readonly Row[] = [
  ['send_signal', 109, '5.3', 'signal()'],
  ['probe_read_user', 112, '5.5', 'reading user memory as such'],
  ['probe_read_kernel', 113, '5.5', 'reading kernel memory as such'],
  ['probe_read_user_str', 114, '5.5', 'reading user strings as such'],
  ['probe_read_kernel_str', 115, '5.5', 'reading kernel strings as such'],
  ['jiffies64', 118, '5.6', 'the jiffies counter'],
  ['get_ns_current_pid_tgid', 120, '5.7', 'pids as seen in a pid namespace'],
  ['ktime_get_boot_ns', 125, '5.8', 'the clock that counts suspended time'],
  ['get_current_cgroup_id', 80, '4.18', 'cgroup of the current task'],
  ['get_task_stack', 141, '5.9', 'stack of any task'],
  ['get_current_task_btf', 158, '5.11', 'the current task as a typed pointer'],
  ['snprintf', 165, '5.13', 'formatting in the kernel'],
  ['for_each_map_elem', 164, '5.13', 'walking a map in the kernel'],
  ['get_func_ip', 173, '5.15', 'address of the probed function', 'kprobe'],
  ['get_attach_cookie', 174, '5.15', 'a number given at attach', 'kprobe'],
  ['task_pt_regs', 175, '5.15', 'user registers of a task'],
  ['loop', 181, '5.17', 'loops of up to 8 million turns'],
  ['strncmp', 182, '5.17', 'comparison with a constant string'],
  ['find_vma', 180, '5.17', 'memory mapping of an address'],
  ['map_lookup_percpu_elem', 195, '5.19', 'the copy of another CPU'],
  ['ktime_get_tai_ns', 208, '6.1', 'the TAI clock'],
  ['probe_write_user', 36, '4.8', 'writing user memory'],
  ['override_return', 58, '4.16', 'override()', 'kprobe'],
  ['get_stackid', 27, '4.6', 'stack traces'],
  ['read_branch_records', 119, '5.6', 'branch records of a sample', 'perf_event'],
];

function tryHelper(trial: Trial, number: number, kind: Omit<TrialSource, 'code'>): Answer {
  if (!trial.mayLoad) return 'unknown';
  const program = code(call(number), movImmediate(0, 0), exit());
  const log = verifierLog(trial.kernel, { name: 'kscope_trial', code: program, license: 'GPL', ...kind });
  return refusal.test(log) ? 'no' : 'yes';
}

/** Only some functions of the kernel may be traced with it; iterators may call it always. */
function tryPathHelper(trial: Trial): Answer {
  const attachBtfId = trial.btf?.find('bpf_iter_task', 'func');
  if (attachBtfId === undefined) return 'no';
  const iterator = {
    type: 'tracing',
    expectedAttachType: BpfAttachType.BPF_TRACE_ITER,
    attachBtfId,
  } as const;
  return tryHelper(trial, pathHelper, iterator);
}

const pathHelper = 147;

export const helperProbes: readonly FeatureProbe[] = [
  ...rows.map(
    ([name, number, since, description, type]): FeatureProbe => ({
      name,
      since,
      description,
      probe: (trial) => tryHelper(trial, number, { type: type ?? 'raw_tracepoint' }),
    }),
  ),
  { name: 'd_path', since: '5.10', description: 'path()', probe: tryPathHelper },
];
