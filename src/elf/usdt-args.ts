/**
 * Arguments of USDT probes: what <sys/sdt.h> makes the compiler write, `N@OPERAND` separated by spaces, where N is
 * the size in bytes, negative for signed values, and OPERAND is an operand in the assembler's syntax, telling where
 * the value lies when the probe is hit. The operand syntax belongs to the architecture, so each has its own parser.
 */
import { parseArm64Operand } from './usdt-operand-arm64.ts';
import { parseX86Operand } from './usdt-operand-x86.ts';

export type UsdtOperand =
  /** `register` is the full register's name (`rdi`, `x3`); the value begins `shift` bits up (8 for %ah). */
  | { readonly kind: 'register'; readonly register: string; readonly shift: number }
  | { readonly kind: 'constant'; readonly value: bigint }
  /** At base + index × scale + offset; with `symbol`, that symbol's address is added (base is then `rip` or none). */
  | {
      readonly kind: 'memory';
      readonly base: string | undefined;
      readonly index: string | undefined;
      readonly scale: number;
      readonly offset: number;
      readonly symbol: string | undefined;
    };

export type UsdtArgument = {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  /** The size was written with an `f`: the bytes are a floating-point number. */
  readonly float: boolean;
  readonly text: string;
} & (UsdtOperand | { readonly kind: 'unsupported' });

export type UsdtArchitecture = 'x86-64' | 'arm64';

const operandParsers: Readonly<Record<UsdtArchitecture, (text: string) => UsdtOperand | undefined>> = {
  'x86-64': parseX86Operand,
  arm64: parseArm64Operand,
};

const argumentPattern = /^(?:(-?)([1248])(f?)@)?(.+)$/;

/** One entry for each argument, in order; what cannot be understood is `unsupported`, so that the others keep their numbers. */
export function parseUsdtArguments(text: string, architecture: UsdtArchitecture): UsdtArgument[] {
  return splitArguments(text).map((word) => {
    const [, minus = '', digits = '8', float = '', operand = ''] = argumentPattern.exec(word) ?? [];
    const common = { size: sizes[digits] ?? 8, signed: minus !== '', float: float !== '', text: word };
    const parsed = operandParsers[architecture](operand.trim());
    return parsed === undefined ? { ...common, kind: 'unsupported' } : { ...common, ...parsed };
  });
}

const sizes: Readonly<Record<string, 1 | 2 | 4 | 8>> = { '1': 1, '2': 2, '4': 4, '8': 8 };

/** At spaces that are not inside brackets: arm64 writes `8@[sp, 16]`. */
function splitArguments(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '(') depth++;
    if (character === ']' || character === ')') depth--;
    if (/\s/.test(character) && depth <= 0) {
      if (word !== '') words.push(word);
      word = '';
    } else word += character;
  }
  return word === '' ? words : [...words, word];
}

/** A 64-bit integer as assemblers write it, or undefined. */
export function parseAssemblerInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2]!);
  return BigInt.asIntN(64, match[1] === '-' ? -magnitude : magnitude);
}
