/** One machine instruction over physical registers as BPF instructions, for a version of the instruction set. */

import { assertNever } from '../../base/assert.ts';
import * as build from '../../bpf/build.ts';
import type { Insn } from '../../bpf/instruction.ts';
import type { RunFact } from '../../program/program.ts';
import { inverseCompare } from '../ir/arithmetic.ts';
import type { CompareOp, Width } from '../ir.ts';
import type { Isa } from './legalise.ts';
import type { MachineInstruction, Register, Source } from './machine.ts';

/** What the linker fills in when it knows where functions and instructions are. */
export type Link =
  | { readonly kind: 'map'; readonly map: number; readonly offset: number }
  | { readonly kind: 'map-value'; readonly map: number; readonly offset: number }
  | { readonly kind: 'fact'; readonly fact: RunFact }
  | { readonly kind: 'call-local'; readonly function: number }
  | { readonly kind: 'function-address'; readonly function: number };

export interface Encoded {
  readonly insn: Insn;
  readonly link?: Link;
}

const plain = (...insns: Insn[]): Encoded[] => insns.map((insn) => ({ insn }));

export function encodeInstruction(i: MachineInstruction, isa: Isa): Encoded[] {
  switch (i.op) {
    case 'move':
      return plain(build.mov64(i.dst, i.src));
    case 'constant':
      return plain(constant(i.dst, i.value, isa));
    case 'extend':
      return plain(i.signed ? build.movSigned64(i.dst, i.src, i.bits) : build.mov32(i.dst, i.src));
    case 'alu':
      return plain(
        'register' in i.src
          ? build.alu(i.width, i.operator, i.dst, i.src.register)
          : build.aluImm(i.width, i.operator, i.dst, i.src.immediate),
      );
    case 'neg':
      return plain(build.neg64(i.dst));
    case 'swap':
      // kscope's hosts are little-endian, where "to big endian" is a swap.
      return plain(isa >= 4 ? build.byteSwap(i.dst, i.bits) : build.toBigEndian(i.dst, i.bits));
    case 'map-address': {
      const insn = i.kind === 'map' ? build.ldMapFd(i.dst, 0) : build.ldMapValue(i.dst, 0, i.offset);
      return [{ insn, link: { kind: i.kind, map: i.map, offset: i.offset } }];
    }
    case 'frame-address':
      return plain(build.mov64(i.dst, 10), build.alu64Imm('add', i.dst, i.offset));
    case 'function-address':
      return [{ insn: build.ldFunction(i.dst, 0), link: { kind: 'function-address', function: i.function } }];
    case 'kernel-variable':
      return plain(build.ldBtfId(i.dst, i.btfId));
    case 'fact':
      return [{ insn: build.ldImm64(i.dst, i.value), link: { kind: 'fact', fact: i.fact } }];
    case 'load':
      return plain(
        i.signed && i.size !== 8
          ? build.loadSigned(i.size, i.dst, i.base, i.offset)
          : build.load(i.size, i.dst, i.base, i.offset),
      );
    case 'store':
      return plain(
        'register' in i.src
          ? build.store(i.size, i.base, i.offset, i.src.register)
          : build.storeImm(i.size, i.base, i.offset, i.src.immediate),
      );
    case 'atomic':
      if (i.operator === 'xchg') return plain(build.atomicExchange(i.size, i.base, i.offset, i.src));
      return plain((i.fetch ? build.atomicFetch : build.atomic)(i.operator, i.size, i.base, i.offset, i.src));
    case 'compare-exchange':
      return plain(build.atomicCompareExchange(i.size, i.base, i.offset, i.src));
    case 'call':
      if (i.kind === 'helper') return plain(build.call(i.id));
      if (i.kind === 'kfunc') return plain(build.callKfunc(i.id));
      return [{ insn: build.callLocal(0), link: { kind: 'call-local', function: i.id } }];
    case 'set':
      return plain(...setFlag(i, isa));
    default:
      return assertNever(i, 'machine instruction');
  }
}

/** The shortest form: sign-extended, zero-extended (v3), or two slots. */
function constant(dst: Register, value: bigint, isa: Isa): Insn {
  const low = Number(BigInt.asIntN(32, value));
  if (BigInt(low) === value) return build.mov64Imm(dst, low);
  if (isa >= 3 && BigInt.asUintN(32, value) === value) return build.mov32Imm(dst, low);
  return build.ldImm64(dst, value);
}

/** dst = 1; skip if true; dst = 0. */
function setFlag(i: Extract<MachineInstruction, { op: 'set' }>, isa: Isa): Insn[] {
  const direct = directComparison(i.operator, i.a, i.b, isa);
  const inverse = inverseCompare[i.operator];
  if (direct || !inverse) {
    const jump = comparison(direct ?? i, i.width, 1);
    return [build.mov64Imm(i.dst, 1), jump, build.mov64Imm(i.dst, 0)];
  }
  const jump = comparison({ operator: inverse, a: i.a, b: i.b }, i.width, 1);
  return [build.mov64Imm(i.dst, 0), jump, build.mov64Imm(i.dst, 1)];
}

export interface Comparison {
  readonly operator: CompareOp;
  readonly a: Register;
  readonly b: Source;
}

const sinceV2: ReadonlySet<CompareOp> = new Set<CompareOp>(['lt', 'le', 'slt', 'sle']);
const mirrored: Partial<Record<CompareOp, CompareOp>> = { lt: 'gt', le: 'ge', slt: 'sgt', sle: 'sge' };

/** The comparison as this instruction set can express it, unless only its opposite can be. */
export function directComparison(
  operator: CompareOp,
  a: Register,
  b: Source,
  isa: Isa,
): Comparison | undefined {
  if (isa >= 2 || !sinceV2.has(operator)) return { operator, a, b };
  const swapped = mirrored[operator];
  return swapped && 'register' in b ? { operator: swapped, a: b.register, b: { register: a } } : undefined;
}

export function comparison(c: Comparison, width: Width, offset: number): Insn {
  return 'register' in c.b
    ? build.jumpCond(c.operator, width, c.a, c.b.register, offset)
    : build.jumpCondImm(c.operator, width, c.a, c.b.immediate, offset);
}
