/** The value of a USDT argument, from the operand that the compiler of the traced program recorded. */
import type { UsdtArgument } from '../../elf/usdt-args.ts';
import { callReader } from '../4-lower/failures.ts';
import { helpers } from '../4-lower/helper-ids.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import { extend } from '../4-lower/scalars.ts';
import type { ValueId } from '../ir.ts';
import { loadRegister } from './registers.ts';

/** A missing argument, or one whose operand is not understood, reads as zero. */
export function loadUsdtArgument(l: Lowering, argument: UsdtArgument | undefined): ValueId {
  if (argument === undefined) return l.b.const(0n);
  switch (argument.kind) {
    case 'constant':
      return l.b.const(argument.value);
    case 'register': {
      const full = loadNamed(l, argument.register);
      const shifted = argument.shift === 0 ? full : l.b.binary('rsh', full, BigInt(argument.shift));
      return extend(l, shifted, argument.size, argument.signed);
    }
    case 'memory':
      return loadMemory(l, argument);
    case 'unsupported':
      return l.b.const(0n);
  }
}

/** ELF and the assembler write `rdi`, the kernel's pt_regs `di`. */
function loadNamed(l: Lowering, register: string): ValueId {
  return loadRegister(l, /^r[a-z]/.test(register) ? register.slice(1) : register);
}

function loadMemory(l: Lowering, argument: Extract<UsdtArgument, { kind: 'memory' }>): ValueId {
  let address: ValueId = l.b.const(BigInt(argument.offset));
  if (argument.base !== undefined)
    address = l.b.binary('add', loadNamed(l, argument.base), BigInt(argument.offset));
  if (argument.index !== undefined) {
    const scaled = l.b.binary('mul', loadNamed(l, argument.index), BigInt(argument.scale));
    address = l.b.binary('add', address, scaled);
  }
  return l.withTemporaries(() => {
    const place = l.temporary(8);
    callReader(l, helpers.probeReadUser, [l.address(place), BigInt(argument.size), address]);
    return l.b.load(argument.size, place.base, place.offset, { signed: argument.signed });
  });
}
