/** Jumps, calls and exit: classes JMP and JMP32 (RFC 9669, section 4.3). */
import {
  type CompareOp,
  callKind,
  compareCode,
  jumpCode,
  opcodeClass,
  operandSource,
  type Width,
} from '../opcode.ts';
import { type Entry, type IsaVersion, unused } from './entry.ts';

const spelling: readonly { readonly op: CompareOp; readonly sign: string; readonly version: IsaVersion }[] = [
  { op: 'eq', sign: '==', version: 1 },
  { op: 'gt', sign: '>', version: 1 },
  { op: 'ge', sign: '>=', version: 1 },
  { op: 'set', sign: '&', version: 1 },
  { op: 'ne', sign: '!=', version: 1 },
  { op: 'sgt', sign: 's>', version: 1 },
  { op: 'sge', sign: 's>=', version: 1 },
  { op: 'lt', sign: '<', version: 2 },
  { op: 'le', sign: '<=', version: 2 },
  { op: 'slt', sign: 's<', version: 2 },
  { op: 'sle', sign: 's<=', version: 2 },
];

const widths: readonly {
  readonly width: Width;
  readonly bits: number;
  readonly dst: string;
  readonly src: string;
}[] = [
  { width: 64, bits: opcodeClass.jmp, dst: '{dst}', src: '{src}' },
  { width: 32, bits: opcodeClass.jmp32, dst: '{dst32}', src: '{src32}' },
];

const branches = widths.flatMap(({ width, bits, dst, src }) =>
  spelling.flatMap(({ op, sign, version }): Entry[] => [
    {
      opcode: compareCode[op] | operandSource.k | bits,
      fields: { ...unused, dst: 'register', offset: 'any', imm: 'any' },
      operation: { kind: 'branch', op, width, operand: 'imm' },
      version: width === 32 ? 3 : version,
      syntax: [`if ${dst} ${sign} {immHex} goto {target}`],
    },
    {
      opcode: compareCode[op] | operandSource.x | bits,
      fields: { ...unused, dst: 'register', src: 'register', offset: 'any' },
      operation: { kind: 'branch', op, width, operand: 'src' },
      version: width === 32 ? 3 : version,
      syntax: [`if ${dst} ${sign} ${src} goto {target}`],
    },
  ]),
);

const callOpcode = jumpCode.call | opcodeClass.jmp;

const others: readonly Entry[] = [
  {
    opcode: jumpCode.ja | opcodeClass.jmp,
    fields: { ...unused, offset: 'any' },
    operation: { kind: 'jump', long: false },
    version: 1,
    syntax: ['goto {target}'],
  },
  {
    opcode: jumpCode.ja | opcodeClass.jmp32,
    fields: { ...unused, imm: 'any' },
    operation: { kind: 'jump', long: true },
    version: 4,
    syntax: ['gotol {longTarget}'],
  },
  {
    opcode: jumpCode.jcond | opcodeClass.jmp,
    fields: { ...unused, offset: 'any' },
    operation: { kind: 'may-goto' },
    version: 4,
    syntax: ['may_goto {target}'],
  },
  {
    opcode: callOpcode,
    fields: { ...unused, src: callKind.helper, imm: 'any' },
    operation: { kind: 'call-helper' },
    version: 1,
    syntax: ['call {helper}'],
  },
  {
    opcode: callOpcode,
    fields: { ...unused, src: callKind.local, imm: 'any' },
    operation: { kind: 'call-local' },
    version: 1,
    syntax: ['call {longTarget}'],
  },
  {
    opcode: callOpcode,
    fields: { ...unused, src: callKind.kfunc, imm: 'any' },
    operation: { kind: 'call-kfunc' },
    version: 1,
    syntax: ['call kfunc#{imm}'],
  },
  {
    opcode: callOpcode,
    fields: { ...unused, src: callKind.kfunc, offset: 'any', imm: 'any' },
    operation: { kind: 'call-kfunc' },
    version: 1,
    syntax: ['call kfunc[idx:{offsetPlain}]#{imm}'],
  },
  {
    opcode: jumpCode.exit | opcodeClass.jmp,
    fields: unused,
    operation: { kind: 'exit' },
    version: 1,
    syntax: ['exit'],
  },
];

export const control: readonly Entry[] = [...branches, ...others];
