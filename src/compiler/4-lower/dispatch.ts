/**
 * System call tracepoints do not fire for 32-bit (compat) calls: the kernel answers "no number" then. What it
 * looks at is TS_COMPAT in the thread's status (arch/x86/include/asm/thread_info.h), and so do we.
 */
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';

/** TS_COMPAT */
const compatCall = 2n;

export function guardCompat(l: Lowering): void {
  const offset = statusOffset(l);
  if (offset === undefined || !l.target.has('task_btf')) return;
  const task = l.b.call(helpers.getTaskBtf, [], { pure: true });
  const status = l.b.load(4, task, offset, { invariant: true });
  const masked = l.b.binary('and', status, compatCall);
  l.returnIf('ne', masked, 0n);
}

/** Offset of task_struct.thread_info.status. */
function statusOffset(l: Lowering): number | undefined {
  const { btf } = l.target;
  const task = btf?.find('task_struct', 'struct');
  if (btf === undefined || task === undefined) return undefined;
  const info = btf.findMember(task, 'thread_info');
  const status = info && btf.findMember(info.typeId, 'status');
  return info && status && (info.bitOffset + status.bitOffset) / 8;
}
