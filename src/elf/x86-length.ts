/**
 * How long x86-64 instructions are, to find where they begin: a probe in the middle of one would make the program
 * crash. Only lengths are decoded, from tables of what follows an opcode (Intel SDM volume 2, appendix A; VEX and
 * EVEX encodings in chapter 2).
 */

/** What follows an opcode: a ModRM byte with its displacement, and immediates of so many bytes. */
interface Form {
  readonly modrm: boolean;
  /** Bytes; `z`: 4, or 2 with an operand-size prefix; `v`: 8 with REX.W, else as `z`; `a`: an address. */
  readonly immediate: number | 'z' | 'v' | 'a' | 'group3';
}

type Rows = readonly (readonly [first: number, last: number, form: Form | undefined])[];

const plain: Form = { modrm: false, immediate: 0 };
const modrm: Form = { modrm: true, immediate: 0 };
const modrmByte: Form = { modrm: true, immediate: 1 };
const modrmZ: Form = { modrm: true, immediate: 'z' };
const byte: Form = { modrm: false, immediate: 1 };
const four: Form = { modrm: false, immediate: 4 };
const sized: Form = { modrm: false, immediate: 'z' };
const invalid = undefined;

const oneByteRows: Rows = [
  ...[0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38].flatMap(
    (base): Rows => [
      [base, base + 3, modrm],
      [base + 4, base + 4, byte],
      [base + 5, base + 5, sized],
      [base + 6, base + 7, invalid],
    ],
  ),
  [0x50, 0x5f, plain],
  [0x60, 0x62, invalid],
  [0x63, 0x63, modrm],
  [0x68, 0x68, sized],
  [0x69, 0x69, modrmZ],
  [0x6a, 0x6a, byte],
  [0x6b, 0x6b, modrmByte],
  [0x6c, 0x6f, plain],
  [0x70, 0x7f, byte],
  [0x80, 0x80, modrmByte],
  [0x81, 0x81, modrmZ],
  [0x82, 0x82, invalid],
  [0x83, 0x83, modrmByte],
  [0x84, 0x8f, modrm],
  [0x90, 0x99, plain],
  [0x9a, 0x9a, invalid],
  [0x9b, 0x9f, plain],
  [0xa0, 0xa3, { modrm: false, immediate: 'a' }],
  [0xa4, 0xa7, plain],
  [0xa8, 0xa8, byte],
  [0xa9, 0xa9, sized],
  [0xaa, 0xaf, plain],
  [0xb0, 0xb7, byte],
  [0xb8, 0xbf, { modrm: false, immediate: 'v' }],
  [0xc0, 0xc1, modrmByte],
  [0xc2, 0xc2, { modrm: false, immediate: 2 }],
  [0xc3, 0xc3, plain],
  [0xc6, 0xc6, modrmByte],
  [0xc7, 0xc7, modrmZ],
  [0xc8, 0xc8, { modrm: false, immediate: 3 }],
  [0xc9, 0xc9, plain],
  [0xca, 0xca, { modrm: false, immediate: 2 }],
  [0xcb, 0xcc, plain],
  [0xcd, 0xcd, byte],
  [0xcf, 0xcf, plain],
  [0xd0, 0xd3, modrm],
  [0xd7, 0xd7, plain],
  [0xd8, 0xdf, modrm],
  [0xe0, 0xe7, byte],
  [0xe8, 0xe9, four],
  [0xeb, 0xeb, byte],
  [0xec, 0xef, plain],
  [0xf1, 0xf1, plain],
  [0xf4, 0xf5, plain],
  [0xf6, 0xf7, { modrm: true, immediate: 'group3' }],
  [0xf8, 0xfd, plain],
  [0xfe, 0xff, modrm],
];

/** After 0F. Also the first map of VEX and EVEX. */
const twoByteRows: Rows = [
  [0x00, 0x03, modrm],
  [0x05, 0x09, plain],
  [0x0b, 0x0b, plain],
  [0x0d, 0x0d, modrm],
  [0x0e, 0x0e, plain],
  [0x0f, 0x0f, modrmByte],
  [0x10, 0x2f, modrm],
  [0x30, 0x37, plain],
  [0x40, 0x6f, modrm],
  [0x70, 0x73, modrmByte],
  [0x74, 0x76, modrm],
  [0x77, 0x77, plain],
  [0x78, 0x7f, modrm],
  [0x80, 0x8f, four],
  [0x90, 0x9f, modrm],
  [0xa0, 0xa2, plain],
  [0xa3, 0xa3, modrm],
  [0xa4, 0xa4, modrmByte],
  [0xa5, 0xa5, modrm],
  [0xa8, 0xaa, plain],
  [0xab, 0xab, modrm],
  [0xac, 0xac, modrmByte],
  [0xad, 0xb9, modrm],
  [0xba, 0xba, modrmByte],
  [0xbb, 0xc1, modrm],
  [0xc2, 0xc2, modrmByte],
  [0xc3, 0xc3, modrm],
  [0xc4, 0xc6, modrmByte],
  [0xc7, 0xc7, modrm],
  [0xc8, 0xcf, plain],
  [0xd0, 0xff, modrm],
];

function table(rows: Rows): readonly (Form | undefined)[] {
  const forms: (Form | undefined)[] = new Array(256).fill(undefined);
  for (const [first, last, form] of rows) forms.fill(form, first, last + 1);
  return forms;
}

let tables:
  | { readonly one: readonly (Form | undefined)[]; readonly two: readonly (Form | undefined)[] }
  | undefined;
const forms = () => {
  tables ??= { one: table(oneByteRows), two: table(twoByteRows) };
  return tables;
};

const longestInstruction = 15;

interface Prefixes {
  readonly operandSize: boolean;
  readonly addressSize: boolean;
  readonly repeatNot: boolean;
  readonly wide: boolean;
}

/** Bytes of the instruction at `at`; undefined when there is none, or when it does not end before `code` does. */
export function instructionLength(code: Uint8Array, at: number): number | undefined {
  const decoded = decode(code, at);
  if (decoded === undefined) return undefined;
  const length = decoded - at;
  return decoded <= code.length && length <= longestInstruction ? length : undefined;
}

/** Index after the instruction. */
function decode(code: Uint8Array, start: number): number | undefined {
  let at = start;
  const seen = new Set<number>();
  while (isPrefix(code[at])) seen.add(code[at++]!);
  let wide = false;
  if (isRex(code[at])) wide = (code[at++]! & 8) !== 0;
  const prefixes = {
    operandSize: seen.has(0x66),
    addressSize: seen.has(0x67),
    repeatNot: seen.has(0xf2),
    wide,
  };
  const opcode = code[at];
  if (opcode === undefined) return undefined;
  if (opcode === 0xc4 || opcode === 0xc5 || opcode === 0x62) return decodeVector(code, at, prefixes);
  if (opcode === 0x0f) return decodeTwoByte(code, at + 1, prefixes);
  return operands(code, at + 1, forms().one[opcode], prefixes);
}

function isPrefix(byte: number | undefined): boolean {
  switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case 0xf0:
    case 0xf2:
    case 0xf3:
      return true;
    default:
      return false;
  }
}

function isRex(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xf0) === 0x40;
}

function decodeTwoByte(code: Uint8Array, at: number, prefixes: Prefixes): number | undefined {
  const opcode = code[at];
  if (opcode === undefined) return undefined;
  if (opcode === 0x38) return operands(code, at + 2, modrm, prefixes);
  if (opcode === 0x3a) return operands(code, at + 2, modrmByte, prefixes);
  // SSE4a: extrq and insertq with two bytes.
  const twoBytes = opcode === 0x78 && (prefixes.operandSize || prefixes.repeatNot);
  return operands(code, at + 1, twoBytes ? { modrm: true, immediate: 2 } : forms().two[opcode], prefixes);
}

/** What the map of a VEX or EVEX prefix says: 1 is 0F, 2 is 0F38, 3 is 0F3A, 5 and 6 half-precision numbers. */
function decodeVector(code: Uint8Array, at: number, prefixes: Prefixes): number | undefined {
  const kind = code[at];
  const first = code[at + 1];
  if (first === undefined) return undefined;
  const [map, opcodeAt] =
    kind === 0xc5 ? [1, at + 2] : kind === 0xc4 ? [first & 0x1f, at + 3] : [first & 7, at + 4];
  const opcode = code[opcodeAt];
  if (opcode === undefined) return undefined;
  const form = map === 1 ? forms().two[opcode] : map === 3 ? modrmByte : modrm;
  return operands(code, opcodeAt + 1, form, prefixes);
}

function operands(
  code: Uint8Array,
  at: number,
  form: Form | undefined,
  prefixes: Prefixes,
): number | undefined {
  if (form === undefined) return undefined;
  if (!form.modrm) return at + immediateSize(form.immediate, prefixes, 0, 0);
  const byte = code[at];
  if (byte === undefined) return undefined;
  const size = immediateSize(form.immediate, prefixes, (byte >> 3) & 7, code[at - 1]!);
  return at + 1 + addressSize(byte, code[at + 1] ?? 0) + size;
}

/** SIB byte and displacement. */
function addressSize(modrmByte: number, sib: number): number {
  const [mode, rm] = [modrmByte >> 6, modrmByte & 7];
  if (mode === 3) return 0;
  const hasSib = rm === 4;
  const base = hasSib ? sib & 7 : rm;
  const displacement = mode === 1 ? 1 : mode === 2 || base === 5 ? 4 : 0;
  return (hasSib ? 1 : 0) + displacement;
}

function immediateSize(
  immediate: Form['immediate'],
  { operandSize, addressSize: shortAddress, wide }: Prefixes,
  extension: number,
  opcode: number,
): number {
  if (typeof immediate === 'number') return immediate;
  if (immediate === 'a') return shortAddress ? 4 : 8;
  const z = operandSize && !wide ? 2 : 4;
  if (immediate === 'v') return wide ? 8 : z;
  if (immediate === 'z') return z;
  // Of F6 and F7 only the two forms of `test` have an immediate.
  if (extension > 1) return 0;
  return opcode === 0xf6 ? 1 : z;
}

/**
 * Whether an instruction begins at `offset` of a function whose code is given; undefined when it cannot be told,
 * because something before it is no instruction.
 */
export function isInstructionStart(code: Uint8Array, offset: number): boolean | undefined {
  let at = 0;
  while (at < offset) {
    const length = instructionLength(code, at);
    if (length === undefined) return undefined;
    at += length;
  }
  return at === offset;
}
