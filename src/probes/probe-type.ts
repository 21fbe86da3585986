/**
 * What a kind of probe is to the compiler: its spelling, how an attach point expands to concrete probes on this
 * machine, and how a program attached there finds its arguments. Pure: all knowledge comes from the Target.
 */
import type { UsdtArgument } from '../elf/usdt-args.ts';
import type { AttachPointSpec, BpfProgramType, FunctionSpec } from '../program/program.ts';
import type { BpfFunction, Target, TracepointField, UserParameter } from '../program/target.ts';
import type { AddressSpace } from '../program/types.ts';

export interface ProbeType {
  /** Provider in full lower case, as `probe` prints it. */
  readonly name: string;
  /** Case-sensitive short spellings and case-insensitive older ones. */
  readonly aliases: readonly string[];
  /** Value of the builtin `probetype`. */
  readonly probetype: string;
  /** Takes `@FILE:LINE[:COLUMN]` behind its target. */
  readonly sourceLocations?: boolean;
  /** Accepted numbers of parts after the provider, ascending. */
  readonly partCounts: readonly number[];
  /** The same with `-p`, when the process can stand for a part. */
  readonly partCountsWithProcess?: readonly number[];
  /** What `-l` without a type searches. */
  readonly listed: 'kernel' | 'user' | 'never';
  expand(parts: readonly string[], environment: ExpandEnvironment): readonly ResolvedProbe[];
  /** Names for a listing; `parts` may hold wildcards. */
  list?(parts: readonly string[], environment: ExpandEnvironment): readonly string[];
  /** Arguments of a probe as `TYPE NAME`, for a detailed listing. */
  listArguments?(parts: readonly string[], target: Target): readonly string[];
}

export interface ExpandEnvironment {
  readonly target: Target;
  /** The attach point does not make sense: an error at its place. */
  error(message: string, hint?: string): void;
  /** It makes sense, but nothing matches: an error, a warning or nothing by `missing_probes`. */
  missing(message: string, similar?: SimilarNames): void;
  warning(message: string): void;
  /** `--unsafe`: what is risky is allowed. */
  readonly unsafe: boolean;
  /** The body reads arguments of the event (decides between mechanisms). */
  readonly readsArguments: boolean;
  /** It reads them by name: those of a user function are then looked up. */
  readonly readsNamedArguments: boolean;
  /** Which parts of the attach point stand behind an `@`. */
  readonly atParts: readonly number[];
}

/** What a name that was not found may have been meant to be. */
export interface SimilarNames {
  readonly given: string;
  /** Asked for only when there is something to report. */
  readonly known: () => Iterable<string>;
}

/** One concrete probe. */
export interface ResolvedProbe {
  readonly type: ProbeType;
  readonly name: string;
  readonly programType: BpfProgramType;
  readonly tracing?: NonNullable<FunctionSpec['tracing']>;
  readonly expectedAttach?: NonNullable<FunctionSpec['expectedAttach']>;
  readonly point: AttachPointSpec;
  readonly via: string;
  readonly context: ProbeContext;
  /** Said when the probe is attached. */
  readonly attachWarning?: string;
  /** Where pointers taken from the arguments lead. */
  readonly space: AddressSpace;
  /** The function that is traced, for `func`. */
  readonly functionName?: string;
  /**
   * Probes of one `group` share an attachment; the program picks the body by `number`
   * (system calls: one raw tracepoint for all).
   */
  readonly dispatch?: { readonly group: 'sys_enter' | 'sys_exit'; readonly number: number };
}

/** How a program sees its arguments. */
export type ProbeContext =
  | { readonly kind: 'none' }
  /** The context points to a tracepoint record. */
  | { readonly kind: 'record'; readonly fields: readonly TracepointField[]; readonly userPointers: boolean }
  /** BTF tracepoint sys_enter or sys_exit: context is u64[2]: struct pt_regs *, then number or return value. */
  | {
      readonly kind: 'syscall';
      readonly direction: 'enter' | 'exit';
      readonly fields: readonly TracepointField[];
    }
  /** Context is u64[], one an argument, with BTF types. */
  | {
      readonly kind: 'btf-arguments';
      readonly args: readonly BtfArgument[];
      /** At a function's return; the type 0 (void) when it returns nothing. */
      readonly result?: BtfArgument;
    }
  /**
   * The same context under a kprobe that is attached by trampoline: seen as numbers, as a kprobe sees registers.
   */
  | {
      readonly kind: 'trampoline';
      readonly at: 'entry' | 'return';
      readonly args: readonly BtfArgument[];
      readonly result: BtfArgument;
    }
  /** Under fentry and fexit of a BPF program; the result, when it returns something, is asked of the kernel. */
  | { readonly kind: 'bpf-function'; readonly result?: NonNullable<BpfFunction['result']> }
  /** Context is a struct bpf_iter__KIND, of this type. */
  | { readonly kind: 'iterator'; readonly typeId: number }
  /** Context is a struct pt_regs at function entry or return; `parameters` of a user function, when asked for. */
  | {
      readonly kind: 'registers';
      readonly at: 'entry' | 'return';
      readonly parameters?: UserParameters;
    }
  /** Context is a struct pt_regs at a USDT site. */
  | { readonly kind: 'usdt'; readonly args: readonly UsdtArgument[] }
  | { readonly kind: 'perf-event' };

/** What is known of the parameters of a user function. */
export type UserParameters =
  | { readonly kind: 'known'; readonly list: readonly UserParameter[] }
  | { readonly kind: 'no-debug-info'; readonly path: string }
  /** The probe is inside of the function, where parameters may lie anywhere. */
  | { readonly kind: 'not-at-entry' };

export interface BtfArgument {
  readonly name: string;
  readonly typeId: number;
  /** Number of its 8 bytes in the context. */
  readonly index: number;
}
