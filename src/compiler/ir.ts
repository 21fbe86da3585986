/**
 * The intermediate form: functions of basic blocks in static single assignment form over 64-bit values, close
 * enough to BPF that emitting is selection and allocation, not translation. Built by 4-lower, rewritten by
 * 5-optimise, consumed by 6-emit. No kernel, no types of the language: only sizes.
 *
 * Verifier rules that every rewrite must respect:
 * - a value made by a map look-up, by ring-buffer reservation or by a helper that may return NULL may not be
 *   dereferenced or moved by arithmetic except in blocks dominated by a branch that compared it with 0;
 * - a load or store is never hoisted above a branch;
 * - helpers clobber r1–r5; a pointer may be spilled to the stack only as a whole aligned 8-byte slot.
 */

import type { RunFact } from '../program/program.ts';

export type ValueId = number & { readonly __brand: 'ValueId' };
export type BlockId = number & { readonly __brand: 'BlockId' };
export type StackObjectId = number & { readonly __brand: 'StackObjectId' };

export type AccessSize = 1 | 2 | 4 | 8;
export type Width = 32 | 64;

/** Arithmetic. `s` forms are signed. With width 32 the upper half of the result is zero. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'sdiv'
  | 'mod'
  | 'smod'
  | 'and'
  | 'or'
  | 'xor'
  | 'lsh'
  | 'rsh'
  | 'arsh';

/** `set` is "any common bit" (JSET). Unsigned unless prefixed with `s`. */
export type CompareOp = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'sgt' | 'sge' | 'slt' | 'sle' | 'set';

/** neg; sign or zero extension of the low bits to 64; byte swap of the low bits (zero-extended). */
export type UnaryOp =
  | 'neg'
  | 'sext8'
  | 'sext16'
  | 'sext32'
  | 'zext8'
  | 'zext16'
  | 'zext32'
  | 'bswap16'
  | 'bswap32'
  | 'bswap64';

export type Instruction = { readonly span?: SourcePlace } & (
  | { readonly op: 'const'; readonly result: ValueId; readonly value: bigint }
  | {
      readonly op: 'binary';
      readonly result: ValueId;
      readonly operator: BinaryOp;
      readonly width: Width;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  | { readonly op: 'unary'; readonly result: ValueId; readonly operator: UnaryOp; readonly a: ValueId }
  /** 1 or 0; fused into the branch that uses it where that is its only use. */
  | {
      readonly op: 'compare';
      readonly result: ValueId;
      readonly operator: CompareOp;
      readonly width: Width;
      readonly a: ValueId;
      readonly b: ValueId;
    }
  /**
   * Zero- or sign-extended load. `invariant`: the memory does not change while the program runs, so equal loads
   * may be merged when one dominates the other; a dead load may always be removed.
   */
  | {
      readonly op: 'load';
      readonly result: ValueId;
      readonly size: AccessSize;
      readonly signed: boolean;
      readonly base: ValueId;
      readonly offset: number;
      readonly invariant?: boolean;
    }
  | {
      readonly op: 'store';
      readonly size: AccessSize;
      readonly base: ValueId;
      readonly offset: number;
      readonly value: ValueId;
    }
  /** Atomic read-modify-write in memory; `result` only with `fetch`. `cmpxchg` compares with `expected`. */
  | {
      readonly op: 'atomic';
      readonly result?: ValueId;
      readonly operator: 'add' | 'or' | 'and' | 'xor' | 'xchg' | 'cmpxchg';
      readonly size: 4 | 8;
      readonly base: ValueId;
      readonly offset: number;
      readonly value: ValueId;
      readonly expected?: ValueId;
    }
  /** Address of a stack object of this function. */
  | { readonly op: 'stack-address'; readonly result: ValueId; readonly object: StackObjectId }
  /** The map itself (BPF_PSEUDO_MAP_FD), or an address in its value (BPF_PSEUDO_MAP_VALUE). `map` indexes Program.maps. */
  | { readonly op: 'map'; readonly result: ValueId; readonly map: number }
  | { readonly op: 'map-value'; readonly result: ValueId; readonly map: number; readonly offset: number }
  /** Address of another function of the same module (BPF_PSEUDO_FUNC), for callbacks. */
  | { readonly op: 'function-address'; readonly result: ValueId; readonly function: number }
  /** Address of a variable of the kernel by its BTF id (BPF_PSEUDO_BTF_ID); of a per-CPU one, for the helpers that take it. */
  | { readonly op: 'kernel-variable'; readonly result: ValueId; readonly btfId: number }
  /** A number that holds for this run only; it is known by what it is, and may be another in the next run. */
  | {
      readonly op: 'fact';
      readonly result: ValueId;
      readonly fact: RunFact;
      readonly value: bigint;
    }
  /**
   * Helper by number, at most five arguments. `pure`: depends on its arguments and on nothing that changes while
   * the program runs (pid, comm pointer, task …): equal calls may be merged and dead ones removed.
   */
  | {
      readonly op: 'call';
      readonly result: ValueId;
      readonly helper: number;
      readonly args: readonly ValueId[];
      readonly pure?: boolean;
    }
  /** Kernel function by BTF id (BPF_PSEUDO_KFUNC_CALL). */
  | {
      readonly op: 'call-kfunc';
      readonly result: ValueId;
      readonly btfId: number;
      readonly args: readonly ValueId[];
    }
  /** Function of the same module (BPF_PSEUDO_CALL). */
  | {
      readonly op: 'call-local';
      readonly result: ValueId;
      readonly function: number;
      readonly args: readonly ValueId[];
    }
  /** At the head of a block only, one entry for each predecessor. */
  | {
      readonly op: 'phi';
      readonly result: ValueId;
      readonly incoming: readonly { readonly block: BlockId; readonly value: ValueId }[];
    }
);

export type Terminator = { readonly span?: SourcePlace } & (
  | { readonly op: 'jump'; readonly target: BlockId }
  /** `likely` hints at the fall-through. */
  | {
      readonly op: 'branch';
      readonly operator: CompareOp;
      readonly width: Width;
      readonly a: ValueId;
      readonly b: ValueId;
      readonly then: BlockId;
      readonly otherwise: BlockId;
      readonly likely?: 'then' | 'otherwise';
    }
  | { readonly op: 'return'; readonly value: ValueId }
  /** Multiway branch on a value: becomes a balanced comparison tree. Targets may repeat. */
  | {
      readonly op: 'switch';
      readonly value: ValueId;
      readonly cases: readonly { readonly match: bigint; readonly target: BlockId }[];
      readonly otherwise: BlockId;
    }
);

export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

export interface IrBlock {
  readonly id: BlockId;
  instructions: Instruction[];
  terminator: Terminator;
}

export interface StackObject {
  readonly id: StackObjectId;
  readonly size: number;
  readonly align: 1 | 2 | 4 | 8;
}

export interface IrFunction {
  readonly name: string;
  /** Values of r1 … rN at entry. The main function has one: the context. */
  readonly parameters: readonly ValueId[];
  readonly stackObjects: StackObject[];
  /** Entry first. Unordered otherwise: 6-emit lays them out. */
  blocks: IrBlock[];
  /** Next free ids. */
  nextValue: number;
  nextBlock: number;
}

/** One BPF program: function 0 is the entry, the others are local functions and callbacks. */
export interface IrModule {
  readonly functions: IrFunction[];
}
