/** Structs, unions and enums (C11 6.7.2.1, 6.7.2.2): references by tag and definitions. */
import type { EnumType, StructType } from '../../program/types.ts';
import { acceptAttributes, both } from './attributes.ts';
import { type CType, completeType } from './c-type.ts';
import type { DeclarationReader } from './declaration-reader.ts';
import { readDeclarator } from './declarators.ts';
import { readSpecifiers } from './specifiers.ts';
import { type CMember, type LayoutAttributes, layOutStruct } from './struct-layout.ts';

type Tag = 'struct' | 'union' | 'enum';

/** After `struct` or `union`. */
export function readComposite(reader: DeclarationReader, tag: 'struct' | 'union'): CType {
  const { cursor } = reader;
  const before = acceptAttributes(reader);
  const place = cursor.span;
  const name = cursor.acceptWord()?.text ?? '';
  if (!cursor.sees('{')) return reference(reader, tag, name);
  refuseSecond(reader, tag, name, place);
  cursor.expect('{');
  const members: CMember[] = [];
  while (!cursor.accept('}')) {
    if (!cursor.accept(';')) readMembers(reader, members);
  }
  refuseDuplicates(reader, members, place);
  const attributes = both(before, acceptAttributes(reader));
  const type: StructType = layOutStruct({ tag, name, members, attributes });
  if (name !== '') reader.tagged.set(`${tag} ${name}`, type);
  return completeType(type);
}

function reference(reader: DeclarationReader, tag: Tag, name: string): CType {
  if (name === '') throw reader.cursor.error(`expected a name or '{' after '${tag}'`);
  const known = reader.findTagged(tag, name);
  if (known !== undefined) return known;
  return { type: { kind: 'named', tag, name }, size: 0, align: 1, complete: false };
}

function refuseSecond(reader: DeclarationReader, tag: Tag, name: string, place: CMemberPlace): void {
  if (name !== '' && reader.tagged.has(`${tag} ${name}`))
    throw reader.errorAt(place, `redefinition of '${name}'`);
}

type CMemberPlace = DeclarationReader['cursor']['span'];

/** One declaration of members: `int a, *b, c : 3;` */
function readMembers(reader: DeclarationReader, members: CMember[]): void {
  const { cursor } = reader;
  if (cursor.accept('_Static_assert')) return cursor.skipBalanced();
  const { type, attributes } = readSpecifiers(reader);
  if (cursor.accept(';')) {
    // An anonymous struct or union; of anything else there is nothing to declare.
    if (type.type.kind === 'struct' && type.type.name === '') members.push({ name: '', type, attributes });
    return;
  }
  do members.push(readMember(reader, type, attributes));
  while (cursor.accept(','));
  if (!cursor.sees('}')) cursor.expect(';');
}

function readMember(reader: DeclarationReader, specified: CType, before: LayoutAttributes): CMember {
  const { cursor } = reader;
  const place = cursor.span;
  const { name, type } = cursor.sees(':') ? { name: '', type: specified } : readDeclarator(reader, specified);
  const width = cursor.accept(':') ? readWidth(reader, name, type) : undefined;
  const attributes = both(before, acceptAttributes(reader));
  if (width === undefined && name === '') throw reader.errorAt(place, 'expected the name of a member');
  if (type.isFunction) throw reader.errorAt(place, `field '${name}' declared as a function`);
  // An array without a length has no size of its own, but may be the last member.
  if (!type.complete && type.type.kind !== 'array' && type.type.kind !== 'string')
    throw reader.errorAt(place, `field '${name}' has incomplete type`, incompleteHint(type));
  return { name, type, attributes, ...(width === undefined ? {} : { width }) };
}

function incompleteHint({ type }: CType): string | undefined {
  if (type.kind !== 'named') return undefined;
  return `'${type.tag} ${type.name}' is neither defined above nor known from BTF; a pointer to it needs no definition`;
}

function readWidth(reader: DeclarationReader, name: string, { type }: CType): number {
  const place = reader.cursor.span;
  const width = reader.constant();
  if (type.kind !== 'int' && type.kind !== 'enum' && type.kind !== 'bool')
    throw reader.errorAt(place, `bit-field '${name}' has a type that is no integer`);
  const limit = type.kind === 'bool' ? 1 : type.size * 8;
  if (width < 0n || width > BigInt(limit))
    throw reader.errorAt(
      place,
      `width of bit-field '${name}' (${width} bits) exceeds its type (${limit} bits)`,
    );
  if (width === 0n && name !== '') throw reader.errorAt(place, `named bit-field '${name}' has zero width`);
  return Number(width);
}

function refuseDuplicates(reader: DeclarationReader, members: readonly CMember[], place: CMemberPlace): void {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (name !== '' && seen.has(name)) throw reader.errorAt(place, `duplicate member '${name}'`);
    seen.add(name);
  }
}

/** After `enum`. */
export function readEnum(reader: DeclarationReader): CType {
  const { cursor } = reader;
  acceptAttributes(reader);
  const place = cursor.span;
  const name = cursor.acceptWord()?.text ?? '';
  if (!cursor.sees('{')) return reference(reader, 'enum', name);
  refuseSecond(reader, 'enum', name, place);
  const entries = readEnumerators(reader);
  const { packed } = acceptAttributes(reader);
  const type = enumType(name, entries, packed);
  for (const [constant, value] of entries) reader.constants.set(constant, { value, type });
  if (name !== '') reader.tagged.set(`enum ${name}`, type);
  return completeType(type);
}

function readEnumerators(reader: DeclarationReader): [string, bigint][] {
  const { cursor } = reader;
  const entries: [string, bigint][] = [];
  // Later values may use earlier ones, whose type is not known before the end.
  const provisional = enumType('', [], false);
  let value = -1n;
  cursor.expect('{');
  while (!cursor.accept('}')) {
    const place = cursor.span;
    const constant = cursor.acceptWord()?.text;
    if (constant === undefined) throw cursor.error('expected the name of an enumerator');
    acceptAttributes(reader);
    value = cursor.accept('=') ? reader.constant() : value + 1n;
    if (reader.constants.has(constant))
      throw reader.errorAt(place, `redefinition of enumerator '${constant}'`);
    reader.constants.set(constant, { value, type: provisional });
    entries.push([constant, value]);
    if (!cursor.accept(',') && !cursor.sees('}'))
      throw cursor.error("expected ',' or '}' after an enumerator");
  }
  return entries;
}

const sizes = [1, 2, 4, 8] as const;

/** Four bytes, unless a value needs more (gcc); `packed` takes as few as do. Unsigned when no value is negative. */
function enumType(name: string, entries: readonly (readonly [string, bigint])[], packed: boolean): EnumType {
  const signed = entries.some(([, value]) => value < 0n);
  const fits = (size: number): boolean =>
    entries.every(([, value]) => (signed ? BigInt.asIntN : BigInt.asUintN)(size * 8, value) === value);
  const size = sizes.find((one) => (packed || one >= 4) && fits(one)) ?? 8;
  // The first name of a value is the one that is shown.
  const variants = new Map<bigint, string>();
  for (const [constant, value] of entries) if (!variants.has(value)) variants.set(value, constant);
  return { kind: 'enum', name, size, signed, variants };
}
