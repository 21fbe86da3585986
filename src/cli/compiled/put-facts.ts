/** Puts the numbers of this run into a program that was compiled earlier: the time of the start, addresses. */
import { cgroupId } from '../../host/cgroup-id.ts';
import type { HostTarget } from '../../host/target.ts';
import type { FunctionSpec, Program, RunFact } from '../../program/program.ts';
import { UserError } from '../mistakes.ts';

const slotSize = 8;

/** @throws UserError when something that the program needs is not there */
export function putFacts(program: Program, target: HostTarget): Program {
  return { ...program, functions: program.functions.map((spec) => putInto(spec, target)) };
}

function putInto(spec: FunctionSpec, target: HostTarget): FunctionSpec {
  if (spec.facts === undefined) return spec;
  const code = spec.code.slice();
  const view = new DataView(code.buffer);
  for (const { instruction, fact } of spec.facts) {
    const at = instruction * slotSize;
    const value = BigInt.asUintN(64, numberFor(fact, target));
    // The two halves of a 64-bit immediate lie in two slots.
    view.setUint32(at + 4, Number(value & 0xffff_ffffn), true);
    view.setUint32(at + slotSize + 4, Number(value >> 32n), true);
  }
  return { ...spec, code };
}

function numberFor(fact: RunFact, target: HostTarget): bigint {
  switch (fact.kind) {
    case 'start':
      return target.startBootNs;
    case 'tai-offset':
      return target.taiOffsetNs;
    case 'child':
      if (target.childPid === undefined)
        throw new UserError('The program uses cpid: start it with a command, -c COMMAND.');
      return BigInt(target.childPid);
    case 'namespace-device':
      return target.pidNamespace?.device ?? 0n;
    case 'namespace-inode':
      return target.pidNamespace?.inode ?? 0n;
    case 'kernel-symbol':
      return present(target.kernelSymbol(fact.name), `The kernel has no symbol ${fact.name}.`);
    case 'cgroup':
      return present(cgroupId(fact.name), `There is no cgroup ${fact.name}.`);
  }
}

function present(value: bigint | undefined, otherwise: string): bigint {
  if (value === undefined) throw new UserError(otherwise);
  return value;
}
