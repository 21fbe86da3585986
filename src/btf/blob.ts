/**
 * The bytes behind a {@link Btf}: words, index and strings of one blob and the blob it continues. Everything
 * here works on typed arrays and byte comparisons; nothing is decoded.
 */
import { BtfError } from './btf-error.ts';
import type { RawType } from './decode.ts';
import { parseHeader, type Sections } from './header.ts';
import { NameIndex, nameHash } from './name-index.ts';
import { matchesAt, stringAt } from './strings.ts';
import { indexTypes, type TypeIndex } from './type-index.ts';

const enum32 = 6;
const enum64 = 19;

/** Searches through all types, after which an index pays: building it takes as long as a few of them. */
const searchesBeforeIndex = 30;

export class BtfBlob {
  readonly file: string;
  readonly base: BtfBlob | undefined;
  /** Ids of this blob itself: start … end-1. */
  readonly start: number;
  readonly end: number;
  readonly kindOf: Uint8Array;
  readonly #starts: TypeIndex['starts'];
  readonly #sections: Sections;
  /** String offsets count over base and continuation together. */
  readonly #stringsStart: number;
  readonly #stringsEnd: number;
  #searches = 0;
  #names: NameIndex | undefined;

  constructor(bytes: Uint8Array, file: string, base: BtfBlob | undefined) {
    this.file = file;
    this.base = base;
    this.#sections = parseHeader(bytes, file);
    const { starts, kindOf } = indexTypes(this.#sections.words, this.#sections.typesOffset, file);
    this.#starts = starts;
    this.kindOf = kindOf;
    this.start = base?.end ?? 1;
    this.end = this.start + starts.length;
    this.#stringsStart = base === undefined ? 0 : base.#stringsEnd;
    this.#stringsEnd = this.#stringsStart + this.#sections.strings.length;
  }

  /** The first own type of one of two kinds whose name is `name` (bytes with the NUL). */
  find(name: Uint8Array, kinds: readonly [number, number]): number | undefined {
    if (this.#names === undefined && this.#searches++ < searchesBeforeIndex) return this.#search(name, kinds);
    this.#names ??= this.#indexNames();
    const { kindOf } = this;
    const { words } = this.#sections;
    const starts = this.#starts;
    const found = this.#names.find(nameHash(name, 0), (i) => {
      const kind = kindOf[i]!;
      return kinds.includes(kind) && this.#matches(words[starts[i]!]!, name);
    });
    return found === undefined ? undefined : this.start + found;
  }

  #indexNames(): NameIndex {
    const { words } = this.#sections;
    return new NameIndex(this.#starts.length, (i) => this.#hashAt(words[this.#starts[i]!]!));
  }

  #hashAt(offset: number): number {
    const own = offset - this.#stringsStart;
    if (own >= 0) return nameHash(this.#sections.strings, own);
    return this.base === undefined ? 0 : this.base.#hashAt(offset);
  }

  #search(name: Uint8Array, [numberA, numberB]: readonly [number, number]): number | undefined {
    const { kindOf } = this;
    const { words } = this.#sections;
    const starts = this.#starts;
    for (let i = 0; i < kindOf.length; i++) {
      const kind = kindOf[i];
      if ((kind === numberA || kind === numberB) && this.#matches(words[starts[i]!]!, name))
        return this.start + i;
    }
    return undefined;
  }

  /**
   * The first own enum with an enumerator `name`, and the enumerator's number in it. The first byte is compared
   * in line: most of the thirty thousand calls of a cold process are saved that way.
   */
  findVariant(name: Uint8Array): { readonly enumId: number; readonly index: number } | undefined {
    const { kindOf } = this;
    const { words, strings } = this.#sections;
    const starts = this.#starts;
    const stringsStart = this.#stringsStart;
    const first = name[0];
    for (let i = 0; i < kindOf.length; i++) {
      const kind = kindOf[i];
      if (kind !== enum32 && kind !== enum64) continue;
      const step = kind === enum32 ? 2 : 3;
      const at = starts[i]! + 3;
      const end = at + step * (words[at - 2]! & 0xffff);
      for (let word = at; word < end; word += step) {
        const own = words[word]! - stringsStart;
        if (own >= 0 && strings[own] !== first) continue;
        if (this.#matches(words[word]!, name)) return { enumId: this.start + i, index: (word - at) / step };
      }
    }
    return undefined;
  }

  #matches(offset: number, name: Uint8Array): boolean {
    const own = offset - this.#stringsStart;
    if (own >= 0) return matchesAt(this.#sections.strings, own, name);
    return this.base === undefined ? false : this.base.#matches(offset, name);
  }

  /** @throws BtfError when this blob has no such type; ids of the base are not looked up */
  raw(id: number): RawType {
    const at = this.#wordOf(id);
    const { words } = this.#sections;
    const info = words[at + 1]!;
    const text = (offset: number) => this.#text(offset, id);
    return {
      id,
      name: text(words[at]!),
      kindFlag: info >>> 31 === 1,
      count: info & 0xffff,
      sizeOrType: words[at + 2]!,
      extra: (index) => words[at + 3 + index]!,
      text,
    };
  }

  nameOf(id: number): string {
    return this.#text(this.#sections.words[this.#wordOf(id)]!, id);
  }

  #wordOf(id: number): number {
    const at = this.#starts[id - this.start];
    if (at === undefined) throw this.error(`there is no type ${id}; the last is ${this.end - 1}`);
    return at;
  }

  #text(offset: number, id: number): string {
    const own = offset - this.#stringsStart;
    if (own < 0 && this.base !== undefined) return this.base.#text(offset, id);
    if (own < this.#sections.strings.length) return stringAt(this.#sections.strings, own);
    if (offset === 0) return '';
    throw this.error(`type ${id} names a string at ${offset}, outside the string section`, id);
  }

  /** An error about this blob; with `id`, about that type. */
  error(problem: string, id?: number): BtfError {
    if (id !== undefined && id < this.start && this.base !== undefined) return this.base.error(problem, id);
    const at = id === undefined ? undefined : this.#starts[id - this.start];
    return new BtfError(
      this.file,
      at === undefined ? undefined : this.#sections.typesOffset + 4 * at,
      problem,
    );
  }
}
