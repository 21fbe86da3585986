/**
 * What the compiler may ask about the machine. The compiler itself opens no file and calls no kernel: a host
 * target answers from tracefs, BTF and feature probes on demand; tests and browsers bring a fixture.
 * Every answer must stay the same for the life of the object, so that compiling twice gives the same program.
 */
import type { Btf } from '../btf/btf.ts';
import type { BpfProgramType } from './program.ts';
import type { StructType, Type } from './types.ts';

export type IsaVersion = 1 | 2 | 3 | 4;

export interface TracepointField {
  readonly name: string;
  /** C type as written in the format file, e.g. `const char *`, `char[16]`, `__data_loc char[]`. */
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  readonly signed: boolean;
  /** `__data_loc`: the field is a u32, low half the offset in the record, high half the length. */
  readonly dataLoc: boolean;
  readonly arrayLength?: number;
}

export interface TracepointFormat {
  readonly id: number;
  readonly fields: readonly TracepointField[];
}

export interface UserFunction {
  readonly name: string;
  /** Virtual address in the file. */
  readonly address: bigint;
  readonly size: bigint;
  /** File offset of the first instruction: what a uprobe is attached to. */
  readonly offset: bigint;
}

/** A parameter of a user function, from debug information. */
export interface UserParameter {
  readonly name: string;
  /** The type as C writes it. */
  readonly text: string;
  readonly type: Type;
  readonly place: UserParameterPlace;
}

/** Where a parameter lies when its function is entered (x86-64). */
export type UserParameterPlace =
  /** One register for each eight bytes, by the kernel's names of them. */
  | { readonly kind: 'registers'; readonly registers: readonly string[] }
  /** Bytes from the stack pointer. */
  | { readonly kind: 'stack'; readonly offset: number }
  /** Its address is in a register, or on the stack. */
  | { readonly kind: 'address'; readonly register: string | undefined; readonly offset: number }
  /** In a vector register, which BPF cannot read. */
  | { readonly kind: 'vector' };

/** What became of a search for the code of a source line. */
export type SourceLocation =
  /** Where it begins: virtual addresses in the file, and places in it. */
  | {
      readonly kind: 'found';
      readonly places: readonly { readonly address: bigint; readonly offset: bigint }[];
    }
  | { readonly kind: 'no-debug-info' }
  | { readonly kind: 'no-file' }
  | { readonly kind: 'no-code' };

/** A function of the kernel that may be traced. */
export interface KernelFunction {
  readonly name: string;
  /** Undefined for the kernel itself. */
  readonly module: string | undefined;
  /**
   * Why a kprobe cannot be set on it by name: several functions have the name, or the kernel forbids it because
   * kprobes themselves need the function.
   */
  readonly notByName?: 'ambiguous' | 'forbidden';
}

/** A function of a BPF program that is loaded. */
export interface BpfFunction {
  readonly programId: number;
  readonly name: string;
  /** What it returns as a number; undefined when it returns nothing. */
  readonly result: { readonly size: 1 | 2 | 4 | 8; readonly signed: boolean } | undefined;
}

/** One site of a USDT probe in a binary. */
export interface UsdtSite {
  readonly provider: string;
  readonly name: string;
  /** Operands as the compiler wrote them, see elf/usdt-args.ts. */
  readonly args: string;
  /** File offset of the instruction. */
  readonly offset: bigint;
  /** File offset of the semaphore, when there is one. */
  readonly semaphoreOffset?: bigint;
}

export interface Target {
  readonly isa: IsaVersion;
  /** Feature names as in src/features; an unknown or inconclusive one is false. */
  has(feature: string): boolean;
  /** Kernel BTF, undefined when the kernel has none. */
  readonly btf: Btf | undefined;

  readonly possibleCpus: number;
  /** Set when kscope does not run in the initial pid namespace. */
  readonly pidNamespace: { readonly device: bigint; readonly inode: bigint } | undefined;
  /** Pid of the `-c` child, or of `-p`. */
  readonly childPid: number | undefined;
  readonly targetPid: number | undefined;
  /** CLOCK_BOOTTIME at start, for `elapsed`. */
  readonly startBootNs: bigint;

  tracepointFormat(subsystem: string, event: string): TracepointFormat | undefined;
  /** Matches of two wildcard patterns (`*` only), in byte order. */
  tracepoints(
    subsystem: string,
    event: string,
  ): readonly { readonly subsystem: string; readonly event: string }[];
  rawTracepoints(pattern: string): readonly string[];
  /** Number of a system call by the name that its tracepoint has (`openat`, `newfstat` …). */
  syscallNumber(name: string): number | undefined;
  /** Binaries that a target written in a probe stands for; empty when there is none. */
  resolveBinary(path: string): readonly string[];
  userFunctions(path: string, pattern: string): readonly UserFunction[];
  usdtProbes(path: string): readonly UsdtSite[];
  kernelSymbol(name: string): bigint | undefined;

  /** The program is kept for a later run: what holds for this one only must stay recognisable. */
  readonly forLater?: boolean;
  /** Rows that unwind tables must have room for; undefined when no process was named whose stacks may be unwound. */
  readonly unwindRows?: number | undefined;

  // What only some programs ask for; a target without an answer leaves it out.

  /** Matches of a wildcard pattern (`*` only) among the functions that can be traced, by name in byte order. */
  kernelFunctions?(pattern: string): readonly KernelFunction[];
  /** The function that has an address of the kernel in it. */
  kernelFunctionAt?(address: bigint): string | undefined;
  /** Modules that are loaded. */
  kernelModules?(): ReadonlySet<string>;
  /** Types of a module that is loaded, continuing the kernel's. */
  moduleBtf?(module: string): Btf | undefined;

  /** Functions of the BPF programs that are loaded and have types, programs by id. */
  bpfFunctions?(): readonly BpfFunction[];

  /** The file of the process of `-p`. */
  readonly processBinary?: string | undefined;
  /** Files that programs of this machine are made of, for probes in all of them. */
  binaries?(): readonly string[];
  /** Why nothing can be looked up in a file: it is no program, or damaged. Undefined when all is well. */
  binaryProblem?(path: string): string | undefined;
  /** Undefined when it cannot be told. */
  isInstructionStart?(path: string, fn: UserFunction, offset: bigint): boolean | undefined;

  /** Name of a system call by its number, as its manual page has it (`fstat`, `umount2`). */
  syscallName?(number: number): string | undefined;
  /** Id of a directory of the cgroup v2 file system. */
  cgroupId?(path: string): bigint | undefined;
  /** Whether programs of this type may call the kernel function. */
  kfuncAllowed?(name: string, programType: BpfProgramType): boolean;
  /** What CLOCK_TAI is ahead of CLOCK_BOOTTIME, in nanoseconds. */
  readonly taiOffsetNs?: bigint;
  /** Virtual address in the file of what lies at an offset of it. */
  userAddress?(path: string, offset: bigint): bigint | undefined;
  /** A function or object of a binary: its virtual address in the file, and its size. */
  userSymbol?(path: string, name: string): { readonly address: bigint; readonly size: bigint } | undefined;
  /** Parameters of the function that begins at an address of a binary; undefined without debug information. */
  userParameters?(path: string, address: bigint): readonly UserParameter[] | undefined;
  /** A struct that the type of a parameter names. */
  userType?(origin: string): StructType | undefined;
  sourceLocation?(path: string, file: string, line: number, column: number | undefined): SourceLocation;
}
