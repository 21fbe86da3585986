/**
 * The bit fields of a BPF opcode (RFC 9669, sections 3 to 5; linux/bpf.h and linux/bpf_common.h). The low three
 * bits are the class; the rest means operation and operand source for arithmetic and jumps, or mode and size for
 * memory access.
 */

export const opcodeClass = {
  ld: 0x00,
  ldx: 0x01,
  st: 0x02,
  stx: 0x03,
  alu: 0x04,
  jmp: 0x05,
  jmp32: 0x06,
  alu64: 0x07,
} as const;

/** Operand source: K is the immediate, X the source register. */
export const operandSource = { k: 0x00, x: 0x08 } as const;

export const memoryMode = { imm: 0x00, abs: 0x20, ind: 0x40, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const;

export type MemorySize = 1 | 2 | 4 | 8;

export const sizeBits: { readonly [size in MemorySize]: number } = { 4: 0x00, 2: 0x08, 1: 0x10, 8: 0x18 };

export type Width = 32 | 64;

/** Two-operand arithmetic. `mov` ignores the old value of the destination. */
export type AluOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'sdiv'
  | 'or'
  | 'and'
  | 'lsh'
  | 'rsh'
  | 'mod'
  | 'smod'
  | 'xor'
  | 'mov'
  | 'arsh';

/** Code bits, and the `offset` that tells signed division from unsigned. */
export const aluCode: { readonly [op in AluOp]: { readonly code: number; readonly offset: 0 | 1 } } = {
  add: { code: 0x00, offset: 0 },
  sub: { code: 0x10, offset: 0 },
  mul: { code: 0x20, offset: 0 },
  div: { code: 0x30, offset: 0 },
  sdiv: { code: 0x30, offset: 1 },
  or: { code: 0x40, offset: 0 },
  and: { code: 0x50, offset: 0 },
  lsh: { code: 0x60, offset: 0 },
  rsh: { code: 0x70, offset: 0 },
  mod: { code: 0x90, offset: 0 },
  smod: { code: 0x90, offset: 1 },
  xor: { code: 0xa0, offset: 0 },
  mov: { code: 0xb0, offset: 0 },
  arsh: { code: 0xc0, offset: 0 },
};
export const negCode = 0x80;
export const endCode = 0xd0;

/** `set` is JSET: any common bit. Unsigned unless prefixed with `s`. */
export type CompareOp = 'eq' | 'gt' | 'ge' | 'set' | 'ne' | 'sgt' | 'sge' | 'lt' | 'le' | 'slt' | 'sle';

export const compareCode: { readonly [op in CompareOp]: number } = {
  eq: 0x10,
  gt: 0x20,
  ge: 0x30,
  set: 0x40,
  ne: 0x50,
  sgt: 0x60,
  sge: 0x70,
  lt: 0xa0,
  le: 0xb0,
  slt: 0xc0,
  sle: 0xd0,
};

/** The remaining codes of the jump classes. `jcond` is may_goto (Linux 6.9). */
export const jumpCode = { ja: 0x00, call: 0x80, exit: 0x90, jcond: 0xe0 } as const;

/** `src` of a call. */
export const callKind = { helper: 0, local: 1, kfunc: 2 } as const;

/** `src` of a 64-bit immediate load (BPF_PSEUDO_*). */
export const wideSource = {
  imm: 0,
  mapFd: 1,
  mapValue: 2,
  btfId: 3,
  func: 4,
  mapIdx: 5,
  mapIdxValue: 6,
} as const;

/** Read-modify-write operators of the atomic mode. */
export type AtomicOp = 'add' | 'or' | 'and' | 'xor';

/** `imm` of atomic instructions. load_acquire and store_release came with Linux 6.15. */
export const atomicCode = {
  add: 0x00,
  or: 0x40,
  and: 0x50,
  xor: 0xa0,
  fetch: 0x01,
  xchg: 0xe1,
  cmpxchg: 0xf1,
  loadAcquire: 0x100,
  storeRelease: 0x110,
} as const;

export const registerCount = 11;
/** r10, the read-only frame pointer. */
export const framePointer = 10;
