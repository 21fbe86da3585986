/**
 * How many programs and attachments a script asks for, compared with the limits of its config before any body is
 * checked: a wildcard may match fifty thousand functions. What costs is each attachment, not each probe: those that
 * share one count once.
 */
import type { ResolvedProbe } from '../../probes/probe-type.ts';
import type { Config } from '../2-expand/config.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';

/** Equal for probes of one body that one attachment serves; undefined when each has its own. */
export function sharedAttachment({ dispatch, point, expectedAttach }: ResolvedProbe): string | undefined {
  if (dispatch !== undefined) return dispatch.group;
  if (point.kind === 'uprobe' && expectedAttach === 'uprobe_multi')
    return `${point.path} ${point.return} ${point.pid}`;
  if (point.kind === 'kprobe' && expectedAttach === 'kprobe_multi') return `kernel ${point.return}`;
  return undefined;
}

/** `bodies`: the probes that each program serves. */
export function checkProbeLimits(
  bodies: readonly (readonly ResolvedProbe[])[],
  { max_probes, max_bpf_progs }: Config,
  reporter: Reporter,
): void {
  const attachments = bodies.reduce((sum, probes) => sum + attachmentCount(probes), 0);
  if (attachments > max_probes) reporter.error(undefined, messages.tooManyProbes(attachments, max_probes));
  else if (bodies.length > max_bpf_progs)
    reporter.error(undefined, messages.tooManyPrograms(bodies.length, max_bpf_progs));
}

function attachmentCount(probes: readonly ResolvedProbe[]): number {
  const keys = probes.map(sharedAttachment);
  const single = keys.filter((key) => key === undefined).length;
  return single + new Set(keys.filter((key) => key !== undefined)).size;
}
