/**
 * Types of values as they lie in BPF memory: what the checker infers, what map keys, map values and event
 * records are made of, and what the runtime needs to print them. Layout is that of C (natural alignment).
 */

export type Type =
  | IntType
  | BoolType
  | StringType
  | PointerType
  | ArrayType
  | TupleType
  | RecordType
  | StructType
  | EnumType
  | BufferType
  | InetType
  | MacType
  | StackType
  | SymbolType
  | TimestampType
  | CgroupPathType
  | UsernameType
  | RatioType
  | AggregateType
  | VoidType
  | NoneType
  | ContextType;

export interface IntType {
  readonly kind: 'int';
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}
/** One byte, 0 or 1. */
export interface BoolType {
  readonly kind: 'bool';
}
/** Bytes up to a NUL or to `size`. `size` counts the NUL's place. */
export interface StringType {
  readonly kind: 'string';
  readonly size: number;
}
export type AddressSpace = 'kernel' | 'user' | 'bpf' | 'unknown';
/** `to` may be a {@link NamedType}, so that types can refer to themselves. */
export interface PointerType {
  readonly kind: 'pointer';
  readonly to: Type | NamedType;
  readonly space: AddressSpace;
}
/** A struct, union or enum by name only; looked up when it is dereferenced. `btfId` picks the exact one. */
export interface NamedType {
  readonly kind: 'named';
  readonly tag: 'struct' | 'union' | 'enum';
  readonly name: string;
  readonly btfId?: number;
  /** Of a user program's debug information: which entry it is. */
  readonly origin?: string;
}
export interface ArrayType {
  readonly kind: 'array';
  readonly element: Type;
  readonly length: number;
}
export interface TupleType {
  readonly kind: 'tuple';
  readonly elements: readonly Type[];
}
export interface RecordType {
  readonly kind: 'record';
  readonly fields: readonly { readonly name: string; readonly type: Type }[];
}
export interface StructType {
  readonly kind: 'struct';
  readonly tag: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly fields: readonly StructField[];
  readonly btfId?: number;
  readonly origin?: string;
}
export interface StructField {
  /** Empty for an anonymous struct or union member. */
  readonly name: string;
  readonly type: Type;
  /** Bytes from the start of the struct. For a bit-field: of the storage unit that `bits` refers to. */
  readonly offset: number;
  /** Present for bit-fields: `shift` from the least significant bit of a load of `type` at `offset`. */
  readonly bits?: { readonly shift: number; readonly width: number };
}
export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly variants: ReadonlyMap<bigint, string>;
}
/** u32 length, then `size` bytes. */
export interface BufferType {
  readonly kind: 'buffer';
  readonly size: number;
}
/** u64 address family (2 or 10), then 16 bytes. */
export interface InetType {
  readonly kind: 'inet';
}
/** 6 bytes, padded to 8. */
export interface MacType {
  readonly kind: 'mac';
}
export type StackMode = 'bpftrace' | 'perf' | 'raw' | 'build_id' | 'folded';
/**
 * kstack: 8 bytes, s64 stack id. ustack: 16 bytes, s64 stack id, u32 pid, u32 unused.
 * `map` is the index of the stack map in Program.maps.
 */
export interface StackType {
  readonly kind: 'kstack' | 'ustack';
  readonly mode: StackMode;
  readonly limit: number;
  readonly map: number;
  /** Of `dw_ustack`: found by unwind tables and not by frame pointers. The id is a hash, the map keyed by it. */
  readonly unwinder?: 'dwarf';
}
/** ksym: u64 address. usym: u64 address, u32 pid, u32 unused. */
export interface SymbolType {
  readonly kind: 'ksym' | 'usym';
}
/** u64 nanoseconds of the given clock; printed with strftime format `format` when it has one. */
export interface TimestampType {
  readonly kind: 'timestamp';
  readonly clock: 'boot' | 'monotonic' | 'tai' | 'sw_tai';
  readonly format?: string;
}
/** u64 cgroup id. */
export interface CgroupPathType {
  readonly kind: 'cgroup-path';
  readonly filter?: string;
}
/** u32 uid, padded to 8. */
export interface UsernameType {
  readonly kind: 'username';
}
/** Two 64-bit integers, the first divided by the second when it is printed: BPF has no floating point. */
export interface RatioType {
  readonly kind: 'ratio';
  /** Whether each is signed. */
  readonly signed: readonly [dividend: boolean, divisor: boolean];
}

/** What a map holds when an aggregate function is assigned to it; see `layoutOf` for the memory. */
export type AggregateType =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'avg' | 'stats'; readonly signed: boolean }
  /** log2 with 2^bits divisions a power. */
  | { readonly kind: 'hist'; readonly bits: number }
  | { readonly kind: 'lhist'; readonly min: bigint; readonly max: bigint; readonly step: bigint }
  | {
      readonly kind: 'tseries';
      readonly intervalNs: bigint;
      readonly intervals: number;
      readonly combine: 'last' | 'avg' | 'max' | 'min' | 'sum';
      readonly signed: boolean;
    };
export interface VoidType {
  readonly kind: 'void';
}
export interface NoneType {
  readonly kind: 'none';
}
/** `ctx`, and `args` where it is only a handle: never stored. */
export interface ContextType {
  readonly kind: 'context';
}
