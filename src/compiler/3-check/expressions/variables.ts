/** Reading scratch variables. */
import type { Variable } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { noneType } from '../type-rules.ts';
import type { TypedExpression } from '../typed.ts';

export function checkVariable(checker: Checker, { name, span }: Variable): TypedExpression {
  const variable = checker.findVariable(name);
  if (variable === undefined) return checker.fail(span, messages.undefinedVariable(`$${name}`));
  if (!variable.assigned) checker.warning(span, messages.usedBeforeAssigned(`$${name}`));
  if (variable.poisoned) return poison(span);
  if (variable.type === undefined) {
    checker.error(span, messages.unresolvedType());
    return { op: 'none', type: noneType, span };
  }
  return { op: 'variable', type: variable.type, variable, span };
}
