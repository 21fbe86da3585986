/**
 * The operands that stand in braces in the `syntax` of instruction-set entries: how each is printed, which kind of
 * token it is read from, and which fields it fills.
 */
import { helperName } from '../helpers.ts';
import { type Insn, immediate64 } from '../instruction.ts';

/** `target` tokens are distances in slots from the following slot; `helper` tokens are helper numbers. */
export type OperandShape = 'r' | 'w' | 'number' | 'target' | 'helper';

/** The fields of an instruction while it is being read. */
export type Fields = { -readonly [name in 'dst' | 'src' | 'offset' | 'imm' | 'high']?: number };

export interface Operand {
  readonly shape: OperandShape;
  readonly print: (insn: Insn) => string;
  /** The fields for a value; undefined when it does not fit. */
  readonly read: (value: bigint) => Fields | undefined;
  /** What fits, for messages. */
  readonly range: string;
}

const signed = (value: number): string => (value < 0 ? String(value) : `+${value}`);
const within = (value: bigint, min: bigint, max: bigint): boolean => value >= min && value <= max;

function register(shape: 'r' | 'w', field: 'dst' | 'src'): Operand {
  return {
    shape,
    print: (insn) => `${shape}${insn[field]}`,
    read: (value) => ({ [field]: Number(value) }),
    range: 'r0 to r10',
  };
}

/** A 32-bit field. Both the signed and the unsigned reading are accepted: 0xffffffff is -1. */
function word(
  field: 'imm' | 'high',
  print: (value: number) => string,
  shape: OperandShape = 'number',
): Operand {
  return {
    shape,
    print: (insn) => print(insn[field] ?? 0),
    read: (value) =>
      within(value, -(2n ** 31n), 2n ** 32n - 1n) ? { [field]: Number(BigInt.asIntN(32, value)) } : undefined,
    range: '-0x80000000 to 0xffffffff',
  };
}

function distance32(print: (value: number) => string): Operand {
  return {
    ...word('imm', print, 'target'),
    read: (value) => (within(value, -(2n ** 31n), 2n ** 31n - 1n) ? { imm: Number(value) } : undefined),
    range: '-2147483648 to 2147483647 slots',
  };
}

function offset(shape: OperandShape, print: (value: number) => string): Operand {
  return {
    shape,
    print: (insn) => print(insn.offset),
    read: (value) => (within(value, -(2n ** 15n), 2n ** 15n - 1n) ? { offset: Number(value) } : undefined),
    range: shape === 'target' ? '-32768 to 32767 slots' : '-32768 to 32767',
  };
}

const imm64: Operand = {
  shape: 'number',
  print: (insn) => `0x${immediate64(insn).toString(16)}`,
  read: (value) =>
    within(value, -(2n ** 63n), 2n ** 64n - 1n)
      ? { imm: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) }
      : undefined,
  range: '-2^63 to 2^64 - 1',
};

export const operands: ReadonlyMap<string, Operand> = new Map(
  Object.entries({
    dst: register('r', 'dst'),
    src: register('r', 'src'),
    dst32: register('w', 'dst'),
    src32: register('w', 'src'),
    imm: word('imm', String),
    immHex: word('imm', (value) => `0x${(value >>> 0).toString(16)}`),
    immSigned: word('imm', signed),
    imm64,
    high: word('high', signed),
    highPlain: word('high', String),
    offset: offset('number', signed),
    offsetPlain: offset('number', String),
    target: offset('target', (value) => `pc${signed(value)}`),
    longTarget: distance32((value) => `pc${signed(value)}`),
    distance: distance32(signed),
    helper: word('imm', (value) => `${helperName(value) ?? 'unknown'}#${value}`, 'helper'),
  }),
);
