/**
 * Integer constant expressions (C11 6.6): array lengths, enumerator values, widths of bit-fields, `#if`. Computed
 * in 64 bits and signed, unless a literal with `u` makes an operation unsigned, which nothing in headers rests on.
 */
import { CError } from './c-error.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenise.ts';

export interface ConstantScope {
  /** The value of a name; throws a CError, or gives 0 as `#if` does. */
  readonly name: (token: Token, cursor: TokenCursor) => bigint;
  /** `sizeof`, `_Alignof` after the word; undefined where types mean nothing. */
  readonly measure?: (word: 'sizeof' | '_Alignof', cursor: TokenCursor) => bigint;
  /** Takes `(type)` of a cast, and gives what it makes of a value; undefined when there is no type name. */
  readonly cast?: (cursor: TokenCursor) => ((value: bigint) => bigint) | undefined;
}

type Operation = (a: bigint, b: bigint) => bigint;
const truth = (value: boolean): bigint => (value ? 1n : 0n);

const levels: readonly Readonly<Record<string, Operation>>[] = [
  { '||': (a, b) => truth(a !== 0n || b !== 0n) },
  { '&&': (a, b) => truth(a !== 0n && b !== 0n) },
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '==': (a, b) => truth(a === b), '!=': (a, b) => truth(a !== b) },
  {
    '<': (a, b) => truth(a < b),
    '<=': (a, b) => truth(a <= b),
    '>': (a, b) => truth(a > b),
    '>=': (a, b) => truth(a >= b),
  },
  { '<<': (a, b) => a << BigInt.asUintN(6, b), '>>': (a, b) => a >> BigInt.asUintN(6, b) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => (b === 0n ? 0n : a / b), '%': (a, b) => (b === 0n ? 0n : a % b) },
];

const unary: Readonly<Record<string, (value: bigint) => bigint>> = {
  '-': (value) => -value,
  '+': (value) => value,
  '~': (value) => ~value,
  '!': (value) => truth(value === 0n),
};

/** Deeper nesting than any header needs; malformed text must not exhaust the stack. */
const maximumDepth = 200;

export function constantExpression(cursor: TokenCursor, scope: ConstantScope, depth = 0): bigint {
  if (depth > maximumDepth) throw cursor.error('expression nested too deeply');
  const condition = binary(cursor, scope, 0, depth);
  if (!cursor.accept('?')) return condition;
  const then = constantExpression(cursor, scope, depth + 1);
  cursor.expect(':');
  const otherwise = constantExpression(cursor, scope, depth + 1);
  return condition !== 0n ? then : otherwise;
}

function binary(cursor: TokenCursor, scope: ConstantScope, level: number, depth: number): bigint {
  const operations = levels[level];
  if (operations === undefined) return prefix(cursor, scope, depth);
  let value = binary(cursor, scope, level + 1, depth);
  for (;;) {
    const token = cursor.peek();
    if (token?.kind !== 'punctuator' || !Object.hasOwn(operations, token.text)) return value;
    cursor.next('operator');
    const right = binary(cursor, scope, level + 1, depth);
    if ((token.text === '/' || token.text === '%') && right === 0n && scope.measure !== undefined)
      throw new CError(token.span, 'division by zero in a constant expression');
    value = BigInt.asIntN(65, operations[token.text]!(value, right));
  }
}

function prefix(cursor: TokenCursor, scope: ConstantScope, depth: number): bigint {
  if (depth > maximumDepth) throw cursor.error('expression nested too deeply');
  const token = cursor.next('expression');
  if (token.kind === 'number') return integerLiteral(token);
  if (token.kind === 'character') return characterLiteral(token);
  if (token.kind === 'word') {
    const isMeasure = token.text === 'sizeof' || token.text === '_Alignof';
    if (isMeasure && scope.measure) return scope.measure(token.text as 'sizeof' | '_Alignof', cursor);
    return scope.name(token, cursor);
  }
  if (token.text === '(') {
    const cast = scope.cast?.(cursor);
    if (cast !== undefined) return cast(prefix(cursor, scope, depth + 1));
    const value = constantExpression(cursor, scope, depth + 1);
    cursor.expect(')');
    return value;
  }
  if (Object.hasOwn(unary, token.text)) return unary[token.text]!(prefix(cursor, scope, depth + 1));
  throw new CError(token.span, `expected an integer constant expression before '${token.text}'`);
}

export function integerLiteral({ text, span }: Token): bigint {
  const [, digits = '', suffix = ''] = /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)([uUlL]*)$/.exec(text) ?? [];
  if (digits === '' || suffix.length > 3) throw new CError(span, `'${text}' is not an integer constant`);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  if (/^0\d/.test(digits)) throw new CError(span, `invalid digit in octal constant '${text}'`);
  return BigInt(digits);
}

const escapes: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  '0': 0,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

function characterLiteral({ text, span }: Token): bigint {
  const body = /^[LuU]?'(.*)'$/s.exec(text)?.[1] ?? '';
  const numeric = /^\\(?:x([\da-fA-F]{1,2})|([0-7]{1,3}))$/.exec(body);
  const code = numeric
    ? Number.parseInt(numeric[1] ?? numeric[2] ?? '0', numeric[1] === undefined ? 8 : 16)
    : body.length === 1
      ? body.charCodeAt(0)
      : body.length === 2 && body[0] === '\\'
        ? escapes[body[1]!]
        : undefined;
  if (code === undefined) throw new CError(span, `${text} is not a character constant`);
  return BigInt.asIntN(8, BigInt(code));
}
