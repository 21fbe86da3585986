/** The types in mangled names. */
import { ExpressionParser } from './expressions.ts';
import { type Node, sequence, text } from './node.ts';
import { builtinTypes, moreBuiltinTypes } from './tables.ts';

export abstract class TypeParser extends ExpressionParser {
  /** Undefined-looking letters fail. Everything but built-in types becomes a substitution. */
  type(): Node {
    return this.nested(() => this.#type());
  }

  #type(): Node {
    const first = this.c.peek();
    const builtin = builtinTypes.get(first);
    if (builtin !== undefined) {
      this.c.take(1);
      return text(builtin);
    }
    if ('rVK'.includes(first) && first !== '') return this.#enter(this.#qualified());
    switch (first) {
      case 'P':
        return this.#pointer('*');
      case 'R':
        return this.#pointer('&');
      case 'O':
        return this.#pointer('&&');
      case 'C':
        this.c.take(1);
        return this.#enter(sequence(this.type(), ' _Complex'));
      case 'G':
        this.c.take(1);
        return this.#enter(sequence(this.type(), ' _Imaginary'));
      case 'F':
        return this.#enter(this.functionType(''));
      case 'A':
        return this.#array();
      case 'M':
        return this.#memberPointer();
      case 'T':
        return this.#parameter();
      case 'D':
        return this.#special();
      case 'S':
        return this.#substituted();
      case 'u': {
        this.c.take(1);
        return this.#enter(text(this.sourceName()));
      }
      case 'U':
        return this.#vendorQualified();
      default:
        return this.#enter(this.name());
    }
  }

  #enter(node: Node): Node {
    this.substitutions.push(node);
    return node;
  }

  /** Printed behind the type, the nearest first. */
  qualifiers(): string {
    const restrict = this.c.accept('r') ? ' __restrict' : '';
    const volatile = this.c.accept('V') ? ' volatile' : '';
    const constant = this.c.accept('K') ? ' const' : '';
    return constant + volatile + restrict;
  }

  #qualified(): Node {
    const qualifiers = this.qualifiers();
    // Of a function they are part of its own type, which is entered with them only.
    if (this.c.peek() === 'F') return this.functionType(qualifiers);
    return { kind: 'qualified', type: this.type(), qualifiers };
  }

  #pointer(symbol: '*' | '&' | '&&'): Node {
    this.c.take(1);
    return this.#enter({ kind: 'pointer', to: this.type(), symbol });
  }

  functionType(qualifiers: string): Node {
    this.c.expect('F');
    this.c.accept('Y');
    const result = this.type();
    const params: Node[] = [];
    let reference = '';
    for (;;) {
      if (this.c.accept('E')) break;
      if (this.c.accept('RE')) {
        reference = ' &';
        break;
      }
      if (this.c.accept('OE')) {
        reference = ' &&';
        break;
      }
      params.push(this.type());
    }
    return { kind: 'function', result, params, qualifiers: qualifiers + reference };
  }

  #array(): Node {
    this.c.expect('A');
    let size: string | Node = '';
    if (!this.c.accept('_')) {
      const number = this.c.number();
      size = number === undefined ? this.expression() : String(number);
      this.c.expect('_');
    }
    return this.#enter({ kind: 'array', of: this.type(), size });
  }

  #memberPointer(): Node {
    this.c.expect('M');
    const of = this.type();
    return this.#enter({ kind: 'member-pointer', of, to: this.type() });
  }

  #parameter(): Node {
    if ('sue'.includes(this.c.peek(1)) && this.c.peek(1) !== '') {
      this.c.take(2);
      return this.#enter(this.name());
    }
    const parameter = this.#enter(this.templateParameter());
    // After a conversion operator the arguments are those of the operator.
    if (this.c.peek() !== 'I' || this.inConversion) return parameter;
    return this.#enter({ kind: 'template', name: parameter, args: this.templateArgs(false) });
  }

  templateParameter(): Node {
    this.c.expect('T');
    if (this.c.peek() === 'L') this.c.fail('levels of templates are not read');
    const index = this.c.index();
    if (this.inLambda) return text(`auto:${index + 1}`);
    return { kind: 'parameter', index };
  }

  #substituted(): Node {
    if (this.c.peek(1) === 't') return this.#enter(this.name());
    const found = this.substitution(false);
    if (this.c.peek() !== 'I') return found;
    return this.#enter({ kind: 'template', name: found, args: this.templateArgs(false) });
  }

  #special(): Node {
    const letter = this.c.peek(1);
    if (letter === 't' || letter === 'T') return this.#enter(this.decltype());
    const builtin = moreBuiltinTypes.get(letter);
    if (builtin !== undefined) {
      this.c.take(2);
      return text(builtin);
    }
    if (this.c.accept('Dp')) return this.#enter({ kind: 'expansion', pattern: this.type() });
    if (this.c.accept('Do')) return this.#enter(withSuffix(this.functionType(''), ' noexcept'));
    if (this.c.accept('DF')) {
      const bits = this.c.number();
      const suffix = this.c.accept('x') ? 'x' : '';
      if (!this.c.accept('b')) this.c.expect('_');
      return text(`_Float${bits}${suffix}`);
    }
    if (this.c.accept('Dv')) {
      const size = this.c.accept('_') ? this.expression() : String(this.c.number());
      this.c.expect('_');
      return this.#enter(sequence(this.type(), ' __vector(', size, ')'));
    }
    return this.#enter(this.name());
  }

  decltype(): Node {
    this.c.take(2);
    const expression = this.expression();
    this.c.expect('E');
    return sequence('decltype (', expression, ')');
  }

  #vendorQualified(): Node {
    this.c.expect('U');
    if (this.c.peek() === 'l' || this.c.peek() === 't') {
      this.c.at--;
      return this.#enter(this.name());
    }
    const qualifier = this.sourceName();
    return this.#enter(sequence(this.type(), ` ${qualifier}`));
  }
}

function withSuffix(node: Node, suffix: string): Node {
  return node.kind === 'function' ? { ...node, qualifiers: node.qualifiers + suffix } : node;
}
