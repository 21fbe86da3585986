/**
 * Expressions as canonical text. Operands are put in parentheses wherever they bind less tightly than what is
 * around them, and always when one binary operator is nested in another, so that nobody has to know precedence.
 */
import { assertNever } from '../../base/assert.ts';
import { scanInteger } from '../1-parse/integers.ts';
import type {
  Block,
  Expression,
  IfExpression,
  IntegerLiteral,
  StringLiteral,
  TypeExpression,
} from '../ast.ts';

/** How many columns a line may have before an argument list is broken. */
const width = 100;

/** Prints the blocks inside expressions; statements.ts implements it. */
export interface BlockPrinter {
  /** From `{` to `}`, the lines inside one level deeper than `indent`. */
  block(block: Block, indent: string): string;
}

export class ExpressionPrinter {
  readonly #blocks: BlockPrinter;

  constructor(blocks: BlockPrinter) {
    this.#blocks = blocks;
  }

  print(expression: Expression, indent: string): string {
    switch (expression.kind) {
      case 'integer':
        return integerText(expression);
      case 'string':
        return stringText(expression);
      case 'boolean':
        return String(expression.value);
      case 'identifier':
        return expression.name;
      case 'variable':
        return `$${expression.name}`;
      case 'map':
        return expression.name;
      case 'positional-parameter':
        return `$${expression.index}`;
      case 'parameter-count':
        return '$#';
      case 'map-element':
        return `${expression.map.name}${this.#list('[', mapKeys(expression.keys), ']', indent)}`;
      case 'call':
        return `${expression.name}${this.#list('(', expression.args, ')', indent)}`;
      case 'tuple':
        return this.#tuple(expression.elements, indent);
      case 'record': {
        const fields = expression.fields.map((field) => `${field.name}=${this.print(field.value, indent)}`);
        return `(${fields.join(', ')})`;
      }
      case 'if':
        return this.printIf(expression, indent);
      case 'block-expression':
        return this.#blocks.block(expression.block, indent);
      case 'sizeof':
      case 'typeinfo':
      case 'typeof':
        return `${expression.kind}(${this.typeArgument(expression.of, indent)})`;
      case 'offsetof':
        return `offsetof(${this.typeArgument(expression.of, indent)}, ${expression.path.join('.')})`;
      default:
        return this.#operation(expression, indent);
    }
  }

  #operation(expression: Operation, indent: string): string {
    const operand = (one: Expression, minimum: number) => this.#operand(one, minimum, indent);
    switch (expression.kind) {
      case 'unary': {
        const text = operand(expression.operand, levels.unary);
        const glues = expression.op === '-' && text.startsWith('-');
        return glues ? `${expression.op}(${text})` : `${expression.op}${text}`;
      }
      case 'update': {
        const target = this.print(expression.target, indent);
        return expression.prefix ? `${expression.op}${target}` : `${target}${expression.op}`;
      }
      case 'binary': {
        const left = operand(expression.left, levels.unary);
        return `${left} ${expression.op} ${operand(expression.right, levels.unary)}`;
      }
      case 'ternary': {
        const condition = operand(expression.condition, levels.binary);
        const otherwise = operand(expression.otherwise, levels.lowest);
        if (!expression.then) return `${condition} ?: ${otherwise}`;
        return `${condition} ? ${operand(expression.then, levels.binary)} : ${otherwise}`;
      }
      case 'field':
        return `${operand(expression.object, levels.postfix)}.${expression.name}`;
      case 'tuple-access':
        return `${operand(expression.object, levels.postfix)}.${expression.index}`;
      case 'index':
        return `${this.#indexed(expression.object, indent)}[${this.print(expression.index, indent)}]`;
      case 'cast':
        return `(${this.type(expression.type, indent)})${operand(expression.operand, levels.unary)}`;
      case 'comptime':
        return `comptime ${operand(expression.operand, levels.unary)}`;
      case 'address-of':
        return `&${this.print(expression.target, indent)}`;
      default:
        return assertNever(expression, 'expression');
    }
  }

  #operand(expression: Expression, minimum: number, indent: string): string {
    const text = this.print(expression, indent);
    return levelOf(expression) < minimum ? `(${text})` : text;
  }

  /** A bracket after a bare map would make a key of the index. */
  #indexed(object: Expression, indent: string): string {
    return object.kind === 'map' ? `(${object.name})` : this.#operand(object, levels.postfix, indent);
  }

  /** An operand as in a range: a primary expression, or one in parentheses. */
  primary(expression: Expression, indent: string): string {
    return this.#operand(expression, levels.primary, indent);
  }

  printIf(expression: IfExpression, indent: string): string {
    const head = `if (${this.print(expression.condition, indent)}) ${this.#blocks.block(expression.then, indent)}`;
    const { otherwise } = expression;
    if (!otherwise) return head;
    const rest =
      otherwise.kind === 'if' ? this.printIf(otherwise, indent) : this.#blocks.block(otherwise, indent);
    return `${head} else ${rest}`;
  }

  #list(open: string, items: readonly Expression[], close: string, indent: string): string {
    const flat = `${open}${items.map((one) => this.print(one, indent)).join(', ')}${close}`;
    const fits = indent.length + flat.length <= width;
    if (fits || items.length < 2 || flat.includes('\n')) return flat;
    const inner = `${indent}  `;
    return `${open}\n${items.map((one) => inner + this.print(one, inner)).join(',\n')}\n${indent}${close}`;
  }

  #tuple(elements: readonly Expression[], indent: string): string {
    const [only] = elements;
    return elements.length === 1 && only
      ? `(${this.print(only, indent)},)`
      : this.#list('(', elements, ')', indent);
  }

  type(type: TypeExpression, indent = ''): string {
    const suffixes = type.suffixes
      .map((one) => (one.kind === 'pointer' ? '*' : `[${one.length ?? ''}]`))
      .join('');
    if (type.kind === 'type-of') return `typeof(${this.typeArgument(type.of, indent)})${suffixes}`;
    return `${type.tag ? `${type.tag} ` : ''}${type.name}${suffixes}`;
  }

  /** An expression that would read as a type is put in parentheses. */
  typeArgument(of: TypeExpression | Expression, indent: string): string {
    if (of.kind === 'type-name' || of.kind === 'type-of') return this.type(of, indent);
    const text = this.print(of, indent);
    return of.kind === 'identifier' || of.kind === 'index' ? `(${text})` : text;
  }
}

type Operation = Extract<
  Expression,
  {
    kind:
      | 'unary'
      | 'update'
      | 'binary'
      | 'ternary'
      | 'field'
      | 'tuple-access'
      | 'index'
      | 'cast'
      | 'comptime'
      | 'address-of';
  }
>;

const levels = { lowest: 0, binary: 1, unary: 2, postfix: 3, primary: 4 } as const;

const levelOfKind: Partial<Record<Expression['kind'], number>> = {
  ternary: levels.lowest,
  if: levels.lowest,
  'block-expression': levels.lowest,
  binary: levels.binary,
  unary: levels.unary,
  cast: levels.unary,
  comptime: levels.unary,
  'address-of': levels.unary,
  field: levels.postfix,
  'tuple-access': levels.postfix,
  index: levels.postfix,
};

function levelOf(expression: Expression): number {
  if (expression.kind === 'update') return expression.prefix ? levels.unary : levels.postfix;
  return levelOfKind[expression.kind] ?? levels.primary;
}

/** `@a[(1, 2)]` and `@a[1, 2]` are the same key; the second is canonical. */
function mapKeys(keys: readonly Expression[]): readonly Expression[] {
  const [only] = keys;
  return keys.length === 1 && only?.kind === 'tuple' && only.elements.length > 1 ? only.elements : keys;
}

/** A literal as its author wrote it (hexadecimal, with a unit …), where the source still has it. */
function integerText(literal: IntegerLiteral): string {
  const text = sourceText(literal);
  if (/^[0-9]\w*$/.test(text)) {
    const scan = scanInteger(text, 0);
    if (scan.kind === 'value' && scan.value === literal.value && scan.length === text.length) return text;
  }
  return String(literal.value);
}

function stringText(literal: StringLiteral): string {
  const text = sourceText(literal);
  return /^"[^\n]*"$/.test(text) ? text : quote(literal.value);
}

function sourceText({ span }: Expression): string {
  return span.source.text.slice(span.start, span.end);
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** A byte string as a string literal; bytes beyond ASCII stay as they are, being text most of the time. */
export function quote(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be escaped.
  const escaped = value.replace(/[\x00-\x1f"\\\x7f]/g, (character) => {
    return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
