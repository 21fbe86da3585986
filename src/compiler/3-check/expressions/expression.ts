/** One checker for each kind of expression; the table is complete because its type says so. */

import { typeName } from '../../../program/layout.ts';
import type { Expression } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { int64, literalType, noneType } from '../type-rules.ts';
import type { TypedExpression } from '../typed.ts';
import { checkBinary } from './binary.ts';
import { checkBlockExpression, checkIf, checkTernary } from './branches.ts';
import { checkCast } from './cast.ts';
import { checkMapElement, checkMapRead } from './maps.ts';
import { checkField, checkIndex, checkTupleAccess } from './members.ts';
import { checkCall, checkIdentifier } from './names.ts';
import { checkOffsetof, checkSizeof } from './sizes.ts';
import { checkAddressOf, checkUnary, checkUpdate } from './unary.ts';
import { checkVariable } from './variables.ts';

type CheckTable = {
  readonly [Kind in Expression['kind']]: (
    checker: Checker,
    expression: Extract<Expression, { kind: Kind }>,
  ) => TypedExpression;
};

const table: CheckTable = {
  integer: (_, { value, span }) => ({ op: 'constant', type: literalType(value), value, literal: true, span }),
  string: checkString,
  boolean: (_, { value, span }) => ({
    op: 'constant',
    type: { kind: 'bool' },
    value: value ? 1n : 0n,
    literal: true,
    span,
  }),
  identifier: checkIdentifier,
  variable: checkVariable,
  map: checkMapRead,
  'map-element': checkMapElement,
  'positional-parameter': (_, { span }) => ({ op: 'constant', type: int64, value: 0n, literal: true, span }),
  'parameter-count': (_, { span }) => ({ op: 'constant', type: int64, value: 0n, literal: true, span }),
  call: checkCall,
  unary: checkUnary,
  update: checkUpdate,
  binary: checkBinary,
  ternary: checkTernary,
  field: checkField,
  'tuple-access': checkTupleAccess,
  index: checkIndex,
  cast: checkCast,
  tuple: checkTuple,
  record: checkRecord,
  if: checkIf,
  'block-expression': checkBlockExpression,
  sizeof: checkSizeof,
  typeinfo: checkSizeof,
  offsetof: checkOffsetof,
  comptime: checkComptime,
  'address-of': checkAddressOf,
  typeof: (checker, { span }) => checker.fail(span, messages.typeofArgument()),
};

export function checkExpression(checker: Checker, expression: Expression): TypedExpression {
  const check = table[expression.kind] as (checker: Checker, expression: Expression) => TypedExpression;
  return check(checker, expression);
}

function checkString(
  checker: Checker,
  { value, span }: Extract<Expression, { kind: 'string' }>,
): TypedExpression {
  const limit = checker.program.config.max_strlen;
  if (value.length + 1 > limit) checker.error(span, messages.stringTooLong(limit, value));
  return { op: 'string', type: { kind: 'string', size: value.length + 1 }, value, span };
}

function checkTuple(
  checker: Checker,
  { elements, span }: Extract<Expression, { kind: 'tuple' }>,
): TypedExpression {
  if (elements.length === 0) return { op: 'none', type: noneType, span };
  const checked = elements.map((element) => asElement(checker, checker.expression(element)));
  if (isPostponed(checker, checked)) return poison(span);
  return {
    op: 'tuple',
    type: { kind: 'tuple', elements: checked.map((e) => e.type) },
    elements: checked,
    span,
  };
}

function checkRecord(
  checker: Checker,
  { fields, span }: Extract<Expression, { kind: 'record' }>,
): TypedExpression {
  const elements = fields.map((field) => asElement(checker, checker.expression(field.value)));
  if (isPostponed(checker, elements)) return poison(span);
  const type = {
    kind: 'record' as const,
    fields: fields.map(({ name }, i) => ({ name, type: elements[i]!.type })),
  };
  return { op: 'tuple', type, elements, span };
}

/** Has an element without a type: it may get one in a later walk, but the whole would keep the type it has now. */
function isPostponed({ program }: Checker, elements: readonly TypedExpression[]): boolean {
  return !program.final && elements.some(({ op }) => op === 'none');
}

function asElement(checker: Checker, element: TypedExpression): TypedExpression {
  switch (element.type.kind) {
    case 'hist':
    case 'lhist':
    case 'tseries':
    case 'stats':
      checker.errorLater(2, element.span, messages.insideTuple(typeName(element.type)));
      return poison(element.span);
    case 'void':
    case 'context':
      return checker.fail(element.span, messages.assignToVariable(typeName(element.type)));
    default:
      return element;
  }
}

function checkComptime(
  checker: Checker,
  { operand, span }: Extract<Expression, { kind: 'comptime' }>,
): TypedExpression {
  const checked = checker.expression(operand);
  if (checked.op === 'constant' || checked.op === 'string') return { ...checked, span };
  return checker.fail(span, messages.comptimeUnresolved());
}
