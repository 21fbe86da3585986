/** Nodes → text, in the form of `c++filt`. Bounded: a short name can stand for a text without end. */
import type { Node, TemplateScope } from './node.ts';

/** Thrown when there is no sensible text. */
export class DemangleError extends Error {
  override readonly name = 'DemangleError';
}

const mostSteps = 50_000;
const longestText = 100_000;
const deepest = 256;

export function print(node: Node): string {
  return new Printer().whole(node);
}

class Printer {
  #steps = 0;
  #depth = 0;
  /** Which element of a pack is meant, inside of an expansion. */
  #element: number | undefined;
  /** Templates that are being printed, the innermost last. */
  readonly #scopes: TemplateScope[] = [];

  whole(node: Node): string {
    return this.#left(node) + this.#right(node);
  }

  #left(node: Node): string {
    return this.#guarded(() => this.#leftOf(node));
  }

  #right(node: Node): string {
    return this.#guarded(() => this.#rightOf(node));
  }

  #guarded(make: () => string): string {
    if (++this.#steps > mostSteps || ++this.#depth > deepest) throw new DemangleError('too complex');
    const made = make();
    if (made.length > longestText) throw new DemangleError('too long');
    this.#depth--;
    return made;
  }

  #leftOf(node: Node): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'nested':
        return `${this.whole(node.scope)}::${this.whole(node.name)}`;
      case 'template':
        return this.#template(node);
      case 'parameter':
        return this.#outside(this.#resolve(node), (found) => this.#left(found));
      case 'scoped':
        return this.#inside(node.scope, () => this.#left(node.inner));
      case 'pack':
        return this.#element === undefined
          ? this.list(node.items)
          : this.#oneOf(node, (one) => this.#left(one));
      case 'expansion':
        return this.#expansion(node);
      case 'qualified':
        return this.#left(node.type) + (isFunction(this.#bare(node.type)) ? '' : this.#added(node));
      case 'pointer':
        return this.#pointer(node);
      case 'member-pointer':
        return this.#memberPointer(node);
      case 'array':
        return this.#left(node.of);
      case 'function':
        return node.result === undefined ? '' : spaced(this.#left(node.result));
      case 'encoding':
        return this.#encoding(node);
      case 'lambda':
        return `{lambda(${this.list(node.params)})#${node.number}}`;
      case 'sequence':
        return node.parts.map((part) => (typeof part === 'string' ? part : this.whole(part))).join('');
    }
  }

  #rightOf(node: Node): string {
    switch (node.kind) {
      case 'parameter':
        return this.#outside(this.#resolve(node), (found) => this.#right(found));
      case 'scoped':
        return this.#inside(node.scope, () => this.#right(node.inner));
      case 'pack':
        return this.#element === undefined ? '' : this.#oneOf(node, (one) => this.#right(one));
      case 'qualified':
        return this.#right(node.type) + (isFunction(this.#bare(node.type)) ? node.qualifiers : '');
      case 'pointer': {
        const to = this.#collapsed(node).to;
        return `${needsParentheses(this.#bare(to)) ? ')' : ''}${this.#right(to)}`;
      }
      case 'member-pointer':
        return `${needsParentheses(this.#bare(node.to)) ? ')' : ''}${this.#right(node.to)}`;
      case 'array': {
        const size = typeof node.size === 'string' ? node.size : this.whole(node.size);
        const inner = this.#bare(node.of);
        return inner.kind === 'array'
          ? ` [${size}]${this.#right(node.of).slice(1)}`
          : ` [${size}]${this.#right(node.of)}`;
      }
      case 'function':
        return `(${this.list(node.params)})${node.qualifiers}${node.result === undefined ? '' : this.#right(node.result)}`;
      default:
        return '';
    }
  }

  /** What the type is not already, through a parameter of a template. */
  #added({ type, qualifiers }: Extract<Node, { kind: 'qualified' }>): string {
    const bare = this.#bare(type);
    return bare.kind === 'qualified' && bare.qualifiers === qualifiers ? '' : qualifiers;
  }

  list(nodes: readonly Node[]): string {
    if (nodes.length === 1 && nodes[0]?.kind === 'text' && nodes[0].text === 'void') return '';
    return nodes
      .map((node) => this.whole(node))
      .filter((one) => one !== '')
      .join(', ');
  }

  #template({ name, args }: Extract<Node, { kind: 'template' }>): string {
    const inside = this.#args(args.items);
    const head = this.whole(name);
    // `operator<` and `<` must not run together, nor `>` and `>`.
    return `${head}${head.endsWith('<') ? ' ' : ''}<${inside}${inside.endsWith('>') ? ' ' : ''}>`;
  }

  #args(items: readonly Node[]): string {
    return items
      .map((item) => this.whole(item))
      .filter((one) => one !== '')
      .join(', ');
  }

  #encoding({ name, result, params, qualifiers }: Extract<Node, { kind: 'encoding' }>): string {
    const head = result === undefined ? '' : spaced(this.#left(result));
    const tail = result === undefined ? '' : this.#right(result);
    return `${head}${this.whole(name)}(${this.list(params)})${qualifiers}${tail}`;
  }

  #pointer(node: Extract<Node, { kind: 'pointer' }>): string {
    const { to, symbol } = this.#collapsed(node);
    const bare = this.#bare(to);
    const left = this.#left(to);
    if (!needsParentheses(bare)) return `${left}${symbol}`;
    return bare.kind === 'array' ? `${left} (${symbol}` : `${left}(${symbol}`;
  }

  /** A reference to a reference is one, by C++'s rules. */
  #collapsed(node: Extract<Node, { kind: 'pointer' }>): { to: Node; symbol: string } {
    const bare = this.#bare(node.to);
    if (node.symbol === '*' || bare.kind !== 'pointer' || bare.symbol === '*') return node;
    return { to: bare.to, symbol: node.symbol === '&' ? '&' : bare.symbol };
  }

  #memberPointer({ of, to }: Extract<Node, { kind: 'member-pointer' }>): string {
    const bare = this.#bare(to);
    const left = this.#left(to);
    const inside = `${this.whole(of)}::*`;
    if (!needsParentheses(bare)) return `${left} ${inside}`;
    return bare.kind === 'array' ? `${left} (${inside}` : `${left}(${inside}`;
  }

  /** Behind parameters of templates, and the element of a pack. */
  #bare(node: Node): Node {
    let at = node;
    for (let i = 0; i < deepest; i++) {
      if (at.kind === 'scoped') at = at.inner;
      else if (at.kind === 'parameter') at = this.#resolve(at);
      else if (at.kind === 'pack' && this.#element !== undefined) at = this.#elementOf(at);
      else if (at.kind === 'qualified' && needsParentheses(this.#bare(at.type))) at = at.type;
      else return at;
    }
    throw new DemangleError('a type of itself');
  }

  #inside(scope: TemplateScope, make: () => string): string {
    this.#scopes.push(scope);
    const made = make();
    this.#scopes.pop();
    return made;
  }

  /** An argument belongs to what is around the template. */
  #outside(found: Node, make: (found: Node) => string): string {
    const scope = this.#scopes.pop();
    const made = make(found);
    if (scope !== undefined) this.#scopes.push(scope);
    return made;
  }

  #resolve({ index }: Extract<Node, { kind: 'parameter' }>): Node {
    const found = this.#scopes.at(-1)?.args?.items[index];
    if (found === undefined) throw new DemangleError(`no template argument ${index}`);
    return found;
  }

  #elementOf({ items }: Extract<Node, { kind: 'pack' }>): Node {
    const found = items[this.#element ?? 0];
    if (found === undefined) throw new DemangleError('a pack is too short');
    return found;
  }

  /** Packs inside of the element are others. */
  #oneOf(pack: Extract<Node, { kind: 'pack' }>, make: (node: Node) => string): string {
    const found = this.#elementOf(pack);
    const element = this.#element;
    this.#element = undefined;
    const made = make(found);
    this.#element = element;
    return made;
  }

  #expansion({ pattern }: Extract<Node, { kind: 'expansion' }>): string {
    const pack = this.#packIn(pattern, 0);
    if (pack === undefined) return `${this.whole(pattern)}...`;
    const outer = this.#element;
    const texts = pack.items.map((_, i) => {
      this.#element = i;
      return this.whole(pattern);
    });
    this.#element = outer;
    return texts.join(', ');
  }

  /** The pack that an expansion goes over. */
  #packIn(node: Node, depth: number): Extract<Node, { kind: 'pack' }> | undefined {
    if (depth > deepest || ++this.#steps > mostSteps) throw new DemangleError('too complex');
    switch (node.kind) {
      case 'pack':
        return node;
      case 'parameter': {
        const found = this.#resolve(node);
        return found.kind === 'pack' ? found : undefined;
      }
      case 'expansion':
      case 'text':
      case 'lambda':
        return undefined;
      default:
        for (const child of children(node)) {
          const found = this.#packIn(child, depth + 1);
          if (found !== undefined) return found;
        }
        return undefined;
    }
  }
}

function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'nested':
      return [node.scope, node.name];
    case 'template':
      return [node.name, ...node.args.items];
    case 'qualified':
      return [node.type];
    case 'pointer':
      return [node.to];
    case 'member-pointer':
      return [node.of, node.to];
    case 'array':
      return typeof node.size === 'string' ? [node.of] : [node.of, node.size];
    case 'function':
      return node.result === undefined ? node.params : [node.result, ...node.params];
    case 'encoding':
      return [node.name, ...node.params];
    case 'scoped':
      return [node.inner];
    case 'sequence':
      return node.parts.filter((part) => typeof part !== 'string');
    default:
      return [];
  }
}

/** What a function returns stands before its name, or around it: `int (*f())()`. */
function spaced(result: string): string {
  return result === '' || /\([*&]+$/.test(result) ? result : `${result} `;
}

function isFunction(node: Node): boolean {
  return node.kind === 'function';
}

function needsParentheses(node: Node): boolean {
  return node.kind === 'function' || node.kind === 'array';
}
