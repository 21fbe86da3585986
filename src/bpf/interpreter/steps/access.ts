/** Steps that load and store, atomics included: nothing runs beside the program, so they are plain sequences. */

import type { Insn } from '../../instruction.ts';
import type { Operation } from '../../instruction-set/entry.ts';
import type { MemorySize } from '../../opcode.ts';
import { Fault } from '../errors.ts';
import type { Execution, Step } from '../execution.ts';
import { arithmetic } from './arithmetic.ts';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Address in a register plus offset, wrapping at 64 bits. */
const address = ({ registers }: Execution, base: number, offset: number): bigint =>
  BigInt.asUintN(64, registers[base]! + BigInt(offset));

export function loadStep({ size, signed }: Of<'load'>, { dst, src, offset }: Insn): Step {
  return (execution) => {
    const at = address(execution, src, offset);
    const value = execution.load(at, size);
    execution.registers[dst] = signed ? BigInt.asIntN(size * 8, value) : value;
  };
}

export function storeStep({ size, operand }: Of<'store'>, { dst, src, offset, imm }: Insn): Step {
  const constant = BigInt(imm);
  return (execution) => {
    const value = operand === 'imm' ? constant : execution.registers[src]!;
    execution.memory.store(address(execution, dst, offset), size, value);
  };
}

/** Reads, computes and writes back; gives the old value. Needs writable memory and, as for the verifier, alignment. */
function exchange(
  execution: Execution,
  { dst, offset }: Insn,
  size: MemorySize,
  update: (old: bigint) => bigint,
): bigint {
  const at = address(execution, dst, offset);
  if (execution.strict && at % BigInt(size) !== 0n)
    throw new Fault(`atomic access of ${size} bytes at the unaligned address 0x${at.toString(16)}`);
  execution.memory.writable(at, size);
  const old = execution.memory.load(at, size);
  execution.memory.store(at, size, update(old));
  return old;
}

export function atomicStep({ op, size, fetch }: Of<'atomic'>, insn: Insn): Step {
  const compute = arithmetic[op];
  return (execution) => {
    const operand = BigInt.asUintN(size * 8, execution.registers[insn.src]!);
    const old = exchange(execution, insn, size, (before) => compute(before, operand, size * 8));
    if (fetch) execution.registers[insn.src] = old;
  };
}

export function exchangeStep({ size }: Of<'exchange'>, insn: Insn): Step {
  return (execution) => {
    const value = execution.registers[insn.src]!;
    execution.registers[insn.src] = exchange(execution, insn, size, () => value);
  };
}

export function compareExchangeStep({ size }: Of<'compare-exchange'>, insn: Insn): Step {
  return (execution) => {
    const { registers } = execution;
    const expected = BigInt.asUintN(size * 8, registers[0]!);
    const value = registers[insn.src]!;
    registers[0] = exchange(execution, insn, size, (old) => (old === expected ? value : old));
  };
}

export function loadAcquireStep({ size }: Of<'load-acquire'>, insn: Insn): Step {
  return loadStep({ kind: 'load', size, signed: false }, insn);
}

export function storeReleaseStep({ size }: Of<'store-release'>, insn: Insn): Step {
  return storeStep({ kind: 'store', size, operand: 'src' }, insn);
}
