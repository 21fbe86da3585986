/**
 * What a simulated program sees of the machine around it: the current task, clocks, memory and stacks. A plain
 * object of values, so that a test case states its world, and may change it between runs.
 */

export interface WorldMemory {
  readonly name?: string;
  readonly space: 'kernel' | 'user';
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

export interface World {
  /** Thread id and process id, as the kernel's `pid` and `tgid`. */
  pid: number;
  tgid: number;
  /** The same in the task's own pid namespace. */
  namespacePid: number;
  namespaceTgid: number;
  comm: string;
  uid: number;
  gid: number;
  cpu: number;
  /** Number of copies in per-CPU maps. */
  cpuCount: number;
  numaNode: number;
  /** CLOCK_MONOTONIC; each reading of a clock advances it by `nsecsStep`. */
  nsecs: bigint;
  nsecsStep: bigint;
  /** What CLOCK_BOOTTIME and CLOCK_TAI are ahead of CLOCK_MONOTONIC. */
  bootOffsetNs: bigint;
  taiOffsetNs: bigint;
  jiffies: bigint;
  cgroupId: bigint;
  /** Ids of the cgroup's ancestors from the root (level 0) on, itself last. */
  cgroupAncestors: readonly bigint[];
  /** Results of bpf_get_prandom_u32, over and over. */
  random: readonly number[];
  /** Address of the current task_struct; put its bytes in `memory`. */
  task: bigint;
  attachCookie: bigint;
  /** Address of the traced function. */
  functionAddress: bigint;
  /** Return addresses, innermost first. */
  kernelStack: readonly bigint[];
  userStack: readonly bigint[];
  memory: readonly WorldMemory[];
  /** Direct loads from addresses where nothing is give 0, as BTF pointer loads do in the kernel, instead of an error. */
  faultingLoadsAreZero: boolean;
  /** Kernel functions by BTF id. */
  kfuncs: ReadonlyMap<number, (args: readonly bigint[]) => bigint>;
}

export const defaultWorld: Readonly<World> = {
  pid: 1001,
  tgid: 1000,
  namespacePid: 1001,
  namespaceTgid: 1000,
  comm: 'simulated',
  uid: 0,
  gid: 0,
  cpu: 0,
  cpuCount: 2,
  numaNode: 0,
  nsecs: 1_000_000_000n,
  nsecsStep: 0n,
  bootOffsetNs: 0n,
  taiOffsetNs: 0n,
  jiffies: 4_294_667_296n,
  cgroupId: 1n,
  cgroupAncestors: [1n],
  random: [4],
  task: 0xffff_8880_dead_0000n,
  attachCookie: 0n,
  functionAddress: 0n,
  kernelStack: [],
  userStack: [],
  memory: [],
  faultingLoadsAreZero: false,
  kfuncs: new Map(),
};
