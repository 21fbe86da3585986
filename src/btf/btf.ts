/**
 * The types of the kernel, of a kernel module (which continues the kernel's) or of an object file, read lazily
 * from BTF. Opening it costs one pass over the type section; a search compares bytes; only the types that are
 * asked for are decoded. Types are numbered from 1, over base and module together; 0 is void.
 */
import { compileWildcard } from '../base/wildcard.ts';
import { BtfBlob } from './blob.ts';
import type { BtfError } from './btf-error.ts';
import type { BtfType } from './btf-type.ts';
import { decodeType } from './decode.ts';
import { type EnumConstant, findEnumConstant } from './enum-constant.ts';
import { type BtfKind, kindNumbers, kinds } from './kinds.ts';
import { type FoundMember, findMember, layoutOf, type StructLayout } from './layout.ts';
import { declarationOf, definitionOf } from './print-c.ts';
import { sizeOf, stripModifiers } from './size.ts';
import { isName, nameBytes } from './strings.ts';

export interface BtfOptions {
  /** What this blob continues: the kernel's types, for a module. */
  readonly base?: Btf;
  /** For error messages; `BTF` when not given. */
  readonly name?: string;
}

export class Btf {
  readonly name: string;
  readonly base: Btf | undefined;
  readonly #blob: BtfBlob;
  readonly #decoded = new Map<number, BtfType>();
  readonly #constants = new Map<string, EnumConstant | undefined>();

  private constructor(bytes: Uint8Array, options: BtfOptions) {
    this.name = options.name ?? 'BTF';
    this.base = options.base;
    this.#blob = new BtfBlob(bytes, this.name, options.base?.blob);
  }

  /**
   * Reads a blob as found in /sys/kernel/btf or in an object's `.BTF` section. The bytes are kept, not copied.
   * @throws BtfError when they are not little-endian BTF version 1, or damaged
   */
  static parse(bytes: Uint8Array, options: BtfOptions = {}): Btf {
    return new Btf(bytes, options);
  }

  /** For a blob that continues this one. */
  get blob(): BtfBlob {
    return this.#blob;
  }

  /** The first id of this blob itself: 1, unless there is a base. */
  get start(): number {
    return this.#blob.start;
  }

  /** The id after the last. */
  get end(): number {
    return this.#blob.end;
  }

  /** The first type of that name and kind: of this blob, else of its base. `enum` also finds 64-bit enums. */
  find(name: string, kind: BtfKind): number | undefined {
    if (!isName(name)) return undefined;
    return this.#blob.find(nameBytes(name), kindNumbers(kind)) ?? this.base?.find(name, kind);
  }

  /** Named types of a kind in id order, those of the base first. A string is a pattern with `*`. */
  *findAll(
    select: string | ((name: string) => boolean),
    kind: BtfKind,
  ): Generator<{ id: number; name: string }> {
    const selects = typeof select === 'string' ? compileWildcard(select) : select;
    if (this.base !== undefined) yield* this.base.findAll(selects, kind);
    const [numberA, numberB] = kindNumbers(kind);
    const { kindOf, start } = this.#blob;
    for (let i = 0; i < kindOf.length; i++) {
      if (kindOf[i] !== numberA && kindOf[i] !== numberB) continue;
      const name = this.#blob.nameOf(start + i);
      if (name !== '' && selects(name)) yield { id: start + i, name };
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
    const raw = this.#blob.raw(id);
    const kind = kinds[this.#blob.kindOf[id - this.start]!]!.name;
    if (kind === 'void') throw this.error(`type ${id} is void`, id);
    return decodeType(kind, raw);
  }

  /** An error about this blob; with `id`, about that type of it. */
  error(problem: string, id?: number): BtfError {
    return this.#blob.error(problem, id);
  }

  /** Through typedef, const, volatile, restrict and type_tag. */
  strip(id: number): number {
    return stripModifiers(this, id);
  }

  /** Size in bytes. @throws BtfError for what has none: functions, void, structs that are only declared */
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

  /** The first enumerator of that name: of this blob, else of its base. */
  enumConstant(name: string): EnumConstant | undefined {
    if (!this.#constants.has(name)) {
      this.#constants.set(name, findEnumConstant(this, this.#blob, name) ?? this.base?.enumConstant(name));
    }
    return this.#constants.get(name);
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
