/**
 * The form in which the instruction set is written down: one entry for each instruction, holding its bits, which
 * fields it uses, what it does and how it is written. Encoder checks, assembler, disassembler and interpreter are
 * all driven by these entries.
 */
import type { AluOp, AtomicOp, CompareOp, MemorySize, Width } from '../opcode.ts';

/** What an instruction does, for the interpreter and for analyses. */
export type Operation =
  | { readonly kind: 'alu'; readonly op: AluOp; readonly width: Width; readonly operand: 'imm' | 'src' }
  | { readonly kind: 'neg'; readonly width: Width }
  | { readonly kind: 'mov-signed'; readonly width: Width; readonly bits: 8 | 16 | 32 }
  | { readonly kind: 'byte-order'; readonly to: 'big' | 'little' | 'swap'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'load'; readonly size: MemorySize; readonly signed: boolean }
  | { readonly kind: 'store'; readonly size: MemorySize; readonly operand: 'imm' | 'src' }
  | { readonly kind: 'atomic'; readonly op: AtomicOp; readonly size: 4 | 8; readonly fetch: boolean }
  | { readonly kind: 'exchange'; readonly size: 4 | 8 }
  | { readonly kind: 'compare-exchange'; readonly size: 4 | 8 }
  | { readonly kind: 'load-acquire'; readonly size: MemorySize }
  | { readonly kind: 'store-release'; readonly size: MemorySize }
  | { readonly kind: 'load-immediate' }
  | { readonly kind: 'load-map'; readonly by: 'fd' | 'index' }
  | { readonly kind: 'load-map-value'; readonly by: 'fd' | 'index' }
  | { readonly kind: 'load-btf-variable' }
  | { readonly kind: 'load-function' }
  | { readonly kind: 'load-packet'; readonly size: 1 | 2 | 4; readonly indirect: boolean }
  | { readonly kind: 'jump'; readonly long: boolean }
  | {
      readonly kind: 'branch';
      readonly op: CompareOp;
      readonly width: Width;
      readonly operand: 'imm' | 'src';
    }
  | { readonly kind: 'may-goto' }
  | { readonly kind: 'call-helper' }
  | { readonly kind: 'call-local' }
  | { readonly kind: 'call-kfunc' }
  | { readonly kind: 'exit' };

export type OperationKind = Operation['kind'];

/** The value a field must have, or `any`. `register` is 0 to 10. */
export type FieldRule = number | 'any' | 'register';

export interface FieldRules {
  readonly dst: FieldRule;
  readonly src: FieldRule;
  readonly offset: FieldRule;
  readonly imm: FieldRule;
  /** Absent: the instruction occupies one slot. */
  readonly high?: FieldRule;
}

/**
 * The lowest `-mcpu` level of LLVM that knows the instruction. 32-bit arithmetic is 1 although compilers only emit
 * it from v3 on: every kernel takes it. 4 includes what later kernels added without a new level (acquire and
 * release loads and stores, may_goto).
 */
export type IsaVersion = 1 | 2 | 3 | 4;

export interface Entry {
  readonly opcode: number;
  readonly fields: FieldRules;
  readonly operation: Operation;
  readonly version: IsaVersion;
  /**
   * How it is written: text with operands in braces; see syntax.ts for the operand names. The first form is
   * printed, the others are accepted as well.
   */
  readonly syntax: readonly [string, ...string[]];
}

/** Field rules of the many instructions that leave most of their fields zero. */
export const unused: FieldRules = { dst: 0, src: 0, offset: 0, imm: 0 };
