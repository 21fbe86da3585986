/**
 * /proc/kallsyms in typed arrays. A line is `ffffffff81a3b120 T vfs_read` and, for modules, BPF programs and other
 * late comers, a tab and `[module]`. There are some 120,000 lines, so that names stay bytes in the file's text until
 * they are asked for. Kernel addresses do not fit a JavaScript number; what is stored and searched is their low 48
 * bits, the upper 16 being ones in every kernel address.
 */
import { lastAtOrBelow } from '../base/sorted.ts';

export interface KernelSymbol {
  readonly name: string;
  /** `bpf` for BPF programs; undefined for the kernel itself. */
  readonly module: string | undefined;
  readonly address: bigint;
  /** As in nm(1): `t` and `T` functions, `d` data … */
  readonly type: string;
}

const upperBits = 0xffffn << 48n;
const newline = 10;
const space = 32;
const tab = 9;
/** The sixteen digits of an address, a space, the type and a space. */
const nameColumn = 19;

const digitValues = new Uint8Array(256);
for (let value = 0; value < 16; value++) digitValues[value.toString(16).charCodeAt(0)] = value;

/** Low 48 bits of a kernel address, or undefined when it is not one. */
export function kernelKey(address: bigint): number | undefined {
  const bits = BigInt.asUintN(64, address);
  return bits >> 48n === 0xffffn ? Number(bits & 0xffffffffffffn) : undefined;
}

export class Kallsyms {
  readonly count: number;
  readonly #text: Uint8Array;
  /** Ascending; equal keys in the order of the file. */
  readonly #keys: Float64Array;
  readonly #lines: Uint32Array;

  constructor(text: Uint8Array) {
    this.#text = text;
    const capacity = Math.ceil(text.length / (nameColumn + 1)) + 1;
    const keys = new Float64Array(capacity);
    const lines = new Uint32Array(capacity);
    let count = 0;
    let sorted = true;
    for (let at = 0; at < text.length; at = lineEnd(text, at) + 1) {
      const key = parseKey(text, at);
      if (key < 0) continue;
      if (count > 0 && key < keys[count - 1]!) sorted = false;
      keys[count] = key;
      lines[count++] = at;
    }
    this.count = count;
    [this.#keys, this.#lines] = sorted
      ? [keys.subarray(0, count), lines.subarray(0, count)]
      : sort(keys, lines, count);
  }

  /** Index of the last place at or below an address, the first of several names for it; -1 when there is none. */
  indexAtOrBelow(key: number): number {
    let index = lastAtOrBelow(this.#keys, key);
    while (index > 0 && this.#keys[index - 1] === this.#keys[index]) index--;
    return index;
  }

  keyAt(index: number): number {
    return this.#keys[index]!;
  }

  at(index: number): KernelSymbol {
    const line = this.#lines[index]!;
    const end = lineEnd(this.#text, line);
    const separator = this.#text.subarray(line, end).indexOf(tab);
    const nameEnd = separator < 0 ? end : line + separator;
    return {
      name: latin1(this.#text, line + nameColumn, nameEnd),
      module: separator < 0 ? undefined : latin1(this.#text, nameEnd + 2, end - 1),
      address: upperBits | BigInt(this.#keys[index]!),
      type: latin1(this.#text, line + 17, line + 18),
    };
  }

  /** In order of address, then of the file. */
  *[Symbol.iterator](): Generator<KernelSymbol> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  /** Address of the first line with that name, without a table of names: the text is searched. */
  address(name: string): bigint | undefined {
    const text = Buffer.from(this.#text.buffer, this.#text.byteOffset, this.#text.byteLength);
    const wanted = Buffer.from(` ${name}`, 'latin1');
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      const after = text[at + wanted.length];
      if (after !== newline && after !== tab && after !== undefined) continue;
      const key = parseKey(text, at - nameColumn + 1);
      if (key >= 0) return upperBits | BigInt(key);
    }
    return undefined;
  }
}

function lineEnd(text: Uint8Array, at: number): number {
  const end = text.indexOf(newline, at);
  return end < 0 ? text.length : end;
}

/** The low 48 bits of the address of the line at `at`; -1 when the line is malformed or is not a kernel address. */
function parseKey(text: Uint8Array, at: number): number {
  if (at < 0 || text[at + 16] !== space || text[at + 18] !== space) return -1;
  let upper = 0;
  for (let i = 0; i < 4; i++) upper = upper * 16 + digitValues[text[at + i]!]!;
  if (upper !== 0xffff) return -1;
  let high = 0;
  let low = 0;
  for (let i = 4; i < 10; i++) high = (high << 4) | digitValues[text[at + i]!]!;
  for (let i = 10; i < 16; i++) low = (low << 4) | digitValues[text[at + i]!]!;
  return high * 2 ** 24 + low;
}

/** Modules and BPF programs stand at the end in the order of their loading. */
function sort(keys: Float64Array, lines: Uint32Array, count: number): [Float64Array, Uint32Array] {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  order.sort((a, b) => keys[a]! - keys[b]! || a - b);
  return [
    Float64Array.from(order, (index) => keys[index]!),
    Uint32Array.from(order, (index) => lines[index]!),
  ];
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
