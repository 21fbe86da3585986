/**
 * Attribute forms (DWARF 5, 7.5.6 and the GNU extensions of gcc and dwz): how a value is encoded, as a table. What a
 * value means, an offset into some section or an index, is found when it is asked for.
 */
import type { Cursor } from './cursor.ts';

export interface UnitSizes {
  readonly addressSize: number;
  readonly offsetSize: number;
  readonly version: number;
}

export type FormClass =
  | 'address'
  | 'address-index'
  | 'block'
  | 'constant'
  | 'flag'
  | 'section-offset'
  | 'list-index'
  /** In the same unit. */
  | 'unit-reference'
  | 'reference'
  | 'signature'
  | 'text'
  /** Offset in .debug_str, .debug_line_str, of the supplementary file; index by .debug_str_offsets. */
  | 'str'
  | 'line-str'
  | 'alt-str'
  | 'str-index'
  | 'alt-reference';

export interface Value {
  readonly class: FormClass;
  readonly number: number;
  readonly block?: Uint8Array;
  readonly text?: string;
}

interface Form {
  readonly class: FormClass;
  /** Bytes, when that does not depend on the value. */
  readonly size?: number | ((sizes: UnitSizes) => number);
  readonly read?: (cursor: Cursor, sizes: UnitSizes) => number | Uint8Array | string;
}

const offset = (sizes: UnitSizes) => sizes.offsetSize;
const address = (sizes: UnitSizes) => sizes.addressSize;
/** DWARF 2 gave references to other units the size of an address. */
const reference = (sizes: UnitSizes) => (sizes.version <= 2 ? sizes.addressSize : sizes.offsetSize);
const uleb = (cursor: Cursor) => cursor.uleb();
const fixed = (kind: FormClass, size: Form['size'] & {}): Form => ({ class: kind, size });
const variable = (kind: FormClass): Form => ({ class: kind, read: uleb });
const block = (length: (cursor: Cursor) => number): Form => ({
  class: 'block',
  read: (cursor) => cursor.take(length(cursor)),
});

const indirect = 0x16;
const implicitConst = 0x21;

const forms: ReadonlyMap<number, Form> = new Map([
  [0x01, fixed('address', address)],
  [0x03, block((cursor) => cursor.u16())],
  [0x04, block((cursor) => cursor.u32())],
  [0x05, fixed('constant', 2)],
  [0x06, fixed('constant', 4)],
  [0x07, { class: 'constant', size: 8, read: (cursor) => cursor.s64() }],
  [0x08, { class: 'text', read: (cursor) => cursor.text() }],
  [0x09, block(uleb)],
  [0x0a, block((cursor) => cursor.u8())],
  [0x0b, fixed('constant', 1)],
  [0x0c, fixed('flag', 1)],
  [0x0d, { class: 'constant', read: (cursor) => cursor.sleb() }],
  [0x0e, fixed('str', offset)],
  [0x0f, variable('constant')],
  [0x10, fixed('reference', reference)],
  [0x11, fixed('unit-reference', 1)],
  [0x12, fixed('unit-reference', 2)],
  [0x13, fixed('unit-reference', 4)],
  [0x14, fixed('unit-reference', 8)],
  [0x15, variable('unit-reference')],
  [0x17, fixed('section-offset', offset)],
  [0x18, block(uleb)],
  [0x19, { class: 'flag', size: 0, read: () => 1 }],
  [0x1a, variable('str-index')],
  [0x1b, variable('address-index')],
  [0x1c, fixed('alt-reference', 4)],
  [0x1d, fixed('alt-str', offset)],
  [0x1e, { class: 'block', size: 16, read: (cursor) => cursor.take(16) }],
  [0x1f, fixed('line-str', offset)],
  [0x20, { class: 'signature', size: 8, read: (cursor) => cursor.take(8) }],
  [0x22, variable('list-index')],
  [0x23, variable('list-index')],
  [0x24, fixed('alt-reference', 8)],
  [0x25, fixed('str-index', 1)],
  [0x26, fixed('str-index', 2)],
  [0x27, fixed('str-index', 3)],
  [0x28, fixed('str-index', 4)],
  [0x29, fixed('address-index', 1)],
  [0x2a, fixed('address-index', 2)],
  [0x2b, fixed('address-index', 3)],
  [0x2c, fixed('address-index', 4)],
  [0x1f01, variable('address-index')],
  [0x1f02, variable('str-index')],
  [0x1f20, fixed('alt-reference', offset)],
  [0x1f21, fixed('alt-str', offset)],
]);

function formOf(cursor: Cursor, form: number): Form {
  const known = forms.get(form);
  if (known === undefined) throw cursor.fail(`unknown form 0x${form.toString(16)} of an attribute`);
  return known;
}

/** Of a form whose values all have one size. */
export function fixedFormSize(form: number, sizes: UnitSizes): number | undefined {
  if (form === implicitConst) return 0;
  const size = forms.get(form)?.size;
  return typeof size === 'function' ? size(sizes) : size;
}

export function readValue(cursor: Cursor, form: number, constant: number, sizes: UnitSizes): Value {
  if (form === implicitConst) return { class: 'constant', number: constant };
  if (form === indirect) return readIndirect(cursor, sizes);
  const known = formOf(cursor, form);
  const value = known.read?.(cursor, sizes) ?? cursor.unsigned(fixedFormSize(form, sizes)!);
  if (typeof value === 'number') return { class: known.class, number: value };
  if (typeof value === 'string') return { class: known.class, number: 0, text: value };
  return { class: known.class, number: 0, block: value };
}

/** The form stands before the value. */
function readIndirect(cursor: Cursor, sizes: UnitSizes): Value {
  const form = cursor.uleb();
  if (form === indirect) throw cursor.fail('a form that leads to itself');
  const constant = form === implicitConst ? cursor.sleb() : 0;
  return readValue(cursor, form, constant, sizes);
}

export function skipValue(cursor: Cursor, form: number, sizes: UnitSizes): void {
  const size = fixedFormSize(form, sizes);
  if (size === undefined) readValue(cursor, form, 0, sizes);
  else cursor.skip(size);
}
