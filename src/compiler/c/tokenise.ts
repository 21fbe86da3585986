/**
 * C text → tokens (C11 6.4). Comments and continued lines are white space; `newline` marks the first token of a
 * line, which is all that the preprocessor needs to know about lines. A quote without its end stops at the end of
 * the line, since skipped branches and `#error` lines may hold any text.
 */
import type { Source, Span } from '../ast.ts';

export type TokenKind = 'word' | 'number' | 'character' | 'string' | 'punctuator';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly span: Span;
  /** Nothing but white space before it on its line. */
  readonly newline: boolean;
}

const space = /(?:[ \t\v\f\r\n]|\\\r?\n|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const element =
  /([A-Za-z_]\w*)|(\.?\d(?:[eEpP][+-]|[\w.])*)|([LuU]?'(?:[^'\\\n]|\\.)*'?)|([LuU]?"(?:[^"\\\n]|\\.)*"?)|(\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||##|[-+*/%&|^]=|[\s\S])/y;
const kinds: readonly TokenKind[] = ['word', 'number', 'character', 'string', 'punctuator'];

/** The tokens between two offsets of a source. */
export function tokenise(source: Source, start = 0, end = source.text.length): Token[] {
  const text = source.text.slice(0, end);
  const tokens: Token[] = [];
  let newline = true;
  for (let at = start; at < end; ) {
    space.lastIndex = at;
    const gap = space.exec(text)?.[0] ?? '';
    newline ||= hasLineEnd(gap);
    at += gap.length;
    if (at >= end) break;
    element.lastIndex = at;
    const match = element.exec(text);
    if (match === null) break;
    const kind = kinds[match.slice(1).findIndex((group) => group !== undefined)] ?? 'punctuator';
    const next = at + match[0].length;
    tokens.push({ kind, text: match[0], span: { source, start: at, end: next }, newline });
    newline = false;
    at = next;
  }
  return tokens;
}

/** A line that a backslash continues, or that ends inside of a comment, has not ended. */
function hasLineEnd(gap: string): boolean {
  return gap.includes('\n') && gap.replace(/\/\*[\s\S]*?(?:\*\/|$)|\\\r?\n/g, '').includes('\n');
}
