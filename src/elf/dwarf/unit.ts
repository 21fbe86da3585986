/**
 * A unit and its entries (DIEs). Entries are read one at a time: a walk over the children of one skips those of the
 * others, by their sibling attribute where there is one.
 */
import { type Abbreviation, type AbbreviationTable, fixedSize } from './abbreviations.ts';
import { At } from './constants.ts';
import { Cursor } from './cursor.ts';
import { readValue, skipValue, type Value } from './forms.ts';
import type { UnitHeader } from './unit-header.ts';

/** Nesting of real programs stays below some dozens. */
const depthLimit = 512;
const noValues: ReadonlyMap<number, Value> = new Map();

export interface Entry {
  readonly unit: Unit;
  /** In the section. */
  readonly offset: number;
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly values: ReadonlyMap<number, Value>;
  /** Where what follows its attributes begins. */
  readonly after: number;
}

export class Unit {
  readonly header: UnitHeader;
  readonly #abbreviations: AbbreviationTable;
  readonly #sizes = new Map<Abbreviation, number | undefined>();
  readonly #bytes: Uint8Array;
  #root: Entry | undefined;

  constructor(header: UnitHeader, abbreviations: AbbreviationTable) {
    this.header = header;
    this.#abbreviations = abbreviations;
    this.#bytes = header.section.bytes(header.offset, header.end - header.offset);
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  #cursor(offset: number): Cursor {
    const cursor = new Cursor(this.header.section, this.header.offset, this.#bytes);
    cursor.skip(offset - this.header.offset);
    return cursor;
  }

  /** The unit's own entry, which all others are children of. */
  get root(): Entry {
    this.#root ??= this.entry(this.header.firstEntry);
    return this.#root;
  }

  /** The entry at a place in the section. @throws ElfError when there is none */
  entry(offset: number): Entry {
    const cursor = this.#cursor(offset);
    const entry = this.#read(cursor);
    if (entry === undefined) throw this.header.section.error(offset, 'there is no entry');
    return entry;
  }

  /** Undefined for the mark that ends a list of children. */
  #read(cursor: Cursor): Entry | undefined {
    const { offset } = cursor;
    const abbreviation = this.#abbreviation(cursor);
    if (abbreviation === undefined) return undefined;
    const values = abbreviation.attributes.length === 0 ? noValues : new Map<number, Value>();
    for (const { name, form, constant } of abbreviation.attributes) {
      (values as Map<number, Value>).set(name, readValue(cursor, form, constant, this.header));
    }
    const { tag, hasChildren } = abbreviation;
    return { unit: this, offset, tag, hasChildren, values, after: cursor.offset };
  }

  #abbreviation(cursor: Cursor): Abbreviation | undefined {
    const { offset } = cursor;
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const found = this.#abbreviations.get(code);
    if (found === undefined) throw this.header.section.error(offset, `unknown abbreviation ${code}`);
    return found;
  }

  *children(parent: Entry): Generator<Entry> {
    if (!parent.hasChildren) return;
    const cursor = this.#cursor(parent.after);
    while (cursor.left > 0) {
      const entry = this.#read(cursor);
      if (entry === undefined) return;
      yield entry;
      this.#skipChildren(cursor, entry);
    }
  }

  #skipChildren(cursor: Cursor, entry: Entry): void {
    if (!entry.hasChildren) return;
    const sibling = entry.values.get(At.sibling);
    const next = sibling === undefined ? 0 : this.header.offset + sibling.number;
    if (next > cursor.offset && next <= this.header.end) cursor.skip(next - cursor.offset);
    else this.#skipNested(cursor);
  }

  /** To the end of the list of children that begins here. */
  #skipNested(cursor: Cursor): void {
    for (let depth = 1; depth > 0 && cursor.left > 0; ) {
      const abbreviation = this.#abbreviation(cursor);
      if (abbreviation === undefined) {
        depth--;
        continue;
      }
      this.#skipValues(cursor, abbreviation);
      if (abbreviation.hasChildren) depth++;
      if (depth > depthLimit) throw cursor.fail('entries are nested too deep');
    }
  }

  #skipValues(cursor: Cursor, abbreviation: Abbreviation): void {
    let size = this.#sizes.get(abbreviation);
    if (size === undefined && !this.#sizes.has(abbreviation)) {
      size = fixedSize(abbreviation, this.header);
      this.#sizes.set(abbreviation, size);
    }
    if (size !== undefined) cursor.skip(size);
    else for (const { form } of abbreviation.attributes) skipValue(cursor, form, this.header);
  }
}
