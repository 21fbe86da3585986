/** Expressions in mangled names: literals, and what types are computed from. */
import type { Cursor } from './cursor.ts';
import { type Node, sequence, type TemplateArgs, type TemplateScope, text } from './node.ts';
import { DemangleError, print } from './print.ts';
import { literalSuffixes, operators } from './tables.ts';

const deepest = 200;

export abstract class ExpressionParser {
  protected readonly c: Cursor;
  protected readonly substitutions: Node[] = [];
  protected scope: TemplateScope = { args: undefined };
  /** Parameters of a generic lambda are `auto`. */
  protected inLambda = false;
  protected inConversion = false;
  #depth = 0;

  constructor(cursor: Cursor) {
    this.c = cursor;
  }

  abstract type(): Node;
  abstract name(): Node;
  abstract encoding(outermost: boolean): Node;
  abstract sourceName(): string;
  abstract templateParameter(): Node;
  abstract templateArg(): Node;
  abstract substitution(inPrefix: boolean): Node;
  abstract templateArgs(ofName: boolean): TemplateArgs;

  protected nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new DemangleError('too deep');
    const value = read();
    this.#depth--;
    return value;
  }

  expression(): Node {
    return this.nested(() => this.#expression());
  }

  #expression(): Node {
    const first = this.c.peek();
    if (first === 'L') return this.literal();
    if (first === 'T') return this.templateParameter();
    const special = this.#special();
    if (special !== undefined) return special;
    const code = this.c.text.slice(this.c.at, this.c.at + 2);
    const operator = operators.get(code);
    if (operator !== undefined && operator.operands !== 3) {
      this.c.take(2);
      return this.#operation(code, operator.symbol, operator.operands);
    }
    if (/[0-9]/.test(first) || code === 'on') {
      this.c.accept('on');
      return this.#unresolved();
    }
    return this.c.fail('unknown expression');
  }

  #operation(code: string, symbol: string, operands: 1 | 2): Node {
    if (code === 'cl') {
      const called = this.expression();
      const args = this.#until();
      return sequence(wrapped(called), '(', list(args), ')');
    }
    if (code === 'ad' && this.c.sees('L_Z')) return sequence('&', functionName(this.literal()));
    if (operands === 1) {
      const isPrefix = this.c.accept('_');
      const operand = wrapped(this.expression());
      const isStep = code === 'pp' || code === 'mm';
      return isStep && !isPrefix ? sequence(operand, symbol) : sequence(symbol, operand);
    }
    const left = this.expression();
    if (code === 'pt') return sequence(wrapped(left), '->', this.#member());
    const right = this.expression();
    if (code === 'ix') return sequence(wrapped(left), '[', right, ']');
    const made = sequence(wrapped(left), symbol, wrapped(right));
    // In a list of template arguments it would end the list.
    return symbol === '>' ? sequence('(', made, ')') : made;
  }

  #special(): Node | undefined {
    if (this.c.sees('fL') || this.c.sees('fp')) return this.#functionParameter();
    if (this.c.accept('dt')) {
      const left = this.expression();
      return sequence(wrapped(left), '.', this.#member());
    }
    if (this.c.accept('sr')) return this.#scoped();
    if (this.c.accept('st')) return sequence('sizeof (', this.type(), ')');
    if (this.c.accept('sz')) return sequence('sizeof ', wrapped(this.expression()));
    if (this.c.accept('sZ')) return this.#packSize();
    if (this.c.accept('at')) return sequence('alignof (', this.type(), ')');
    if (this.c.accept('nx')) return sequence('noexcept ', wrapped(this.expression()));
    if (this.c.accept('sp')) return { kind: 'expansion', pattern: this.expression() };
    if (this.c.accept('cv')) return this.#conversion();
    if (this.c.accept('il')) return sequence('{', list(this.#until()), '}');
    if (this.c.accept('tl')) {
      const type = this.type();
      return sequence(type, '{', list(this.#until()), '}');
    }
    if (this.c.accept('qu')) {
      const [condition, yes, no] = [this.expression(), this.expression(), this.expression()];
      return sequence(wrapped(condition), '?', wrapped(yes), ' : ', wrapped(no));
    }
    for (const [code, cast] of casts) {
      if (this.c.accept(code)) {
        const type = this.type();
        return sequence(`${cast}<`, type, '>(', this.expression(), ')');
      }
    }
    return undefined;
  }

  #functionParameter(): Node {
    if (this.c.accept('fpT')) return text('this');
    if (this.c.accept('fL')) {
      this.c.number();
      this.c.expect('p');
    } else this.c.take(2);
    this.c.accept('r');
    this.c.accept('V');
    this.c.accept('K');
    return text(`{parm#${this.c.index() + 1}}`);
  }

  #conversion(): Node {
    const type = this.type();
    if (this.c.accept('_')) return sequence('(', type, ')(', list(this.#until()), ')');
    return sequence('(', type, ')', wrapped(this.expression()));
  }

  #packSize(): Node {
    const pack = this.c.peek() === 'T' ? this.templateParameter() : this.expression();
    return sequence('sizeof...(', pack, ')');
  }

  /** `sr TYPE name [args]`. */
  #scoped(): Node {
    const scope = this.type();
    return { kind: 'nested', scope, name: this.#unresolved() };
  }

  #unresolved(): Node {
    const name = this.name();
    return this.c.peek() === 'I' ? { kind: 'template', name, args: this.templateArgs(false) } : name;
  }

  #member(): Node {
    return this.c.sees('sr') ? this.expression() : this.#unresolved();
  }

  #until(): Node[] {
    const found: Node[] = [];
    while (!this.c.accept('E')) found.push(this.expression());
    return found;
  }

  literal(): Node {
    this.c.expect('L');
    if (this.c.accept('_Z') || this.c.accept('Z')) {
      const encoding = this.encoding(false);
      this.c.expect('E');
      return encoding;
    }
    const type = this.type();
    const end = this.c.text.indexOf('E', this.c.at);
    if (end < 0) return this.c.fail('a literal without end');
    const value = this.c.take(end - this.c.at).replace(/^n/, '-');
    this.c.expect('E');
    return literalOf(type, value);
  }
}

const casts = [
  ['sc', 'static_cast'],
  ['dc', 'dynamic_cast'],
  ['rc', 'reinterpret_cast'],
  ['cc', 'const_cast'],
] as const;

function literalOf(type: Node, value: string): Node {
  const name = type.kind === 'text' ? type.text : undefined;
  if (name === 'bool' && (value === '0' || value === '1')) return text(value === '1' ? 'true' : 'false');
  const suffix = name === undefined ? undefined : literalSuffixes.get(name);
  if (suffix !== undefined) return text(`${value}${suffix}`);
  const isFloat = name === 'float' || name === 'double' || name === 'long double';
  return sequence('(', type, ')', isFloat ? `[${value}]` : value);
}

/** A function is named without its parameters where its address is taken, unless it is one of a template. */
function functionName(node: Node): Node {
  if (node.kind === 'scoped') return { ...node, inner: functionName(node.inner) };
  const isTemplate = node.kind === 'encoding' && node.name.kind === 'template';
  if (isTemplate) return sequence('(', node, ')');
  return node.kind === 'encoding' ? node.name : wrapped(node);
}

/** Operands stand in parentheses, unless they are names. */
function wrapped(node: Node): Node {
  const isName =
    node.kind === 'nested' || (node.kind === 'text' && /^(\{parm#\d+\}|[A-Za-z_]\w*)$/.test(print(node)));
  return isName ? node : sequence('(', node, ')');
}

function list(nodes: readonly Node[]): Node {
  return sequence(...nodes.flatMap((node, i) => (i === 0 ? [node] : [', ', node])));
}
