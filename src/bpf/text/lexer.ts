/**
 * Words of one line of BPF assembly. Blanks carry no meaning; `;`, `//` and a leading `#` begin a comment. The
 * prefix that verifier logs and dumps put before instructions (`12: (b7)`) is skipped, so that a log can be pasted.
 */
import { AssemblyError } from '../errors.ts';

export type Token = { readonly line: number; readonly column: number; readonly text: string } & (
  | { readonly kind: 'register'; readonly width: 32 | 64; readonly number: number }
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'word' }
  | { readonly kind: 'sign' }
);

/** Tried in this order at each place. `s<` and its kin are signs, not a word `s` and a sign. */
const pattern = new RegExp(
  [
    '(?<blank>\\s+|//.*|;.*)',
    '(?<number>(?:0[xX][0-9a-fA-F]+|[0-9]+)(?![\\w]))',
    '(?<sign>s(?:>>=|>=|<=|/=|%=|>|<)|<<=|>>=|[=!<>+\\-*/%&|^]=|[=<>+\\-*/%&|^()[\\]:,#])',
    '(?<word>[A-Za-z_.$][\\w.$]*)',
  ].join('|'),
  'y',
);

const dumpPrefix = /^\s*(?:\d+:\s*)?(?:\([0-9a-fA-F]{2}\)\s*)?/;

/** @throws {AssemblyError} on a character that belongs to no token. */
export function tokenize(text: string, line: number): Token[] {
  if (/^\s*#/.test(text)) return [];
  const tokens: Token[] = [];
  let at = dumpPrefix.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw new AssemblyError(line, at + 1, `unexpected \`${text.slice(at).split(/\s/, 1)[0]}\``);
    if (match.groups?.blank === undefined) tokens.push(classify(match, line, at + 1));
    at += match[0].length;
  }
  return foldSigns(tokens);
}

function classify(match: RegExpExecArray, line: number, column: number): Token {
  const text = match[0];
  if (match.groups?.number !== undefined) return { kind: 'number', line, column, text, value: BigInt(text) };
  if (match.groups?.sign !== undefined) return { kind: 'sign', line, column, text };
  const register = /^([rw])(\d+)$/.exec(text);
  if (!register) return { kind: 'word', line, column, text };
  const number = Number(register[2]);
  if (number > 10) throw new AssemblyError(line, column, `no register ${text}: they are r0 to r10`);
  return { kind: 'register', line, column, text, width: register[1] === 'r' ? 64 : 32, number };
}

/** `+ 8` and `- 8` become one number wherever they stand: no instruction has a binary sign before a number. */
function foldSigns(tokens: readonly Token[]): Token[] {
  const folded: Token[] = [];
  for (const token of tokens) {
    const sign = folded.at(-1);
    if (token.kind === 'number' && sign?.kind === 'sign' && (sign.text === '+' || sign.text === '-')) {
      folded.pop();
      const value = sign.text === '-' ? -token.value : token.value;
      const { line, column } = sign;
      pushNumber(folded, { kind: 'number', line, column, text: `${sign.text}${token.text}`, value });
    } else folded.push(token);
  }
  return folded;
}

/** `+ -5`, which the kernel prints for negative packet offsets, is -5. */
function pushNumber(folded: Token[], token: Token): void {
  const before = folded.at(-1);
  if (before?.kind === 'sign' && before.text === '+') folded.pop();
  folded.push(token);
}
