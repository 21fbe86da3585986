/**
 * What the compiler makes: a plain value, without any kernel object. It can be printed, compared, saved and
 * run in the interpreter; the loader turns it into maps, programs and links.
 */
import type { AggregateType, Type } from './types.ts';

export interface Program {
  readonly maps: readonly MapSpec[];
  readonly functions: readonly FunctionSpec[];
  /** In the order in which the probes were written. */
  readonly attachments: readonly Attachment[];
  /** Maps of the script, in no particular order. */
  readonly userMaps: readonly UserMap[];
  /** Index = event id, the first u32 of each ring-buffer record. */
  readonly events: readonly EventSpec[];
  /** Index in `maps`. */
  readonly ringBuffer: number | undefined;
  /** Index in `maps` of the array of one element that holds the {@link LossCounters}, one u64 each. */
  readonly lossCounters: number | undefined;
  /** Present when the program unwinds stacks: indexes in `maps` of its tables (unwind-table.ts). */
  readonly unwind?: UnwindMaps;
  readonly license: string;
  /** `/* … *\/` source, for run-time warnings. */
  readonly sourceName: string;
}

export interface UnwindMaps {
  readonly rows: number;
  readonly mappings: number;
  readonly processes: number;
}

/** Kernel spelling, `BPF_MAP_TYPE_` dropped and in lower case. */
export type BpfMapType =
  | 'hash'
  | 'array'
  | 'percpu_hash'
  | 'percpu_array'
  | 'lru_hash'
  | 'lru_percpu_hash'
  | 'stack_trace'
  | 'ringbuf'
  | 'prog_array'
  | 'perf_event_array';

export interface MapSpec {
  readonly name: string;
  readonly type: BpfMapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** BPF_F_* bits. */
  readonly flags: number;
  /** Initial contents of an array map (element 0 onwards), e.g. constant tables. */
  readonly initial?: Uint8Array;
  /** This map keeps the stacks that found no place in the stack map of that index: stack → number. */
  readonly overflowOf?: number;
  /** Frozen after `initial` was written (BPF_MAP_FREEZE with BPF_F_RDONLY_PROG). */
  readonly readOnly?: boolean;
}

/** Kernel spelling, `BPF_PROG_TYPE_` dropped and in lower case. */
export type BpfProgramType = 'kprobe' | 'tracepoint' | 'perf_event' | 'raw_tracepoint' | 'tracing';

export interface FunctionSpec {
  /** Valid as a kernel object name: word characters, at most 15 are shown by the kernel. */
  readonly name: string;
  readonly type: BpfProgramType;
  /** For `tracing` programs: what BPF_PROG_LOAD must be told. */
  readonly tracing?: {
    readonly kind: 'raw_tp' | 'fentry' | 'fexit' | 'iter';
    readonly target: string;
    /** The module whose types have the target, when it is not the kernel itself. */
    readonly module?: string;
    /** Id of the loaded BPF program that has the target, a function of its own. Good until it is unloaded. */
    readonly bpfProgram?: number;
  };
  /** For programs of type kprobe that want one: BPF_TRACE_UPROBE_MULTI, BPF_TRACE_KPROBE_MULTI … */
  readonly expectedAttach?: 'uprobe_multi' | 'kprobe_multi' | 'kprobe_session';
  /** Encoded instructions, map references still zero; see `relocations`. */
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
  /** Only in programs for a later run. */
  readonly facts?: readonly FactPlace[];
  /** Programs of several functions: all of them, the entry first. Loading them takes BTF func_info. */
  readonly functions?: readonly LocalFunction[];
  /** Instruction index → place in the source; ascending, each valid until the next. */
  readonly sourceMap: readonly {
    readonly instruction: number;
    readonly line: number;
    readonly column: number;
  }[];
}

/** A function inside of a program: the entry, the body of a loop, a subprogram. */
export interface LocalFunction {
  /** A C identifier. */
  readonly name: string;
  /** Slot of its first instruction. */
  readonly instruction: number;
  /** In r1 and following. */
  readonly parameters: number;
}

/** A 64-bit immediate load (two slots) to be filled with a map's descriptor or the address in its value. */
export interface Relocation {
  readonly instruction: number;
  readonly kind: 'map' | 'map-value';
  /** Index in Program.maps. */
  readonly map: number;
  /** Byte offset into the value, for `map-value`. */
  readonly offset: number;
}

/**
 * A number that holds for one boot, one run or one process: what a program that was kept for later must be given
 * anew. `namespace` is device and inode of the pid namespace.
 */
export type RunFact =
  | { readonly kind: 'start' | 'tai-offset' | 'child' | 'namespace-device' | 'namespace-inode' }
  | { readonly kind: 'kernel-symbol' | 'cgroup'; readonly name: string };

/** The 64-bit immediate load (two slots) of such a number. The code has that of the time when it was compiled. */
export interface FactPlace {
  readonly instruction: number;
  readonly fact: RunFact;
}

export interface Attachment {
  /** Index in Program.functions. */
  readonly function: number;
  readonly point: AttachPointSpec;
  /** Full names of the probes this attachment serves (several when lowered to one dispatching program). */
  readonly probes: readonly string[];
  /** Said when it is attached. */
  readonly warnings?: readonly string[];
  /** What to call this mechanism with -v, e.g. "raw tracepoint sys_enter (dispatch on the call number)". */
  readonly via: string;
}

export type SelfTestMode = 'test' | 'bench';

/** How the function is attached; each kind has its implementation under src/probes. */
export type AttachPointSpec =
  /** Run once with BPF_PROG_TEST_RUN: `begin`, `end`. */
  | { readonly kind: 'test-run'; readonly when: 'begin' | 'end' }
  | { readonly kind: 'self-signal'; readonly signal: string }
  /** Run with BPF_PROG_TEST_RUN when the command was asked for tests or benchmarks. */
  | { readonly kind: 'self-test'; readonly mode: SelfTestMode; readonly name: string }
  /** perf software clock: on one CPU (interval) or on each (profile). Exactly one of the two rates. */
  | {
      readonly kind: 'timer';
      readonly scope: 'one-cpu' | 'every-cpu';
      readonly periodNs?: bigint;
      readonly frequencyHz?: bigint;
    }
  /** `event` is the PERF_COUNT_SW_* / PERF_COUNT_HW_* number. */
  | {
      readonly kind: 'perf-event';
      readonly type: 'software' | 'hardware';
      readonly event: number;
      readonly period: bigint;
    }
  | { readonly kind: 'tracepoint'; readonly subsystem: string; readonly event: string }
  /** BPF_RAW_TRACEPOINT_OPEN by name; for `tracing` programs the name is in FunctionSpec.tracing. */
  | { readonly kind: 'raw-tracepoint'; readonly name: string }
  /** Kernel functions: one multi-kprobe link for all, or a perf event for each. */
  | {
      readonly kind: 'kprobe';
      readonly return: boolean;
      readonly targets: readonly {
        /** `function`, or `module:function`; empty when the offset is an address. */
        readonly symbol: string;
        readonly offset: bigint;
        readonly cookie?: bigint;
      }[];
    }
  /** Known beforehand to fail. Why is said when it would be attached: a script may do without a probe. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** fentry, fexit: the function is in FunctionSpec.tracing. */
  | { readonly kind: 'trampoline' }
  /** Walks all objects of a kind once; the kind is in FunctionSpec.tracing. With `pin`, the link is left there instead. */
  | { readonly kind: 'iterator'; readonly pin?: string }
  /** A debug register of every CPU, or of a process. */
  | {
      readonly kind: 'watchpoint';
      readonly address: bigint;
      readonly length: 1 | 2 | 4 | 8;
      readonly mode: 'r' | 'w' | 'rw' | 'x';
      readonly pid?: number;
    }
  | {
      readonly kind: 'uprobe';
      readonly path: string;
      readonly return: boolean;
      /** File offset of the instruction and, for USDT, of the semaphore. The same length. */
      readonly targets: readonly {
        readonly offset: bigint;
        readonly semaphoreOffset?: bigint;
        readonly cookie?: bigint;
      }[];
      readonly pid?: number;
    };

export interface UserMap {
  /** With the `@`. */
  readonly name: string;
  /** Index in Program.maps. */
  readonly map: number;
  readonly scalar: boolean;
  /** A tuple for multi-part keys; undefined for scalar maps. */
  readonly key: Type | undefined;
  /** An aggregate, or a plain value. */
  readonly value: Type | AggregateType;
  /** Scalar plain maps: byte offset of the u64 that is 1 when the map has a value. */
  readonly presenceOffset?: number;
  /** Byte offset of the value in the kernel's map value. */
  readonly valueOffset: number;
  /** Per-CPU copies are combined when read. */
  readonly perCpu: boolean;
}

/** Where an event came from, for errorf, warnf and run-time warnings. 1-based, columns in bytes, end exclusive. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly expandedFrom?: SourceRange;
}

/**
 * One argument in a record. Fixed arguments lie at `offset` in the layout of `type`.
 * A `tail` argument is a string whose u32 byte length (without NUL; capped at type.size when it was cut) lies
 * at `offset`, and whose bytes follow the fixed part, tails in argument order, without padding.
 */
export interface RecordField {
  readonly offset: number;
  readonly type: Type;
  readonly tail: boolean;
}

/**
 * An asynchronous action. Records begin with u32 event id, u32 reserved (zero); fields follow.
 * `fixedSize` covers the header and all fixed fields.
 */
export type EventSpec = {
  readonly fixedSize: number;
  readonly fields: readonly RecordField[];
  readonly range: SourceRange;
} & EventAction;

export type EventAction =
  /** `format` is the literal; arguments are the fields. */
  | { readonly action: 'printf' | 'errorf' | 'warnf' | 'cat' | 'system' | 'debugf'; readonly format: string }
  /** Print of a value: one field. */
  | { readonly action: 'print-value' }
  /** Print of a whole map: index in userMaps. */
  | {
      readonly action: 'print-map';
      readonly userMap: number;
      readonly top: number;
      readonly div: number;
      /** Of a histogram, instead of its chart. */
      readonly percentiles?: readonly number[];
    }
  /** One field, the key (none for scalar maps): print of one aggregate element goes through print-value instead. */
  | { readonly action: 'clear' | 'zero'; readonly userMap: number }
  /** No field, or one integer: the status. */
  | { readonly action: 'exit' }
  | { readonly action: 'time'; readonly format: string }
  /** One field, the address (u64): its watchpoints are given up. */
  | { readonly action: 'unwatch' }
  /** One string field an argument. */
  | { readonly action: 'join'; readonly separator: string }
  /** A failure seen in the kernel: field 0 is the s32 return code, which says it all where there is no message. */
  | { readonly action: 'runtime-error'; readonly helper: string; readonly message?: string };

/** Numbers of stacks: those of buckets in a stack map have 32 bits, copies in an overflow map are numbered above. */
export const StackNumbers = { firstCopy: 2 ** 32 } as const;

/**
 * Order of the u64 counters in the loss-counter map: these first, then one for each user map (index in
 * Program.userMaps) that counts the updates it refused because it was full.
 */
export const LossCounters = {
  /** Records that found no room in the ring buffer. */
  ringBufferFull: 0,
  /** Stacks that could not be kept: their bucket was taken by another stack, and the overflow map was full. */
  stackCollision: 1,
  firstUserMap: 2,
} as const;
