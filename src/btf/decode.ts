/**
 * From the words of one type to its value: a table with one decoder a kind. The index has already proved that
 * all words of the type exist; names and the ids it refers to are checked when they are used.
 */
import type { BtfMember, BtfType } from './btf-type.ts';
import type { BtfKind } from './kinds.ts';

/** One undecoded type. `extra(i)` is the i-th word after the three common ones. */
export interface RawType {
  readonly id: number;
  readonly name: string;
  readonly kindFlag: boolean;
  readonly count: number;
  readonly sizeOrType: number;
  extra(index: number): number;
  text(offset: number): string;
}

type Decoder = (raw: RawType) => BtfType;

const linkages = ['static', 'global', 'extern'] as const;

/** One value for each of the type's elements, from the word where the element begins. */
function elements<T>(raw: RawType, words: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: raw.count }, (_, index) => make(index * words));
}

function decodeInt({ id, name, sizeOrType, extra }: RawType): BtfType {
  const word = extra(0);
  const encoding = (word >>> 24) & 0xf;
  const flags = { signed: (encoding & 1) !== 0, char: (encoding & 2) !== 0, bool: (encoding & 4) !== 0 };
  return {
    kind: 'int',
    id,
    name,
    size: sizeOrType,
    bits: word & 0xff,
    bitOffset: (word >>> 16) & 0xff,
    ...flags,
  };
}

/** With the kind flag the offset word holds a bit-field's width in its upper 8 bits. */
function decodeMember(raw: RawType, at: number): BtfMember {
  const offset = raw.extra(at + 2);
  return {
    name: raw.text(raw.extra(at)),
    type: raw.extra(at + 1),
    bitOffset: raw.kindFlag ? offset & 0xffffff : offset,
    bitWidth: raw.kindFlag ? offset >>> 24 : 0,
  };
}

const composite =
  (kind: 'struct' | 'union'): Decoder =>
  (raw) => ({
    kind,
    id: raw.id,
    name: raw.name,
    size: raw.sizeOrType,
    members: elements(raw, 3, (at) => decodeMember(raw, at)),
  });

/** Enumerators are 32-bit words, or low and high words in an enum64; the kind flag makes them signed. */
const enumeration =
  (wide: boolean): Decoder =>
  (raw) => {
    const value = (at: number) => {
      const bits = BigInt(raw.extra(at + 1)) | (wide ? BigInt(raw.extra(at + 2)) << 32n : 0n);
      return raw.kindFlag ? BigInt.asIntN(wide ? 64 : 32, bits) : bits;
    };
    const variants = elements(raw, wide ? 3 : 2, (at) => ({
      name: raw.text(raw.extra(at)),
      value: value(at),
    }));
    return {
      kind: 'enum',
      wide,
      id: raw.id,
      name: raw.name,
      size: raw.sizeOrType,
      signed: raw.kindFlag,
      variants,
    };
  };

const modifier =
  (kind: 'typedef' | 'volatile' | 'const' | 'restrict' | 'type_tag'): Decoder =>
  ({ id, name, sizeOrType }) => ({ kind, id, name, to: sizeOrType });

/** A last parameter without name and type stands for `...`. */
function decodePrototype(raw: RawType): BtfType {
  const all = elements(raw, 2, (at) => ({ name: raw.text(raw.extra(at)), type: raw.extra(at + 1) }));
  const last = all.at(-1);
  const variadic = last !== undefined && last.type === 0 && last.name === '';
  const parameters = variadic ? all.slice(0, -1) : all;
  return { kind: 'func_proto', id: raw.id, name: raw.name, returns: raw.sizeOrType, parameters, variadic };
}

const decoders: Readonly<Record<BtfKind, Decoder>> = {
  int: decodeInt,
  ptr: ({ id, name, sizeOrType }) => ({ kind: 'ptr', id, name, to: sizeOrType }),
  array: ({ id, name, extra }) => ({
    kind: 'array',
    id,
    name,
    element: extra(0),
    indexType: extra(1),
    length: extra(2),
  }),
  struct: composite('struct'),
  union: composite('union'),
  enum: enumeration(false),
  fwd: ({ id, name, kindFlag }) => ({ kind: 'fwd', id, name, tag: kindFlag ? 'union' : 'struct' }),
  typedef: modifier('typedef'),
  volatile: modifier('volatile'),
  const: modifier('const'),
  restrict: modifier('restrict'),
  func: ({ id, name, sizeOrType, count }) => {
    return { kind: 'func', id, name, prototype: sizeOrType, linkage: linkages[count] ?? 'static' };
  },
  func_proto: decodePrototype,
  var: ({ id, name, sizeOrType, extra }) => {
    return { kind: 'var', id, name, type: sizeOrType, linkage: linkages[extra(0)] ?? 'static' };
  },
  datasec: (raw) => {
    const variable = (at: number) => ({
      type: raw.extra(at),
      offset: raw.extra(at + 1),
      size: raw.extra(at + 2),
    });
    const { id, name, sizeOrType } = raw;
    return { kind: 'datasec', id, name, size: sizeOrType, variables: elements(raw, 3, variable) };
  },
  float: ({ id, name, sizeOrType }) => ({ kind: 'float', id, name, size: sizeOrType }),
  decl_tag: ({ id, name, sizeOrType, extra }) => {
    return { kind: 'decl_tag', id, name, type: sizeOrType, component: extra(0) | 0 };
  },
  type_tag: modifier('type_tag'),
  enum64: enumeration(true),
};

export function decodeType(kind: BtfKind, raw: RawType): BtfType {
  return decoders[kind](raw);
}
