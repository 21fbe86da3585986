/** Statements and blocks as canonical text: one statement a line, two spaces a level. */
import { assertNever } from '../../base/assert.ts';
import type { Block, Expression, Statement } from '../ast.ts';
import type { Comments } from './comments.ts';
import { type BlockPrinter, ExpressionPrinter, quote } from './expressions.ts';

export class StatementPrinter implements BlockPrinter {
  readonly expressions = new ExpressionPrinter(this);
  readonly #comments: Comments;

  constructor(comments: Comments) {
    this.#comments = comments;
  }

  /** A block whose value somebody may want: its last expression goes without `;`. */
  block(block: Block, indent: string): string {
    return this.#braces(block, indent, false);
  }

  /** The body of a probe, a loop or a function: its last expression is a statement like the others. */
  body(block: Block, indent: string): string {
    return this.#braces(block, indent, true);
  }

  #braces(block: Block, indent: string, isBody: boolean): string {
    const inner = `${indent}  `;
    const lines: string[] = [];
    const add = (span: Statement['span'], print: () => string) => {
      lines.push(...this.#comments.takeBefore(span.start));
      lines.push(print() + this.#comments.takeBehind(span));
    };
    const { value } = block;
    for (const statement of block.statements) {
      // Without the semicolon, a last "if" would become the value of the block.
      const isLast = !isBody && !value && statement === block.statements.at(-1);
      const close = isLast && statement.kind === 'expression-statement' && endsInBlock(statement.expression);
      add(statement.span, () => this.print(statement, inner) + (close ? ';' : ''));
    }
    if (value)
      add(value.span, () => (isBody ? this.#expressionStatement(value, inner) : this.#value(value, inner)));
    lines.push(...this.#comments.takeBefore(block.span.end));
    if (lines.length === 0) return `{\n${indent}}`;
    return `{\n${lines.map((line) => inner + line).join('\n')}\n${indent}}`;
  }

  print(statement: Statement, indent: string): string {
    const of = (expression: Expression) => this.expressions.print(expression, indent);
    switch (statement.kind) {
      case 'expression-statement':
        return this.#expressionStatement(statement.expression, indent);
      case 'assign':
        return `${of(statement.target)} ${statement.op ?? ''}= ${of(statement.value)};`;
      case 'discard':
        return `_ = ${of(statement.value)};`;
      case 'let': {
        const type = statement.type ? ` : ${this.expressions.type(statement.type, indent)}` : '';
        const value = statement.value ? ` = ${of(statement.value)}` : '';
        return `let $${statement.variable.name}${type}${value};`;
      }
      case 'for':
        return `for $${statement.variable.name} : ${this.#iterable(statement.iterable, indent)} ${this.body(statement.body, indent)}`;
      case 'while':
        return `while ${this.#condition(statement.condition, indent)} ${this.body(statement.body, indent)}`;
      case 'unroll':
        return `unroll (${of(statement.count)}) ${this.body(statement.body, indent)}`;
      case 'break':
      case 'continue':
        return `${statement.kind};`;
      case 'return':
        return statement.value ? `return ${of(statement.value)};` : 'return;';
      case 'import':
        return `import ${quote(statement.path)};`;
      default:
        return assertNever(statement, 'statement');
    }
  }

  #expressionStatement(expression: Expression, indent: string): string {
    const text = this.#value(expression, indent);
    return endsInBlock(expression) ? text : `${text};`;
  }

  /** A ternary that begins with `$` or `@` would end before its `?`. */
  #value(expression: Expression, indent: string): string {
    const text = this.expressions.print(expression, indent);
    if (expression.kind !== 'ternary' || !/^[$@]/.test(text)) return text;
    const condition = this.expressions.print(expression.condition, indent);
    return `(${condition})${text.slice(condition.length)}`;
  }

  /** Only simple conditions go without parentheses. */
  #condition(condition: Expression, indent: string): string {
    const text = this.expressions.print(condition, indent);
    const simple = ['integer', 'boolean', 'identifier', 'variable', 'map', 'map-element', 'call'];
    return simple.includes(condition.kind) ? text : `(${text})`;
  }

  #iterable(iterable: (Statement & { kind: 'for' })['iterable'], indent: string): string {
    if (iterable.kind === 'map') return iterable.map.name;
    const { start, end } = iterable;
    return `${this.expressions.primary(start, indent)}..${this.expressions.primary(end, indent)}`;
  }
}

function endsInBlock(expression: Expression): boolean {
  return expression.kind === 'if' || expression.kind === 'block-expression';
}
