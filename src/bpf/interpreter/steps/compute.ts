/** Steps that only touch registers. */

import type { Insn } from '../../instruction.ts';
import type { Operation } from '../../instruction-set/entry.ts';
import type { Step } from '../execution.ts';
import { arithmetic, swapBytes } from './arithmetic.ts';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

export function aluStep({ op, width, operand }: Of<'alu'>, { dst, src, imm }: Insn): Step {
  const compute = arithmetic[op];
  const constant = BigInt.asUintN(width, BigInt(imm));
  return ({ registers }) => {
    const a = BigInt.asUintN(width, registers[dst]!);
    const b = operand === 'imm' ? constant : BigInt.asUintN(width, registers[src]!);
    registers[dst] = BigInt.asUintN(width, compute(a, b, width));
  };
}

export function negStep({ width }: Of<'neg'>, { dst }: Insn): Step {
  return ({ registers }) => {
    registers[dst] = BigInt.asUintN(width, -registers[dst]!);
  };
}

export function movSignedStep({ width, bits }: Of<'mov-signed'>, { dst, src }: Insn): Step {
  return ({ registers }) => {
    registers[dst] = BigInt.asUintN(width, BigInt.asIntN(bits, registers[src]!));
  };
}

/** On the little-endian machines that kscope serves, `le` only cuts. */
export function byteOrderStep({ to, bits }: Of<'byte-order'>, { dst }: Insn): Step {
  return ({ registers }) => {
    const value = registers[dst]!;
    registers[dst] = to === 'little' ? BigInt.asUintN(bits, value) : swapBytes(value, bits);
  };
}
