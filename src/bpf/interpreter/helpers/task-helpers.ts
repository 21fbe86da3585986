/** Helpers about the current task, the clocks and the place of the event: they read the {@link World}. */
import { errno } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { type Helper, helper, type NamedHelpers, size32, worldValue } from './helper.ts';

const pair = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/** Each reading advances the clock. */
const clock = (offset: (world: Execution['world']) => bigint): Helper => ({
  parameters: 0,
  run: ({ world }) => {
    const now = world.nsecs + offset(world);
    world.nsecs += world.nsecsStep;
    return now;
  },
});

/** Copies a string with its NUL and fills up with zeros. */
function putString(target: Uint8Array, text: string): void {
  target.fill(0);
  target.set(new TextEncoder().encode(text).subarray(0, Math.max(target.length - 1, 0)));
}

const signal = (thread: boolean): Helper =>
  helper(1, (execution, number) => {
    execution.host.signals.push({ signal: size32(number), thread });
    return 0n;
  });

export const taskHelpers: NamedHelpers = {
  ktime_get_ns: clock(() => 0n),
  ktime_get_coarse_ns: clock(() => 0n),
  ktime_get_boot_ns: clock(({ bootOffsetNs }) => bootOffsetNs),
  ktime_get_tai_ns: clock(({ taiOffsetNs }) => taiOffsetNs),
  jiffies64: worldValue(({ jiffies }) => jiffies),
  get_smp_processor_id: worldValue(({ cpu }) => cpu),
  get_numa_node_id: worldValue(({ numaNode }) => numaNode),
  get_prandom_u32: {
    parameters: 0,
    run: ({ world, host }) => BigInt((world.random[host.randomDrawn++ % world.random.length] ?? 0) >>> 0),
  },
  get_current_pid_tgid: worldValue(({ tgid, pid }) => pair(tgid, pid)),
  get_current_uid_gid: worldValue(({ gid, uid }) => pair(gid, uid)),
  get_current_task: worldValue(({ task }) => task),
  get_current_task_btf: worldValue(({ task }) => task),
  get_current_cgroup_id: worldValue(({ cgroupId }) => cgroupId),
  get_current_ancestor_cgroup_id: helper(1, ({ world }, level) => world.cgroupAncestors[size32(level)] ?? 0n),
  get_attach_cookie: { ...worldValue(({ attachCookie }) => attachCookie), parameters: 1 },
  get_func_ip: { ...worldValue(({ functionAddress }) => functionAddress), parameters: 1 },
  get_current_comm: helper(2, ({ world, memory }, buffer, size) => {
    // TASK_COMM_LEN is 16.
    putString(memory.writableSlice(buffer, size32(size)), world.comm.slice(0, 15));
    return 0n;
  }),
  get_ns_current_pid_tgid: helper(4, ({ world, memory }, _device, _inode, buffer, size) => {
    const target = memory.writableSlice(buffer, size32(size));
    if (target.length !== 8) return BigInt(-errno.EINVAL);
    const view = new DataView(target.buffer, target.byteOffset, 8);
    view.setUint32(0, world.namespacePid, true);
    view.setUint32(4, world.namespaceTgid, true);
    return 0n;
  }),
  send_signal: signal(false),
  send_signal_thread: signal(true),
};
