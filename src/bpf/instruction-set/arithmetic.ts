/** Arithmetic, moves and byte order: classes ALU (32 bits) and ALU64 (RFC 9669, sections 4.1 and 4.2). */
import { type AluOp, aluCode, endCode, negCode, opcodeClass, operandSource, type Width } from '../opcode.ts';
import { type Entry, type IsaVersion, unused } from './entry.ts';

const spelling: { readonly [op in AluOp]: { readonly sign: string; readonly version: IsaVersion } } = {
  add: { sign: '+=', version: 1 },
  sub: { sign: '-=', version: 1 },
  mul: { sign: '*=', version: 1 },
  div: { sign: '/=', version: 1 },
  sdiv: { sign: 's/=', version: 4 },
  or: { sign: '|=', version: 1 },
  and: { sign: '&=', version: 1 },
  lsh: { sign: '<<=', version: 1 },
  rsh: { sign: '>>=', version: 1 },
  mod: { sign: '%=', version: 1 },
  smod: { sign: 's%=', version: 4 },
  xor: { sign: '^=', version: 1 },
  mov: { sign: '=', version: 1 },
  arsh: { sign: 's>>=', version: 1 },
};

/** Class bits and register spelling of the two widths. */
const widths: readonly {
  readonly width: Width;
  readonly bits: number;
  readonly dst: string;
  readonly src: string;
}[] = [
  { width: 64, bits: opcodeClass.alu64, dst: '{dst}', src: '{src}' },
  { width: 32, bits: opcodeClass.alu, dst: '{dst32}', src: '{src32}' },
];

const ops: readonly AluOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'sdiv',
  'or',
  'and',
  'lsh',
  'rsh',
  'mod',
  'smod',
  'xor',
  'mov',
  'arsh',
];

const twoOperand = widths.flatMap(({ width, bits, dst, src }) =>
  ops.flatMap((op): Entry[] => {
    const { code, offset } = aluCode[op];
    const { sign, version } = spelling[op];
    const fields = { ...unused, dst: 'register', offset } as const;
    return [
      {
        opcode: code | operandSource.k | bits,
        fields: { ...fields, imm: 'any' },
        operation: { kind: 'alu', op, width, operand: 'imm' },
        version,
        syntax: [`${dst} ${sign} {imm}`],
      },
      {
        opcode: code | operandSource.x | bits,
        fields: { ...fields, src: 'register' },
        operation: { kind: 'alu', op, width, operand: 'src' },
        version,
        syntax: [`${dst} ${sign} ${src}`],
      },
    ];
  }),
);

const negation = widths.map(
  ({ width, bits, dst }): Entry => ({
    opcode: negCode | bits,
    fields: { ...unused, dst: 'register' },
    operation: { kind: 'neg', width },
    version: 1,
    syntax: [`${dst} = -${dst}`],
  }),
);

const signExtension = widths.flatMap(({ width, bits: classBits, dst, src }) =>
  ([8, 16, 32] as const)
    .filter((bits) => bits < width)
    .map(
      (bits): Entry => ({
        opcode: aluCode.mov.code | operandSource.x | classBits,
        fields: { ...unused, dst: 'register', src: 'register', offset: bits },
        operation: { kind: 'mov-signed', width, bits },
        version: 4,
        syntax: [`${dst} = (s${bits})${src}`],
      }),
    ),
);

const orders = [
  { to: 'little', name: 'le', bits: operandSource.k | opcodeClass.alu, version: 1 },
  { to: 'big', name: 'be', bits: operandSource.x | opcodeClass.alu, version: 1 },
  { to: 'swap', name: 'bswap', bits: operandSource.k | opcodeClass.alu64, version: 4 },
] as const;

const byteOrder = orders.flatMap(({ to, name, bits: orderBits, version }) =>
  ([16, 32, 64] as const).map(
    (bits): Entry => ({
      opcode: endCode | orderBits,
      fields: { ...unused, dst: 'register', imm: bits },
      operation: { kind: 'byte-order', to, bits },
      version,
      syntax: [`{dst} = ${name}${bits} {dst}`],
    }),
  ),
);

export const arithmetic: readonly Entry[] = [...twoOperand, ...negation, ...signExtension, ...byteOrder];
