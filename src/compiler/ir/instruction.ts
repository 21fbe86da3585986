/**
 * What every pass has to know about instructions without caring which one it holds: what they read, what they
 * define, where terminators lead, and what may be removed. Each question is one table or one switch here, so
 * that a new instruction is added in one file.
 */

import { assertNever } from '../../base/assert.ts';
import type { BlockId, Instruction, Terminator, ValueId } from '../ir.ts';

export type Phi = Extract<Instruction, { op: 'phi' }>;
export type BranchTerminator = Extract<Terminator, { op: 'branch' }>;

/** The value that `instruction` defines, if any. */
export function resultOf(instruction: Instruction): ValueId | undefined {
  return 'result' in instruction ? instruction.result : undefined;
}

/** The values that `instruction` reads, in order; a phi reads its incoming values (at the end of the predecessors). */
export function operandsOf(instruction: Instruction): readonly ValueId[] {
  switch (instruction.op) {
    case 'const':
    case 'stack-address':
    case 'map':
    case 'map-value':
    case 'function-address':
    case 'kernel-variable':
    case 'fact':
      return [];
    case 'binary':
    case 'compare':
      return [instruction.a, instruction.b];
    case 'unary':
      return [instruction.a];
    case 'load':
      return [instruction.base];
    case 'store':
      return [instruction.base, instruction.value];
    case 'atomic':
      return instruction.expected === undefined
        ? [instruction.base, instruction.value]
        : [instruction.base, instruction.value, instruction.expected];
    case 'call':
    case 'call-kfunc':
    case 'call-local':
      return instruction.args;
    case 'phi':
      return instruction.incoming.map((entry) => entry.value);
    default:
      return assertNever(instruction, 'instruction');
  }
}

/** `instruction` with each value it reads replaced; the same object when nothing changes. */
export function mapOperands(instruction: Instruction, map: (value: ValueId) => ValueId): Instruction {
  if (operandsOf(instruction).every((value) => map(value) === value)) return instruction;
  switch (instruction.op) {
    case 'binary':
    case 'compare':
      return { ...instruction, a: map(instruction.a), b: map(instruction.b) };
    case 'unary':
      return { ...instruction, a: map(instruction.a) };
    case 'load':
      return { ...instruction, base: map(instruction.base) };
    case 'store':
      return { ...instruction, base: map(instruction.base), value: map(instruction.value) };
    case 'atomic': {
      const mapped = { ...instruction, base: map(instruction.base), value: map(instruction.value) };
      return mapped.expected === undefined ? mapped : { ...mapped, expected: map(mapped.expected) };
    }
    case 'call':
    case 'call-kfunc':
    case 'call-local':
      return { ...instruction, args: instruction.args.map(map) };
    case 'phi':
      return { ...instruction, incoming: instruction.incoming.map((e) => ({ ...e, value: map(e.value) })) };
    default:
      return instruction;
  }
}

/** The values that `terminator` reads. */
export function terminatorOperands(terminator: Terminator): readonly ValueId[] {
  switch (terminator.op) {
    case 'jump':
      return [];
    case 'branch':
      return [terminator.a, terminator.b];
    case 'return':
    case 'switch':
      return [terminator.value];
    default:
      return assertNever(terminator, 'terminator');
  }
}

export function mapTerminatorOperands(terminator: Terminator, map: (value: ValueId) => ValueId): Terminator {
  switch (terminator.op) {
    case 'jump':
      return terminator;
    case 'branch':
      return { ...terminator, a: map(terminator.a), b: map(terminator.b) };
    case 'return':
    case 'switch':
      return { ...terminator, value: map(terminator.value) };
    default:
      return assertNever(terminator, 'terminator');
  }
}

/** Where control may go, without repetitions. */
export function successorsOf(terminator: Terminator): readonly BlockId[] {
  switch (terminator.op) {
    case 'jump':
      return [terminator.target];
    case 'branch':
      return terminator.then === terminator.otherwise
        ? [terminator.then]
        : [terminator.then, terminator.otherwise];
    case 'return':
      return [];
    case 'switch':
      return [...new Set([...terminator.cases.map((c) => c.target), terminator.otherwise])];
    default:
      return assertNever(terminator, 'terminator');
  }
}

export function mapTargets(terminator: Terminator, map: (block: BlockId) => BlockId): Terminator {
  switch (terminator.op) {
    case 'jump':
      return { ...terminator, target: map(terminator.target) };
    case 'branch':
      return { ...terminator, then: map(terminator.then), otherwise: map(terminator.otherwise) };
    case 'return':
      return terminator;
    case 'switch':
      return {
        ...terminator,
        cases: terminator.cases.map((c) => ({ ...c, target: map(c.target) })),
        otherwise: map(terminator.otherwise),
      };
    default:
      return assertNever(terminator, 'terminator');
  }
}

/** Must stay even when nobody reads its result. */
export function hasEffect(instruction: Instruction): boolean {
  switch (instruction.op) {
    case 'store':
    case 'atomic':
    case 'call-kfunc':
    case 'call-local':
      return true;
    case 'call':
      return instruction.pure !== true;
    default:
      return false;
  }
}

export function isCall(instruction: Instruction): boolean {
  return instruction.op === 'call' || instruction.op === 'call-kfunc' || instruction.op === 'call-local';
}

export function isPhi(instruction: Instruction): instruction is Phi {
  return instruction.op === 'phi';
}
