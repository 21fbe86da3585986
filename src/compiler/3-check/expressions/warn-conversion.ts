/** The warning about an integer that an implicit conversion may change. */
import { typeName } from '../../../program/layout.ts';
import type { IntType, Type } from '../../../program/types.ts';
import { messages } from '../../messages/messages.ts';
import type { Checker } from '../checker.ts';
import { isLossy } from '../convert.ts';
import type { TypedExpression } from '../typed.ts';

/** Warns of an implicit conversion of a non-literal that can change its value. */
export function warnConversion(checker: Checker, operand: TypedExpression, from: IntType, to: Type): void {
  if (to.kind !== 'int' || operand.op === 'constant' || operand.type.kind !== 'int') return;
  if (isLossy(from, to))
    checker.warning(operand.span, messages.implicitCast(typeName(operand.type), typeName(to)));
}
