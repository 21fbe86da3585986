/** Changes to programs that keep their words whole: most mutants get past the lexer, many past the parser. */
import { tokensOf } from '../minimise.ts';
import type { Random } from '../random.ts';
import { dictionary } from './dictionary.ts';

type TokenMutator = (tokens: string[], random: Random, others: readonly string[]) => void;

const mutators: readonly TokenMutator[] = [
  (tokens, random) => void tokens.splice(random.below(tokens.length), 1 + random.below(3)),
  (tokens, random) => void tokens.splice(random.below(tokens.length), 0, random.pick(dictionary)),
  (tokens, random) => void tokens.splice(random.below(tokens.length), 1, random.pick(dictionary)),
  (tokens, random) => void tokens.splice(random.below(tokens.length), 1, random.pick(tokens)),
  // A piece of this or another program, in another place.
  (tokens, random) =>
    void tokens.splice(random.below(tokens.length), random.below(2), ...piece(tokens, random)),
  (tokens, random, others) =>
    void tokens.splice(
      random.below(tokens.length),
      random.below(6),
      ...piece(tokensOf(random.pick(others)), random),
    ),
  // The group of a bracket repeated, or put inside itself.
  (tokens, random) => {
    const group = bracketed(tokens, random);
    if (group) tokens.splice(group.start, 0, ...tokens.slice(group.start, group.end + 1));
  },
  (tokens, random) => {
    const [from, to] = [bracketed(tokens, random), bracketed(tokens, random)];
    if (from && to) tokens.splice(to.start, to.end - to.start + 1, ...tokens.slice(from.start, from.end + 1));
  },
  // Same kind of word: one number for another, one name for another.
  (tokens, random) => {
    const at = random.below(tokens.length);
    const same = tokens.filter((token) => classOf(token) === classOf(tokens[at] ?? ''));
    tokens[at] = random.pick(same);
  },
  (tokens, random) => {
    const numbers = tokens.flatMap((token, at) => (/^\d/.test(token) ? [at] : []));
    if (numbers.length > 0) tokens[random.pick(numbers)] = random.pick(numberTexts);
  },
];

const numberTexts = [
  ...[
    '0',
    '1',
    '2',
    '3',
    '7',
    '8',
    '63',
    '64',
    '65',
    '127',
    '128',
    '255',
    '256',
    '1000',
    '4096',
    '65535',
    '65536',
  ],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9223372036854775807', '9223372036854775808'],
  ...[
    '18446744073709551615',
    '18446744073709551616',
    '0xffffffff',
    '1e9',
    '5s',
    '08',
    '1_000',
    '100000',
    '1000000',
  ],
];

export function mutateTokens(text: string, random: Random, others: readonly string[]): string {
  const tokens = tokensOf(text);
  for (
    let n = random.chance(50) ? 1 : 1 + random.below(4);
    n > 0 && tokens.length > 0 && tokens.length < 3000;
    n--
  )
    random.pick(mutators)(tokens, random, others);
  return tokens.join('');
}

function piece(tokens: readonly string[], random: Random): readonly string[] {
  const from = random.below(Math.max(1, tokens.length));
  return tokens.slice(from, from + 1 + random.below(12));
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function bracketed(tokens: readonly string[], random: Random): { start: number; end: number } | undefined {
  const opens = tokens.flatMap((token, at) => (token in closing ? [at] : []));
  if (opens.length === 0) return undefined;
  const start = random.pick(opens);
  const open = tokens[start] ?? '';
  let depth = 0;
  for (let end = start; end < tokens.length; end++) {
    if (tokens[end] === open) depth++;
    if (tokens[end] === closing[open] && --depth === 0) return { start, end };
  }
  return undefined;
}

function classOf(token: string): string {
  if (/^\d/.test(token)) return 'number';
  if (/^[$@]/.test(token)) return token.charAt(0);
  return /^\w/.test(token) ? 'word' : token.startsWith('"') ? 'string' : 'punctuation';
}
