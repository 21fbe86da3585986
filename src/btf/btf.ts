/**
 * One BTF blob: the types of the kernel, of a kernel module (which continues the kernel's) or of an object
 * file, read lazily. Opening it costs one pass over the type section; a search compares bytes; only the types
 * that are asked for are decoded. Types are numbered from 1, over base and module together; 0 is void.
 */
import { compileWildcard } from '../base/wildcard.ts';
import { BtfError } from './btf-error.ts';
import type { BtfMember, BtfType } from './btf-type.ts';
import { decodeType, type RawType } from './decode.ts';
import { type EnumConstant, findEnumConstant } from './enum-constant.ts';
import { parseHeader, type Sections } from './header.ts';
import { type BtfKind, kindNumbers, kinds } from './kinds.ts';
import { type FoundMember, findMember, layoutOf, type StructLayout } from './layout.ts';
import { declarationOf, definitionOf } from './print-c.ts';
import { sizeOf, stripModifiers } from './size.ts';
import { isName, matchesAt, nameBytes, stringAt } from './strings.ts';
import { indexTypes, type TypeIndex } from './type-index.ts';

export interface BtfOptions {
  /** The blob that this one continues: the kernel's, for a module. */
  readonly base?: Btf;
  /** For error messages; `BTF` when not given. */
  readonly name?: string;
}

export class Btf {
  readonly name: string;
  readonly base: Btf | undefined;
  /** The id after the last: types are 1 … end-1. */
  readonly end: number;
  /** The first id of this blob itself (1, unless there is a base). */
  readonly start: number;
  readonly #sections: Sections;
  readonly #index: TypeIndex;
  readonly #stringsStart: number;
  readonly #decoded = new Map<number, BtfType>();
  readonly #constants = new Map<string, EnumConstant | undefined>();

  private constructor(bytes: Uint8Array, options: BtfOptions) {
    this.name = options.name ?? 'BTF';
    this.base = options.base;
    this.start = options.base?.end ?? 1;
    this.#stringsStart = options.base === undefined ? 0 : options.base.stringsEnd;
    this.#sections = parseHeader(bytes, this.name);
    this.#index = indexTypes(this.#sections.words, this.#sections.typesOffset, this.name);
    this.end = this.start + this.#index.starts.length;
  }

  /**
   * Reads a blob as found in /sys/kernel/btf or in an object's `.BTF` section. The bytes are kept, not copied.
   * @throws BtfError when they are not little-endian BTF version 1, or damaged
   */
  static parse(bytes: Uint8Array, options: BtfOptions = {}): Btf {
    return new Btf(bytes, options);
  }

  /** Where the string offsets of a blob that continues this one begin. */
  get stringsEnd(): number {
    return this.#stringsStart + this.#sections.strings.length;
  }

  /** The first type of that name and kind: of this blob, else of its base. */
  find(name: string, kind: BtfKind): number | undefined {
    if (!isName(name)) return undefined;
    return this.#findHere(nameBytes(name), kindNumbers(kind)) ?? this.base?.find(name, kind);
  }

  #findHere(name: Uint8Array, [numberA, numberB]: readonly [number, number]): number | undefined {
    const { kindOf, starts } = this.#index;
    const { words, strings } = this.#sections;
    for (let i = 0; i < kindOf.length; i++) {
      if (kindOf[i] !== numberA && kindOf[i] !== numberB) continue;
      const offset = words[starts[i]!]! - this.#stringsStart;
      if (
        offset >= 0 ? matchesAt(strings, offset, name) : this.base?.matches(offset + this.#stringsStart, name)
      ) {
        return this.start + i;
      }
    }
    return undefined;
  }

  /** Whether the string at `offset` (base and module together) is `name`, which ends in NUL. */
  matches(offset: number, name: Uint8Array): boolean {
    const own = offset - this.#stringsStart;
    return own >= 0 ? matchesAt(this.#sections.strings, own, name) : this.base!.matches(offset, name);
  }

  /** Named types of a kind in id order, those of the base first. A string is a pattern with `*`. */
  *findAll(
    select: string | ((name: string) => boolean),
    kind: BtfKind,
  ): Generator<{ id: number; name: string }> {
    const selects = typeof select === 'string' ? compileWildcard(select) : select;
    if (this.base !== undefined) yield* this.base.findAll(selects, kind);
    for (const id of this.ids(kind)) {
      const name = this.#text(this.#sections.words[this.#wordsOf(id)]!);
      if (name !== '' && selects(name)) yield { id, name };
    }
  }

  /** Ids of this blob's own types of a kind, without decoding them. */
  *ids(kind: BtfKind): Generator<number> {
    const [numberA, numberB] = kindNumbers(kind);
    const { kindOf } = this.#index;
    for (let i = 0; i < kindOf.length; i++) {
      if (kindOf[i] === numberA || kindOf[i] === numberB) yield this.start + i;
    }
  }

  /** @throws BtfError when there is no such type */
  type(id: number): BtfType {
    if (id === 0) return { kind: 'void', id, name: '' };
    if (this.base !== undefined && id < this.start) return this.base.type(id);
    let type = this.#decoded.get(id);
    if (type === undefined) {
      type = this.#decode(id);
      this.#decoded.set(id, type);
    }
    return type;
  }

  #decode(id: number): BtfType {
    const at = this.#wordsOf(id);
    const kind = kinds[this.#index.kindOf[id - this.start]!]!.name;
    if (kind === 'void') throw this.error(`type ${id} is void`, id);
    const { words } = this.#sections;
    const info = words[at + 1]!;
    const text = (offset: number) => this.#text(offset, id);
    const raw: RawType = {
      id,
      name: text(words[at]!),
      kindFlag: info >>> 31 === 1,
      count: info & 0xffff,
      sizeOrType: words[at + 2]!,
      extra: (index) => words[at + 3 + index]!,
      text,
    };
    return decodeType(kind, raw);
  }

  #wordsOf(id: number): number {
    const at = this.#index.starts[id - this.start];
    if (at === undefined) throw this.error(`there is no type ${id}; the last is ${this.end - 1}`);
    return at;
  }

  #text(offset: number, id?: number): string {
    const own = offset - this.#stringsStart;
    if (own < 0) return this.base!.#text(offset, id);
    if (own < this.#sections.strings.length) return stringAt(this.#sections.strings, own);
    if (offset === 0) return '';
    throw this.error(`a name lies at ${offset}, outside the string section`, id);
  }

  /** Byte offset of a type in its blob, for error messages. */
  #offsetOf(id: number): number | undefined {
    if (this.base !== undefined && id < this.start) return this.base.#offsetOf(id);
    const at = this.#index.starts[id - this.start];
    return at === undefined ? undefined : this.#sections.typesOffset + 4 * at;
  }

  /** An error about this blob; with `id`, about that type of it. */
  error(problem: string, id?: number): BtfError {
    return new BtfError(this.name, id === undefined ? undefined : this.#offsetOf(id), problem);
  }

  /** Through typedef, const, volatile, restrict and type_tag. */
  strip(id: number): number {
    return stripModifiers(this, id);
  }

  /** Size in bytes of a type that has one. @throws BtfError for functions, void and declarations without body */
  sizeOf(id: number): number {
    return sizeOf(this, id);
  }

  /** @throws BtfError unless the type, stripped, is a struct or union */
  layout(id: number): StructLayout {
    return layoutOf(this, id);
  }

  /** A member by name, also one of an anonymous struct or union inside. */
  findMember(id: number, name: string): FoundMember | undefined {
    return findMember(this, id, name);
  }

  /** The first enumerator of that name. */
  enumConstant(name: string): EnumConstant | undefined {
    if (!this.#constants.has(name)) {
      this.#constants.set(name, findEnumConstant(this, name) ?? this.base?.enumConstant(name));
    }
    return this.#constants.get(name);
  }

  /** Words of one of this blob's own types from its header on, for searches that decode nothing. */
  wordsOf(id: number): Uint32Array {
    return this.#sections.words.subarray(this.#wordsOf(id));
  }

  /** The definition as C, indented with tabs, as listings print it. */
  toC(id: number): string {
    return definitionOf(this, id);
  }

  /** The type as C, or with `name` the declaration of something of that type: `struct file *f`, `int (*f)(void)`. */
  declaration(id: number, name = ''): string {
    return declarationOf(this, id, name);
  }
}

export type { BtfMember, BtfType };
