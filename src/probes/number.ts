/** Integers in attach points: every literal form of the language, with duration suffixes (nanoseconds). */

const suffixNs: ReadonlyMap<string, bigint> = new Map([
  ['', 1n],
  ['u', 1n],
  ['ul', 1n],
  ['ull', 1n],
  ['l', 1n],
  ['ll', 1n],
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);

export interface ParsedCount {
  readonly value: bigint | undefined;
  readonly negative: boolean;
  /** Why it is no count: `invalid integer: x`. */
  readonly problem: string;
}

export function parseCount(text: string): ParsedCount {
  const negative = text.startsWith('-');
  const hex = /^0[xX]([0-9a-fA-F_]+)$/.exec(text);
  if (hex) return accept(BigInt(`0x${hex[1]!.replaceAll('_', '')}`));
  const decimal = /^([0-9][0-9_]*)(?:[eE]([1-9][0-9]*))?([a-z]*)$/.exec(text);
  const unit = decimal ? suffixNs.get(decimal[3]!) : undefined;
  if (!decimal || unit === undefined)
    return { value: undefined, negative, problem: `invalid integer: ${text}` };
  const digits = decimal[1]!.replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits) && decimal[2] === undefined;
  const base = octal ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  const exponent = Number(decimal[2] ?? 0);
  if (exponent > 19) return { value: undefined, negative, problem: `invalid integer: ${text}` };
  return accept(base * 10n ** BigInt(exponent) * unit);
}

function accept(value: bigint): ParsedCount {
  if (value >= 1n << 64n) return { value: undefined, negative: false, problem: `invalid integer: ${value}` };
  return { value, negative: false, problem: '' };
}
