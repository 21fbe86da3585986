/** One checker for each kind of statement. A statement that could not be made gives nothing. */
import { typeName } from '../../../program/layout.ts';
import type { Expression, Span, Statement } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import type { Checker } from '../checker.ts';
import { integerTypeOf } from '../convert.ts';
import { checkCondition } from '../expressions/branches.ts';
import { asValue } from '../expressions/maps.ts';
import { implicit } from '../subprograms.ts';
import { isAggregate } from '../type-rules.ts';
import type { TypedExpression, TypedStatement } from '../typed.ts';
import { checkAssign, checkDiscard, checkLet } from './assign.ts';
import { checkFor } from './for.ts';

type CheckTable = {
  readonly [Kind in Statement['kind']]: (
    checker: Checker,
    statement: Extract<Statement, { kind: Kind }>,
  ) => readonly TypedStatement[];
};

const table: CheckTable = {
  'expression-statement': checkExpressionStatement,
  assign: checkAssign,
  discard: checkDiscard,
  let: checkLet,
  for: checkFor,
  while: checkWhile,
  unroll: checkUnroll,
  break: checkJump,
  continue: checkJump,
  return: checkReturn,
  import: (checker, { span }) => {
    checker.error(span, messages.importInBlock());
    return [];
  },
};

export function checkStatement(checker: Checker, statement: Statement): readonly TypedStatement[] {
  const check = table[statement.kind] as (
    checker: Checker,
    statement: Statement,
  ) => readonly TypedStatement[];
  return check(checker, statement);
}

function checkExpressionStatement(
  checker: Checker,
  { expression, span }: Extract<Statement, { kind: 'expression-statement' }>,
): readonly TypedStatement[] {
  const checked = checker.expression(expression);
  if (checked.op === 'none') return [];
  if (discardsValue(checked)) checker.warning(span, messages.valueDiscarded());
  return [{ op: 'expression', expression: checked, span }];
}

/** Values that nobody takes: all but of calls without result, increments and blocks run for what they do. */
function discardsValue({ op, type }: TypedExpression): boolean {
  if (op === 'update' || op === 'none') return false;
  if ((op === 'if' || op === 'block') && type.kind === 'none') return false;
  return type.kind !== 'void' && type.kind !== 'none';
}

function checkWhile(
  checker: Checker,
  { condition, body, span }: Extract<Statement, { kind: 'while' }>,
): readonly TypedStatement[] {
  checker.warning({ ...span, end: span.start + 'while'.length }, messages.whileDeprecated());
  const checked = checkCondition(checker, checker.expression(condition), span);
  const [visible, inFor] = [checker.visibleVariables(), checker.inForLoop];
  const statements = checker.loop('while', () => checker.block(body));
  return [{ op: 'while', condition: checked, body: statements, visible, inFor, span }];
}

function checkUnroll(
  checker: Checker,
  { count, body, span }: Extract<Statement, { kind: 'unroll' }>,
): readonly TypedStatement[] {
  const checked = checker.expression(count);
  if (checked.op !== 'constant' || !checked.literal) {
    checker.error(span, messages.unrollValue());
    return [];
  }
  if (checked.value < 1n) checker.error(span, messages.unrollMinimum());
  else if (checked.value > 100n) checker.error(span, messages.unrollMaximum());
  const statements = checker.block(body);
  return [{ op: 'unroll', count: Number(checked.value), body: statements, span }];
}

function checkJump(
  checker: Checker,
  { kind, span }: Extract<Statement, { kind: 'break' | 'continue' }>,
): readonly TypedStatement[] {
  if (checker.inLoop) return [{ op: kind, span }];
  checker.error(span, messages.jumpNotAllowed(kind, checker.inFunction === undefined ? 'probe' : 'function'));
  return [];
}

function checkReturn(
  checker: Checker,
  { value, span }: Extract<Statement, { kind: 'return' }>,
): readonly TypedStatement[] {
  if (checker.inFunction !== undefined) return checkFunctionReturn(checker, value, span, checker.inFunction);
  if (value === undefined) return [{ op: 'return', value: undefined, span }];
  const checked = checker.expression(value);
  if (checked.op === 'none') return [];
  if (integerTypeOf(checked.type) === undefined || isAggregate(checked.type)) {
    checker.error(span, messages.probeReturn(typeName(checked.type)));
    return [];
  }
  return [{ op: 'return', value: checked, span }];
}

function checkFunctionReturn(
  checker: Checker,
  expression: Expression | undefined,
  span: Span,
  { name, returnType }: NonNullable<Checker['inFunction']>,
): readonly TypedStatement[] {
  const wrong = (type: string) => {
    checker.error(span, messages.functionReturn(name, typeName(returnType), type));
    return [];
  };
  if (expression === undefined)
    return returnType.kind === 'void' ? [{ op: 'return', value: undefined, span }] : wrong('void');
  const value = asValue(checker.expression(expression));
  if (value.op === 'none') return [];
  const returned = returnType.kind === 'void' ? undefined : implicit(checker, value, returnType);
  return returned === undefined ? wrong(typeName(value.type)) : [{ op: 'return', value: returned, span }];
}
