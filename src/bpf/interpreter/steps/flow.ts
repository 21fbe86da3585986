/** Steps that change the course: jumps, calls, exit. When a step runs, `pc` already is the following slot. */

import { helperName } from '../../helpers.ts';
import type { Insn } from '../../instruction.ts';
import type { Operation } from '../../instruction-set/entry.ts';
import { Fault } from '../errors.ts';
import type { Step } from '../execution.ts';
import { comparison } from './arithmetic.ts';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

export function jumpStep({ long }: Of<'jump'>, { offset, imm }: Insn): Step {
  const distance = long ? imm : offset;
  return (execution) => {
    execution.pc += distance;
  };
}

export function branchStep({ op, width, operand }: Of<'branch'>, { dst, src, imm, offset }: Insn): Step {
  const compare = comparison[op];
  const constant = BigInt.asUintN(width, BigInt(imm));
  return (execution) => {
    const { registers } = execution;
    const a = BigInt.asUintN(width, registers[dst]!);
    const b = operand === 'imm' ? constant : BigInt.asUintN(width, registers[src]!);
    if (compare(a, b, width)) execution.pc += offset;
  };
}

export function mayGotoStep({ offset }: Insn): Step {
  return (execution) => {
    if (execution.mayGotoBudget === 0) execution.pc += offset;
    else execution.mayGotoBudget--;
  };
}

export function callHelperStep({ imm }: Insn): Step {
  return (execution) => {
    const helper = execution.helpers.get(imm);
    if (!helper) throw new Fault(`helper ${helperName(imm) ?? 'unknown'}#${imm} is not simulated`);
    execution.callHelper(helper);
  };
}

export function callKfuncStep({ imm }: Insn): Step {
  return (execution) => {
    const kfunc = execution.world.kfuncs.get(imm);
    if (!kfunc) throw new Fault(`kernel function with BTF id ${imm} is not simulated`);
    execution.callHelper({ parameters: 0, run: (_, args) => kfunc(args) });
  };
}

export function callLocalStep({ imm }: Insn): Step {
  return (execution) => {
    execution.enter(execution.pc + imm, execution.pc);
  };
}
