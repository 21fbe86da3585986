/**
 * Abbreviation tables (DWARF 5, 7.5.3): the shapes of entries, by code. Many units share one table, so tables are
 * kept by their offset.
 */
import { Cursor } from './cursor.ts';
import { fixedFormSize } from './forms.ts';
import type { SectionBytes } from './section-bytes.ts';

export interface AttributeSpec {
  readonly name: number;
  readonly form: number;
  /** The value itself, for DW_FORM_implicit_const. */
  readonly constant: number;
}

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpec[];
}

export type AbbreviationTable = ReadonlyMap<number, Abbreviation>;

const implicitConst = 0x21;
const tableLimit = 4 << 20;
const keptTables = 256;

export class Abbreviations {
  readonly #section: SectionBytes;
  readonly #tables = new Map<number, AbbreviationTable>();

  constructor(section: SectionBytes) {
    this.#section = section;
  }

  table(offset: number): AbbreviationTable {
    let table = this.#tables.get(offset);
    if (table === undefined) {
      table = readTable(Cursor.from(this.#section, offset, tableLimit));
      if (this.#tables.size >= keptTables) this.#tables.clear();
      this.#tables.set(offset, table);
    }
    return table;
  }
}

function readTable(cursor: Cursor): AbbreviationTable {
  const table = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    table.set(code, { tag, hasChildren, attributes: readAttributes(cursor) });
  }
  return table;
}

function readAttributes(cursor: Cursor): AttributeSpec[] {
  const attributes: AttributeSpec[] = [];
  for (;;) {
    const name = cursor.uleb();
    const form = cursor.uleb();
    const constant = form === implicitConst ? cursor.sleb() : 0;
    if (name === 0 && form === 0) return attributes;
    attributes.push({ name, form, constant });
  }
}

/** Bytes of an entry's attributes when all have a fixed size in units of this kind, else undefined. */
export function fixedSize(
  { attributes }: Abbreviation,
  sizes: { readonly addressSize: number; readonly offsetSize: number; readonly version: number },
): number | undefined {
  let size = 0;
  for (const { form } of attributes) {
    const one = fixedFormSize(form, sizes);
    if (one === undefined) return undefined;
    size += one;
  }
  return size;
}
