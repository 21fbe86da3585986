/**
 * A line of assembly as the syntax tree wants it: jump targets and helpers, which may be written in several ways,
 * become one word each, and a memory operand without an offset, `(r6)`, gets its zero.
 */
import { AssemblyError } from '../errors.ts';
import { helperNumber } from '../helpers.ts';
import type { Token } from './lexer.ts';
import { shapeKey } from './syntax.ts';

export interface Word {
  /** Edge of the syntax tree: shape of an operand or literal text. */
  readonly key: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** Register number, number, distance or helper number; meaningless with `label`, and for literal text. */
  readonly value: bigint;
  readonly label?: string;
}

export interface Statement {
  readonly words: readonly Word[];
  readonly line: number;
  /** Behind the last token. */
  readonly endColumn: number;
}

/** `tokens` has at least one. */
export function shapeStatement(tokens: readonly Token[]): Statement {
  const words: Word[] = [];
  for (let at = 0; at < tokens.length; ) {
    const [word, used] = special(tokens, at) ?? [plain(tokens[at]), 1];
    if (word.text === ')' && isBareAddress(words)) words.push(zero(word));
    words.push(word);
    at += used;
  }
  const last = tokens.at(-1);
  return { words, line: last?.line ?? 0, endColumn: (last?.column ?? 0) + (last?.text.length ?? 0) };
}

function plain(token: Token | undefined): Word {
  if (!token) throw new AssemblyError(0, 0, 'empty statement');
  const { text, line, column } = token;
  if (token.kind === 'register') {
    return { key: shapeKey(token.width === 64 ? 'r' : 'w'), text, line, column, value: BigInt(token.number) };
  }
  if (token.kind === 'number') return { key: shapeKey('number'), text, line, column, value: token.value };
  return { key: text, text, line, column, value: 0n };
}

const isBareAddress = (words: readonly Word[]): boolean =>
  words.at(-1)?.key === shapeKey('r') && words.at(-2)?.text === '(' && words.at(-3)?.text === ')';

const zero = ({ line, column }: Word): Word => ({
  key: shapeKey('number'),
  text: '',
  line,
  column,
  value: 0n,
});

type Taken = readonly [word: Word, tokensUsed: number];

/** Target or helper that begins at `at`, judged by the word before it. */
function special(tokens: readonly Token[], at: number): Taken | undefined {
  const before = tokens[at - 1]?.text;
  const before2 = tokens[at - 2]?.text;
  if (before === 'goto' || before === 'gotol' || before === 'may_goto') return target(tokens, at);
  if (before === '[' && before2 === 'subprog') return target(tokens, at);
  if (before === 'call') return callee(tokens, at);
  return undefined;
}

function target(tokens: readonly Token[], at: number): Taken | undefined {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first?.text === 'pc' && second?.kind === 'number') return [distance(first, second.value), 2];
  if (first?.kind === 'number') return [distance(first, first.value), 1];
  if (first?.kind === 'word') return [{ ...distance(first, 0n), label: first.text }, 1];
  return undefined;
}

const distance = ({ text, line, column }: Token, value: bigint): Word => ({
  key: shapeKey('target'),
  text,
  line,
  column,
  value,
});

/** `bpf_name#1`, `bpf_name`, `unknown#300`, `1`; else a function label or distance, unless it is a kfunc. */
function callee(tokens: readonly Token[], at: number): Taken | undefined {
  const [name, hash, number] = tokens.slice(at, at + 3);
  if (!name || name.text === 'kfunc') return undefined;
  if (name.kind === 'number') return [helper(name, name.value), 1];
  const known = helperNumber(name.text);
  if (hash?.text === '#' && number?.kind === 'number') {
    if (known !== undefined && number.value !== BigInt(known)) {
      throw new AssemblyError(
        number.line,
        number.column,
        `${name.text} is helper ${known}, not ${number.value}`,
      );
    }
    return [helper(name, number.value), 3];
  }
  const isHelper = known !== undefined && name.text.startsWith('bpf_');
  return isHelper ? [helper(name, BigInt(known)), 1] : target(tokens, at);
}

const helper = ({ text, line, column }: Token, value: bigint): Word => ({
  key: shapeKey('helper'),
  text,
  line,
  column,
  value,
});
