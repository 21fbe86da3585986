/**
 * A decoded BTF type: plain values, discriminated on `kind`, referring to other types by id. Names are byte
 * strings (latin1), empty for anonymous types, as everywhere in the compiler.
 */

export type BtfType =
  | BtfVoid
  | BtfInt
  | BtfPointer
  | BtfArray
  | BtfComposite
  | BtfEnum
  | BtfForward
  | BtfModifier
  | BtfFunction
  | BtfPrototype
  | BtfVariable
  | BtfSection
  | BtfFloat
  | BtfDeclTag;

interface Common {
  readonly id: number;
  readonly name: string;
}

/** Type 0: `void`, and the type of `...` in a parameter list. */
export interface BtfVoid extends Common {
  readonly kind: 'void';
}

export interface BtfInt extends Common {
  readonly kind: 'int';
  readonly size: number;
  readonly signed: boolean;
  readonly char: boolean;
  readonly bool: boolean;
  /** Fewer than 8 × size for a bit-field in the encoding of old compilers; then `bitOffset` is its shift. */
  readonly bits: number;
  readonly bitOffset: number;
}

export interface BtfPointer extends Common {
  readonly kind: 'ptr';
  readonly to: number;
}

export interface BtfArray extends Common {
  readonly kind: 'array';
  readonly element: number;
  readonly indexType: number;
  readonly length: number;
}

export interface BtfMember {
  /** Empty for an anonymous struct or union, or for padding bits. */
  readonly name: string;
  readonly type: number;
  /** Bits from the start of the enclosing type; for bit-fields from the least significant bit. */
  readonly bitOffset: number;
  /** 0 when it is not a bit-field. */
  readonly bitWidth: number;
}

export interface BtfComposite extends Common {
  readonly kind: 'struct' | 'union';
  readonly size: number;
  readonly members: readonly BtfMember[];
}

/** Covers both `enum` and `enum64` of the format; `wide` tells the latter. */
export interface BtfEnum extends Common {
  readonly kind: 'enum';
  readonly wide: boolean;
  readonly size: number;
  readonly signed: boolean;
  readonly variants: readonly { readonly name: string; readonly value: bigint }[];
}

/** A struct or union that is declared only. */
export interface BtfForward extends Common {
  readonly kind: 'fwd';
  readonly tag: 'struct' | 'union';
}

export interface BtfModifier extends Common {
  readonly kind: 'typedef' | 'volatile' | 'const' | 'restrict' | 'type_tag';
  readonly to: number;
}

export interface BtfFunction extends Common {
  readonly kind: 'func';
  readonly prototype: number;
  readonly linkage: 'static' | 'global' | 'extern';
}

export interface BtfPrototype extends Common {
  readonly kind: 'func_proto';
  readonly returns: number;
  readonly parameters: readonly { readonly name: string; readonly type: number }[];
  /** The parameters are followed by `...`. */
  readonly variadic: boolean;
}

export interface BtfVariable extends Common {
  readonly kind: 'var';
  readonly type: number;
  readonly linkage: 'static' | 'global' | 'extern';
}

export interface BtfSection extends Common {
  readonly kind: 'datasec';
  readonly size: number;
  readonly variables: readonly { readonly type: number; readonly offset: number; readonly size: number }[];
}

export interface BtfFloat extends Common {
  readonly kind: 'float';
  readonly size: number;
}

export interface BtfDeclTag extends Common {
  readonly kind: 'decl_tag';
  readonly type: number;
  /** Member or parameter number, or -1 for the whole type. */
  readonly component: number;
}
