/**
 * The machine form: BPF instructions over registers that may still be virtual, in basic blocks, no longer in
 * single assignment form. Two-operand arithmetic already has its move in front; calls already have their argument
 * moves, so that allocation sees every constraint as a move from or to a physical register.
 */

import { assertNever } from '../../base/assert.ts';
import type { RunFact } from '../../program/program.ts';
import type { BinaryOp, BlockId, CompareOp, SourcePlace, Width } from '../ir.ts';

/** 0–9 allocatable, 10 the frame pointer, from {@link firstVirtual} on virtual. */
export type Register = number;
export const framePointer: Register = 10;
export const firstVirtual: Register = 16;
export const allocatable = 10;
/** Destroyed by every call. */
export const callerSaved: readonly Register[] = [0, 1, 2, 3, 4, 5];
export const isVirtual = (register: Register): boolean => register >= firstVirtual;

/** A register, or a constant that fits the 32 bits of an immediate. */
export type Source = { readonly register: Register } | { readonly immediate: number };

export type MachineInstruction = { readonly span?: SourcePlace } & (
  | { readonly op: 'move'; readonly dst: Register; readonly src: Register }
  | { readonly op: 'constant'; readonly dst: Register; readonly value: bigint }
  | {
      readonly op: 'extend';
      readonly dst: Register;
      readonly src: Register;
      readonly bits: 8 | 16 | 32;
      readonly signed: boolean;
    }
  /** dst = dst operator src. */
  | {
      readonly op: 'alu';
      readonly operator: BinaryOp;
      readonly width: Width;
      readonly dst: Register;
      readonly src: Source;
    }
  | { readonly op: 'neg'; readonly dst: Register }
  | { readonly op: 'swap'; readonly dst: Register; readonly bits: 16 | 32 | 64 }
  | {
      readonly op: 'map-address';
      readonly dst: Register;
      readonly kind: 'map' | 'map-value';
      readonly map: number;
      readonly offset: number;
    }
  | { readonly op: 'frame-address'; readonly dst: Register; readonly offset: number }
  | { readonly op: 'function-address'; readonly dst: Register; readonly function: number }
  | { readonly op: 'kernel-variable'; readonly dst: Register; readonly btfId: number }
  | { readonly op: 'fact'; readonly dst: Register; readonly fact: RunFact; readonly value: bigint }
  | {
      readonly op: 'load';
      readonly dst: Register;
      readonly base: Register;
      readonly offset: number;
      readonly size: 1 | 2 | 4 | 8;
      readonly signed: boolean;
    }
  | {
      readonly op: 'store';
      readonly base: Register;
      readonly offset: number;
      readonly size: 1 | 2 | 4 | 8;
      readonly src: Source;
    }
  /** With `fetch`, src receives the old value. */
  | {
      readonly op: 'atomic';
      readonly operator: 'add' | 'or' | 'and' | 'xor' | 'xchg';
      readonly base: Register;
      readonly offset: number;
      readonly size: 4 | 8;
      readonly src: Register;
      readonly fetch: boolean;
    }
  /** r0 is the expected value, and receives the old one. */
  | {
      readonly op: 'compare-exchange';
      readonly base: Register;
      readonly offset: number;
      readonly size: 4 | 8;
      readonly src: Register;
    }
  | {
      readonly op: 'call';
      readonly kind: 'helper' | 'kfunc' | 'local';
      readonly id: number;
      readonly argumentCount: number;
    }
  /** dst = 1 or 0. dst is written before the comparison is made. */
  | {
      readonly op: 'set';
      readonly dst: Register;
      readonly operator: CompareOp;
      readonly width: Width;
      readonly a: Register;
      readonly b: Source;
    }
);

export type MachineTerminator = { readonly span?: SourcePlace } & (
  | { readonly op: 'jump'; readonly target: BlockId }
  | {
      readonly op: 'branch';
      readonly operator: CompareOp;
      readonly width: Width;
      readonly a: Register;
      readonly b: Source;
      readonly then: BlockId;
      readonly otherwise: BlockId;
      readonly likely?: 'then' | 'otherwise';
    }
  /** Returns r0. */
  | { readonly op: 'exit' }
);

export interface MachineBlock {
  readonly id: BlockId;
  instructions: MachineInstruction[];
  terminator: MachineTerminator;
  /** Natural loops around it. */
  readonly loopDepth: number;
}

export interface MachineFunction {
  readonly name: string;
  /** Entry first. */
  blocks: MachineBlock[];
  nextRegister: Register;
  /** Bytes below r10 in use. */
  frameSize: number;
}

const sourceRegisters = (source: Source): readonly Register[] =>
  'register' in source ? [source.register] : [];
const none: readonly Register[] = [];

/** Registers read. */
export function usesOf(i: MachineInstruction): readonly Register[] {
  switch (i.op) {
    case 'move':
    case 'extend':
      return [i.src];
    case 'constant':
    case 'map-address':
    case 'frame-address':
    case 'function-address':
    case 'kernel-variable':
    case 'fact':
      return none;
    case 'alu':
      return [i.dst, ...sourceRegisters(i.src)];
    case 'neg':
    case 'swap':
      return [i.dst];
    case 'load':
      return [i.base];
    case 'store':
      return [i.base, ...sourceRegisters(i.src)];
    case 'atomic':
      return [i.base, i.src];
    case 'compare-exchange':
      return [i.base, i.src, 0];
    case 'call':
      return callerSaved.slice(1, 1 + i.argumentCount);
    case 'set':
      return [i.a, ...sourceRegisters(i.b)];
    default:
      return assertNever(i, 'machine instruction');
  }
}

/** Registers written or destroyed. */
export function definesOf(i: MachineInstruction): readonly Register[] {
  switch (i.op) {
    case 'store':
      return none;
    case 'atomic':
      return i.fetch ? [i.src] : none;
    case 'compare-exchange':
      return [0];
    case 'call':
      return callerSaved;
    default:
      return [i.dst];
  }
}

export function terminatorUses(t: MachineTerminator): readonly Register[] {
  if (t.op === 'branch') return [t.a, ...sourceRegisters(t.b)];
  return t.op === 'exit' ? [0] : none;
}

export function machineSuccessors(t: MachineTerminator): readonly BlockId[] {
  if (t.op === 'jump') return [t.target];
  return t.op === 'branch' ? [t.then, t.otherwise] : [];
}

type Rename = (register: Register) => Register;
const renameSource = (source: Source, rename: Rename): Source =>
  'register' in source ? { register: rename(source.register) } : source;

/** The instruction with every register renamed, read and written alike. */
export function renameRegisters(i: MachineInstruction, rename: Rename): MachineInstruction {
  switch (i.op) {
    case 'move':
    case 'extend':
      return { ...i, dst: rename(i.dst), src: rename(i.src) };
    case 'alu':
      return { ...i, dst: rename(i.dst), src: renameSource(i.src, rename) };
    case 'load':
      return { ...i, dst: rename(i.dst), base: rename(i.base) };
    case 'store':
      return { ...i, base: rename(i.base), src: renameSource(i.src, rename) };
    case 'atomic':
    case 'compare-exchange':
      return { ...i, base: rename(i.base), src: rename(i.src) };
    case 'call':
      return i;
    case 'set':
      return { ...i, dst: rename(i.dst), a: rename(i.a), b: renameSource(i.b, rename) };
    default:
      return { ...i, dst: rename(i.dst) };
  }
}

export function renameTerminator(t: MachineTerminator, rename: Rename): MachineTerminator {
  return t.op === 'branch' ? { ...t, a: rename(t.a), b: renameSource(t.b, rename) } : t;
}
