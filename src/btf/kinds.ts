/**
 * The kinds of BTF types as data: number in the file → name and size. Facts from Documentation/bpf/btf.rst and
 * include/uapi/linux/btf.h (kinds 1–15 since 4.18–5.2, float 5.13, decl_tag 5.16, type_tag 5.17, enum64 6.0).
 * Every type is three 32-bit words (name, info, size or type), then what this table says.
 */

interface KindEntry {
  readonly name: string;
  /** Words after the three common ones, whatever the count says. */
  readonly fixedWords: number;
  /** Words for each of the `vlen` elements (members, parameters, enumerators, variables). */
  readonly wordsPerElement: number;
}

const kind = <const N extends string>(name: N, fixedWords = 0, wordsPerElement = 0) => ({
  name,
  fixedWords,
  wordsPerElement,
});

/** Index = the kind's number. */
export const kinds = [
  kind('void'),
  kind('int', 1),
  kind('ptr'),
  kind('array', 3),
  kind('struct', 0, 3),
  kind('union', 0, 3),
  kind('enum', 0, 2),
  kind('fwd'),
  kind('typedef'),
  kind('volatile'),
  kind('const'),
  kind('restrict'),
  kind('func'),
  kind('func_proto', 0, 2),
  kind('var', 1),
  kind('datasec', 0, 3),
  kind('float'),
  kind('decl_tag', 1),
  kind('type_tag'),
  kind('enum64', 0, 3),
] as const satisfies readonly KindEntry[];

export type BtfKind = Exclude<(typeof kinds)[number]['name'], 'void'>;

/** The kind numbers that a search for `name` accepts: `enum` also finds 64-bit enums. */
export function kindNumbers(name: BtfKind): readonly [number, number] {
  const number = kinds.findIndex((entry) => entry.name === name);
  return [number, name === 'enum' ? kinds.findIndex((entry) => entry.name === 'enum64') : number];
}

/** Modifiers that change neither size nor layout. */
export const modifierKinds: ReadonlySet<string> = new Set([
  'typedef',
  'volatile',
  'const',
  'restrict',
  'type_tag',
]);
