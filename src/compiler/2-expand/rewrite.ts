/**
 * Rebuilding a tree. A {@link Rewriter} says what becomes of a node; the functions here rebuild a node from
 * its rewritten children, in the order in which they are evaluated. Nothing is ever changed in place.
 */
import type {
  AssignTarget,
  Block,
  Expression,
  MapExpression,
  Span,
  Statement,
  TypeExpression,
  Variable,
} from '../ast.ts';
import { rewriteExpressionChildren } from './rewrite-expression.ts';

export interface Rewriter {
  span(span: Span): Span;
  expression(expression: Expression): Expression;
  statement(statement: Statement): Statement;
  block(block: Block): Block;
  type(type: TypeExpression): TypeExpression;
  /** The operand of sizeof, typeinfo, offsetof, typeof. */
  typeArgument(of: TypeExpression | Expression): TypeExpression | Expression;
  /** A use of a variable. */
  variable(variable: Variable): Variable;
  /** A declaration by `let` or `for`. */
  declared(variable: Variable): Variable;
  map(map: MapExpression): MapExpression;
  /** What is assigned to; `compound` assignments read it first. */
  target(target: AssignTarget, compound: boolean): AssignTarget;
}

/** Copies a tree node by node; the rewriters of this folder override what they change. */
export class Copier implements Rewriter {
  span(span: Span): Span {
    return span;
  }

  expression(expression: Expression): Expression {
    return rewriteExpressionChildren(expression, this);
  }

  statement(statement: Statement): Statement {
    return rewriteStatementChildren(statement, this);
  }

  block(block: Block): Block {
    const statements = block.statements.map((one) => this.statement(one));
    const value = block.value && this.expression(block.value);
    return { kind: 'block', statements, value, span: this.span(block.span) };
  }

  type(type: TypeExpression): TypeExpression {
    const span = this.span(type.span);
    return type.kind === 'type-of' ? { ...type, of: this.typeArgument(type.of), span } : { ...type, span };
  }

  typeArgument(of: TypeExpression | Expression): TypeExpression | Expression {
    return isType(of) ? this.type(of) : this.expression(of);
  }

  variable(variable: Variable): Variable {
    return { ...variable, span: this.span(variable.span) };
  }

  declared(variable: Variable): Variable {
    return this.variable(variable);
  }

  map(map: MapExpression): MapExpression {
    return { ...map, span: this.span(map.span) };
  }

  target(target: AssignTarget, _compound: boolean): AssignTarget {
    if (target.kind === 'variable') return this.variable(target);
    if (target.kind === 'map') return this.map(target);
    const keys = target.keys.map((key) => this.expression(key));
    return { ...target, map: this.map(target.map), keys, span: this.span(target.span) };
  }
}

export function isType(node: TypeExpression | Expression): node is TypeExpression {
  return node.kind === 'type-name' || node.kind === 'type-of';
}

export function rewriteStatementChildren(statement: Statement, to: Rewriter): Statement {
  const span = to.span(statement.span);
  switch (statement.kind) {
    case 'expression-statement':
      return { ...statement, expression: to.expression(statement.expression), span };
    case 'assign': {
      const value = to.expression(statement.value);
      const target = to.target(statement.target, statement.op !== undefined);
      const opSpan = statement.opSpan && to.span(statement.opSpan);
      return { ...statement, value, target, span, ...(opSpan ? { opSpan } : {}) };
    }
    case 'discard':
      return { ...statement, value: to.expression(statement.value), span };
    case 'let': {
      const type = statement.type && to.type(statement.type);
      const value = statement.value && to.expression(statement.value);
      const headSpan = to.span(statement.headSpan);
      return { ...statement, type, value, variable: to.declared(statement.variable), headSpan, span };
    }
    case 'for': {
      const iterable = rewriteIterable(statement.iterable, to);
      const variable = to.declared(statement.variable);
      return { ...statement, iterable, variable, body: to.block(statement.body), span };
    }
    case 'while':
      return {
        ...statement,
        condition: to.expression(statement.condition),
        body: to.block(statement.body),
        span,
      };
    case 'unroll':
      return { ...statement, count: to.expression(statement.count), body: to.block(statement.body), span };
    case 'return':
      return { ...statement, value: statement.value && to.expression(statement.value), span };
    case 'break':
    case 'continue':
    case 'import':
      return { ...statement, span };
  }
}

type Iterable = (Statement & { readonly kind: 'for' })['iterable'];

function rewriteIterable(iterable: Iterable, to: Rewriter): Iterable {
  if (iterable.kind === 'map') return { ...iterable, map: to.map(iterable.map) };
  const start = to.expression(iterable.start);
  return { ...iterable, start, end: to.expression(iterable.end), span: to.span(iterable.span) };
}
