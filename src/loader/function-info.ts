/**
 * The BTF that a program of several functions needs: without a type for each function the kernel refuses callbacks
 * ("missing btf func_info"). All functions get the type `int (…)` of as many `long` parameters as they have. The
 * verifier reads prototypes of static functions for their number of parameters only, so no more is said.
 * Format: Documentation/bpf/btf.rst; records of struct bpf_func_info in linux/bpf.h.
 */
import type { LocalFunction } from '../program/program.ts';

const magic = 0xeb9f;
const headerSize = 24;
const kind = { int: 1, func: 12, funcProto: 13 } as const;
const signed = 1 << 24;

const intType = 1;
const longType = 2;
const firstFree = 3;

export interface FunctionInfo {
  readonly btf: Uint8Array;
  /** Pairs of instruction and type id, by instruction. */
  readonly records: Uint8Array;
  readonly recordSize: number;
}

export function functionInfo(functions: readonly LocalFunction[]): FunctionInfo {
  const strings = new StringTable();
  const words: number[] = [
    ...[strings.add('int'), kind.int << 24, 4, signed | 32],
    ...[strings.add('long'), kind.int << 24, 8, signed | 64],
  ];
  const records: number[] = [];
  const inOrder = [...functions].sort((a, b) => a.instruction - b.instruction);
  for (const [i, { name, instruction, parameters }] of inOrder.entries()) {
    const prototype = firstFree + 2 * i;
    words.push(0, (kind.funcProto << 24) | parameters, intType);
    for (let n = 0; n < parameters; n++) words.push(strings.add(`a${n}`), longType);
    words.push(strings.add(shortened(name)), kind.func << 24, prototype);
    records.push(instruction, prototype + 1);
  }
  return { btf: blob(words, strings.bytes()), records: littleEndian(records), recordSize: 8 };
}

/** Kernels before 6.1 take names of at most 127 bytes; the number at the end is what tells names apart. */
const longestName = 120;

function shortened(name: string): string {
  return name.length <= longestName ? name : name.slice(0, longestName / 2) + name.slice(-longestName / 2);
}

function blob(words: readonly number[], strings: Uint8Array): Uint8Array {
  const types = littleEndian(words);
  const header = littleEndian([magic | (1 << 16), headerSize, 0, types.length, types.length, strings.length]);
  const bytes = new Uint8Array(header.length + types.length + strings.length);
  bytes.set(header, 0);
  bytes.set(types, header.length);
  bytes.set(strings, header.length + types.length);
  return bytes;
}

function littleEndian(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
  return bytes;
}

class StringTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #text = '\0';

  add(name: string): number {
    let offset = this.#offsets.get(name);
    if (offset === undefined) {
      offset = this.#text.length;
      this.#offsets.set(name, offset);
      this.#text += `${name}\0`;
    }
    return offset;
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}
