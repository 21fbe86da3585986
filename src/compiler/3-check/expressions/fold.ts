/** Operators on literals are done at compile time, with C's rules, and refuse to overflow. */
import type { BinaryOperator, Span } from '../../ast.ts';
import { boolType, literalType, uint64 } from '../type-rules.ts';
import type { TypedExpression } from '../typed.ts';

type Constant = Extract<TypedExpression, { op: 'constant' }>;
type StringLiteral = Extract<TypedExpression, { op: 'string' }>;

const maximum = (1n << 64n) - 1n;
const minimum = -(1n << 63n);

const operations: Partial<Record<BinaryOperator, (a: bigint, b: bigint) => bigint | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => (b < 0n || b >= 64n ? undefined : a << b),
  '>>': (a, b) => (b < 0n || b >= 64n ? undefined : a >> b),
};

const comparisons: Partial<Record<BinaryOperator, (a: bigint | string, b: bigint | string) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

export function foldIntegers(
  op: BinaryOperator,
  a: Constant,
  b: Constant,
  span: Span,
): TypedExpression | 'overflow' {
  const comparison = comparisons[op];
  if (comparison !== undefined) return truth(comparison(a.value, b.value), span);
  const result = operations[op]?.(a.value, b.value);
  if (result === undefined || result > maximum || result < minimum) return 'overflow';
  return { op: 'constant', type: literalType(result), value: result, literal: true, span };
}

/** `"a" + "b"`, `"a" < "b"`, `"abc" + 1`; undefined when the operator is not for literals. */
export function foldStrings(
  op: BinaryOperator,
  a: StringLiteral,
  b: StringLiteral | Constant,
  span: Span,
): TypedExpression | undefined {
  if (b.op === 'constant') {
    if (op !== '+' || b.value < 0n) return undefined;
    return text(a.value.slice(Number(b.value)), span);
  }
  if (op === '+') return text(a.value + b.value, span);
  const comparison = comparisons[op];
  return comparison === undefined ? undefined : truth(comparison(a.value, b.value), span);
}

export function text(value: string, span: Span): TypedExpression {
  return { op: 'string', type: { kind: 'string', size: value.length + 1 }, value, span };
}

function truth(value: boolean, span: Span): TypedExpression {
  return { op: 'constant', type: boolType, value: value ? 1n : 0n, literal: true, span };
}

export function isConstantZero(expression: TypedExpression): boolean {
  return expression.op === 'constant' && expression.value === 0n;
}

export function foldNegation(operand: Constant, span: Span): TypedExpression | 'underflow' {
  const value = -operand.value;
  if (value < minimum) return 'underflow';
  return { op: 'constant', type: literalType(value), value, literal: true, span };
}

export function foldComplement(operand: Constant, span: Span): TypedExpression {
  const value = operand.type === uint64 ? BigInt.asUintN(64, ~operand.value) : ~operand.value;
  return { op: 'constant', type: literalType(value), value, literal: true, span };
}
