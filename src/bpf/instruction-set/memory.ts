/**
 * Loads, stores, 64-bit immediates and the packet loads inherited from classic BPF (RFC 9669, sections 5.1, 5.2,
 * 5.4 and 5.5).
 */
import { type MemorySize, memoryMode, opcodeClass, sizeBits, wideSource } from '../opcode.ts';
import { type Entry, unused } from './entry.ts';

const sizes: readonly MemorySize[] = [1, 2, 4, 8];
const bits = (size: MemorySize): number => size * 8;

const plain = sizes.flatMap((size): Entry[] => [
  {
    opcode: memoryMode.mem | sizeBits[size] | opcodeClass.ldx,
    fields: { ...unused, dst: 'register', src: 'register', offset: 'any' },
    operation: { kind: 'load', size, signed: false },
    version: 1,
    syntax: [`{dst} = *(u${bits(size)} *)({src} {offset})`, `{dst32} = *(u${bits(size)} *)({src} {offset})`],
  },
  {
    opcode: memoryMode.mem | sizeBits[size] | opcodeClass.stx,
    fields: { ...unused, dst: 'register', src: 'register', offset: 'any' },
    operation: { kind: 'store', size, operand: 'src' },
    version: 1,
    syntax: [`*(u${bits(size)} *)({dst} {offset}) = {src}`, `*(u${bits(size)} *)({dst} {offset}) = {src32}`],
  },
  {
    opcode: memoryMode.mem | sizeBits[size] | opcodeClass.st,
    fields: { ...unused, dst: 'register', offset: 'any', imm: 'any' },
    operation: { kind: 'store', size, operand: 'imm' },
    version: 1,
    syntax: [`*(u${bits(size)} *)({dst} {offset}) = {imm}`],
  },
]);

const signed = ([1, 2, 4] as const).map(
  (size): Entry => ({
    opcode: memoryMode.memsx | sizeBits[size] | opcodeClass.ldx,
    fields: { ...unused, dst: 'register', src: 'register', offset: 'any' },
    operation: { kind: 'load', size, signed: true },
    version: 4,
    syntax: [`{dst} = *(s${bits(size)} *)({src} {offset})`],
  }),
);

const wideOpcode = memoryMode.imm | sizeBits[8] | opcodeClass.ld;

/** Written as bpftool writes maps, with `ll` behind, which tells them from 32-bit immediates. */
const wide: readonly Entry[] = [
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.imm, imm: 'any', high: 'any' },
    operation: { kind: 'load-immediate' },
    version: 1,
    syntax: ['{dst} = {imm64} ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.mapFd, imm: 'any', high: 0 },
    operation: { kind: 'load-map', by: 'fd' },
    version: 1,
    syntax: ['{dst} = map[fd:{imm}] ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.mapValue, imm: 'any', high: 'any' },
    operation: { kind: 'load-map-value', by: 'fd' },
    version: 1,
    syntax: ['{dst} = map[fd:{imm}][0]{high} ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.btfId, imm: 'any', high: 0 },
    operation: { kind: 'load-btf-variable' },
    version: 1,
    syntax: ['{dst} = btf[id:{imm}] ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.btfId, imm: 'any', high: 'any' },
    operation: { kind: 'load-btf-variable' },
    version: 1,
    syntax: ['{dst} = btf[fd:{highPlain},id:{imm}] ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.func, imm: 'any', high: 0 },
    operation: { kind: 'load-function' },
    version: 1,
    syntax: ['{dst} = subprog[{distance}] ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.mapIdx, imm: 'any', high: 0 },
    operation: { kind: 'load-map', by: 'index' },
    version: 1,
    syntax: ['{dst} = map[idx:{imm}] ll'],
  },
  {
    opcode: wideOpcode,
    fields: { ...unused, dst: 'register', src: wideSource.mapIdxValue, imm: 'any', high: 'any' },
    operation: { kind: 'load-map-value', by: 'index' },
    version: 1,
    syntax: ['{dst} = map[idx:{imm}][0]{high} ll'],
  },
];

const packet = ([1, 2, 4] as const).flatMap((size): Entry[] => [
  {
    opcode: memoryMode.abs | sizeBits[size] | opcodeClass.ld,
    fields: { ...unused, imm: 'any' },
    operation: { kind: 'load-packet', size, indirect: false },
    version: 1,
    syntax: [`r0 = *(u${bits(size)} *)skb[{imm}]`],
  },
  {
    opcode: memoryMode.ind | sizeBits[size] | opcodeClass.ld,
    fields: { ...unused, src: 'register', imm: 'any' },
    operation: { kind: 'load-packet', size, indirect: true },
    version: 1,
    syntax: [`r0 = *(u${bits(size)} *)skb[{src} {immSigned}]`],
  },
]);

export const memory: readonly Entry[] = [...plain, ...signed, ...wide, ...packet];
