/** The value of an expression of integer literals, where it must be known this early (repetition counts). */
import type { BinaryOperator, Expression } from '../ast.ts';

const operations: Partial<Record<BinaryOperator, (a: bigint, b: bigint) => bigint | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => (b >= 0n && b < 64n ? a << b : undefined),
  '>>': (a, b) => (b >= 0n && b < 64n ? a >> b : undefined),
};

/** Undefined when it is not made of literals alone, or leaves the 64-bit range. */
export function foldInteger(expression: Expression): bigint | undefined {
  const value = fold(expression);
  return value !== undefined && value >= -(1n << 63n) && value < 1n << 64n ? value : undefined;
}

function fold(expression: Expression): bigint | undefined {
  if (expression.kind === 'integer') return expression.value;
  if (expression.kind === 'comptime') return foldInteger(expression.operand);
  if (expression.kind === 'unary') {
    const operand = foldInteger(expression.operand);
    if (operand === undefined) return undefined;
    if (expression.op === '-') return -operand;
    return expression.op === '~' ? ~operand : undefined;
  }
  if (expression.kind !== 'binary') return undefined;
  const left = foldInteger(expression.left);
  const right = foldInteger(expression.right);
  const operation = operations[expression.op];
  return left === undefined || right === undefined ? undefined : operation?.(left, right);
}
