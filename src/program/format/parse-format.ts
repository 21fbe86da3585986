/**
 * The format strings of printf and its relatives (language reference, section 6.7), taken apart once.
 * Flags come in a fixed order; whatever does not match is literal text. A `*` is read and means nothing, and so
 * does a precision but for `f`. Strings are byte strings: one character a byte.
 */

export interface Conversion {
  readonly kind: 'conversion';
  /** `d i u o x X c p s`, buffers `r rx rh`, `gr`, ratios `f F`, or one of the C conversions that nothing can be printed with. */
  readonly specifier: string;
  /** How many low bits of an integer count. */
  readonly bits: 8 | 16 | 32 | 64;
  /** Unsigned conversions print signed after `t`. */
  readonly signed: boolean;
  readonly left: boolean;
  readonly plus: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  /** Digits after the point, for `f`. */
  readonly precision: number | undefined;
}

export type FormatPiece = { readonly kind: 'text'; readonly text: string } | Conversion;

/** No line is wider than this; a width of nine digits must not take the memory for it. */
const widestField = 65_536;

const specification =
  /%(?<left>-?)(?<plus>\+?) ?(?<alternate>#?)(?<zero>0?)(?<width>\d*|\*)(?:\.(?<precision>\d+|\*))?(?<length>[hlLjzt]*)(?<specifier>gr|rh|rx|[diouxXeEfFgGaAcspnr%])/g;

/** Literal text (with `%%` already `%`) and conversions in order; neighbouring texts are joined. */
export function parseFormat(format: string): readonly FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let text = '';
  let end = 0;
  for (const match of format.matchAll(specification)) {
    text += format.slice(end, match.index);
    end = match.index + match[0].length;
    const groups = match.groups ?? {};
    if (groups.specifier === '%') {
      text += '%';
      continue;
    }
    if (text !== '') pieces.push({ kind: 'text', text });
    text = '';
    pieces.push(conversion(groups));
  }
  text += format.slice(end);
  if (text !== '') pieces.push({ kind: 'text', text });
  return pieces;
}

export function conversionsOf(format: string): readonly Conversion[] {
  return parseFormat(format).filter((piece) => piece.kind === 'conversion');
}

function conversion(groups: Readonly<Record<string, string | undefined>>): Conversion {
  const specifier = groups.specifier ?? '';
  const length = groups.length ?? '';
  return {
    kind: 'conversion',
    specifier,
    bits: specifier === 'p' ? 64 : bitsOf(length),
    signed: specifier === 'd' || specifier === 'i' || length.includes('t'),
    left: groups.left === '-',
    plus: groups.plus === '+',
    alternate: groups.alternate === '#',
    zero: groups.zero === '0',
    width: Math.min(Number.parseInt(groups.width || '0', 10) || 0, widestField),
    precision: /^\d+$/.test(groups.precision ?? '') ? Number(groups.precision) : undefined,
  };
}

function bitsOf(length: string): Conversion['bits'] {
  if (length === '') return 32;
  if (length === 'hh') return 8;
  return length === 'h' ? 16 : 64;
}
