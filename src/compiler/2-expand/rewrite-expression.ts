/** Rebuilding expressions from their rewritten children (see rewrite.ts). */
import { assertNever } from '../../base/assert.ts';
import type { Expression, IfExpression } from '../ast.ts';
import type { Rewriter } from './rewrite.ts';

export function rewriteExpressionChildren(expression: Expression, to: Rewriter): Expression {
  const span = to.span(expression.span);
  switch (expression.kind) {
    case 'integer':
    case 'string':
    case 'boolean':
    case 'identifier':
    case 'positional-parameter':
    case 'parameter-count':
      return { ...expression, span };
    case 'variable':
      return to.variable(expression);
    case 'map':
      return to.map(expression);
    case 'map-element': {
      const keys = expression.keys.map((key) => to.expression(key));
      return { ...expression, map: to.map(expression.map), keys, span };
    }
    case 'call':
      return { ...expression, args: expression.args.map((one) => to.expression(one)), span };
    case 'unary':
    case 'comptime':
      return { ...expression, operand: to.expression(expression.operand), span };
    case 'update':
      return { ...expression, target: to.target(expression.target, true), span };
    case 'binary': {
      const left = to.expression(expression.left);
      return { ...expression, left, right: to.expression(expression.right), span };
    }
    case 'ternary': {
      const condition = to.expression(expression.condition);
      const then = expression.then && to.expression(expression.then);
      return { ...expression, condition, then, otherwise: to.expression(expression.otherwise), span };
    }
    case 'field': {
      const nameSpan = to.span(expression.nameSpan);
      return { ...expression, object: to.expression(expression.object), nameSpan, span };
    }
    case 'tuple-access':
      return { ...expression, object: to.expression(expression.object), span };
    case 'index': {
      const object = to.expression(expression.object);
      return { ...expression, object, index: to.expression(expression.index), span };
    }
    case 'cast': {
      const type = to.type(expression.type);
      return { ...expression, type, operand: to.expression(expression.operand), span };
    }
    case 'tuple':
      return { ...expression, elements: expression.elements.map((one) => to.expression(one)), span };
    case 'record': {
      const fields = expression.fields.map((field) => ({
        ...field,
        value: to.expression(field.value),
        span: to.span(field.span),
      }));
      return { ...expression, fields, span };
    }
    case 'if':
      return rewriteIf(expression, to);
    case 'block-expression':
      return { ...expression, block: to.block(expression.block), span };
    case 'sizeof':
    case 'typeinfo':
    case 'offsetof':
    case 'typeof':
      return { ...expression, of: to.typeArgument(expression.of), span };
    case 'address-of': {
      const { target } = expression;
      return {
        ...expression,
        target: target.kind === 'variable' ? to.variable(target) : to.map(target),
        span,
      };
    }
    default:
      return assertNever(expression, 'expression');
  }
}

function rewriteIf(expression: IfExpression, to: Rewriter): IfExpression {
  const { otherwise } = expression;
  return {
    ...expression,
    condition: to.expression(expression.condition),
    then: to.block(expression.then),
    otherwise: otherwise && (otherwise.kind === 'if' ? rewriteIf(otherwise, to) : to.block(otherwise)),
    span: to.span(expression.span),
  };
}
