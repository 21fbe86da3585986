/** Declaration specifiers (C11 6.7): storage, qualifiers, and the words or the name that make the type. */
import { acceptAttributes, both } from './attributes.ts';
import { arithmeticType, isArithmeticWord, knownTypedefs } from './base-types.ts';
import { type CType, completeType } from './c-type.ts';
import { readComposite, readEnum } from './composites.ts';
import type { DeclarationReader } from './declaration-reader.ts';
import { type LayoutAttributes, noAttributes } from './struct-layout.ts';

const ignored: ReadonlySet<string> = new Set([
  'const',
  'volatile',
  'restrict',
  '__restrict',
  '__restrict__',
  '_Atomic',
  '__const',
  '__volatile__',
  'extern',
  'static',
  'register',
  'inline',
  '__inline',
  '__inline__',
  '_Noreturn',
  '__extension__',
  '_Thread_local',
  '__thread',
  'auto',
]);

export interface Specifiers {
  readonly type: CType;
  readonly isTypedef: boolean;
  /** Attributes among the specifiers belong to what is declared. */
  readonly attributes: LayoutAttributes;
}

export function acceptQualifiers(reader: DeclarationReader): LayoutAttributes {
  let attributes = acceptAttributes(reader);
  while (ignored.has(reader.cursor.peek()?.text ?? '')) {
    reader.cursor.next('qualifier');
    attributes = both(attributes, acceptAttributes(reader));
  }
  return attributes;
}

/** Whether a type name begins `ahead` tokens on. */
export function isTypeStart(reader: DeclarationReader, ahead = 0): boolean {
  const word = reader.cursor.peek(ahead);
  if (word?.kind !== 'word') return false;
  const { text } = word;
  const isKeyword = isArithmeticWord(text) || ignored.has(text) || ['struct', 'union', 'enum'].includes(text);
  return isKeyword || findTypedef(reader, text) !== undefined;
}

export function readSpecifiers(reader: DeclarationReader): Specifiers {
  const { cursor } = reader;
  const words: string[] = [];
  let type: CType | undefined;
  let isTypedef = false;
  let attributes = noAttributes;
  for (;;) {
    attributes = both(attributes, acceptQualifiers(reader));
    if (cursor.accept('typedef')) {
      isTypedef = true;
      continue;
    }
    const token = cursor.peek();
    if (token?.kind !== 'word') break;
    if (isArithmeticWord(token.text) && type === undefined) words.push(cursor.next('type').text);
    else if (type === undefined && words.length === 0) type = readNamed(reader);
    else break;
  }
  if (type === undefined && words.length === 0) throw cursor.error('expected the name of a type');
  const made = type ?? arithmeticType(words);
  if (made === undefined) throw cursor.error(`cannot combine '${words.join(' ')}' into a type`);
  return { type: made, isTypedef, attributes };
}

function readNamed(reader: DeclarationReader): CType {
  const { cursor } = reader;
  if (cursor.accept('struct')) return reader.nested(() => readComposite(reader, 'struct'));
  if (cursor.accept('union')) return reader.nested(() => readComposite(reader, 'union'));
  if (cursor.accept('enum')) return readEnum(reader);
  const { text, span } = cursor.next('type');
  const type = findTypedef(reader, text);
  if (type === undefined)
    throw reader.errorAt(
      span,
      `unknown type name '${text}'`,
      'Include headers with missing type definitions or install BTF information to your system.',
    );
  return type;
}

/** The text's own names first, then those that every program has, then the kernel's. */
function findTypedef(reader: DeclarationReader, name: string): CType | undefined {
  const own = reader.typedefs.get(name) ?? knownTypedefs.get(name);
  // `typedef struct a b;` may come before `struct a { … };`
  if (own?.type.kind === 'named') return reader.findTagged(own.type.tag, own.type.name) ?? own;
  if (own !== undefined) return own;
  const external = reader.external.plain(name);
  return external && completeType(external);
}
