/**
 * Mangled names of the Itanium C++ ABI (section 5.1) → nodes. One method for each rule of the grammar; names, types
 * and expressions need each other and are one class in three files.
 */
import { Cursor } from './cursor.ts';
import { type Node, sequence, type TemplateArgs, text } from './node.ts';
import { operators, specialNames, standardNames } from './tables.ts';
import { TypeParser } from './types.ts';

const anonymous = '_GLOBAL_';

/** What a name says about the function that it names. */
interface NameInfo {
  /** It ends with template arguments: the function's type begins with what it returns. */
  endsWithArgs: boolean;
  /** Constructors, destructors and conversions return nothing that is written. */
  returnsNothing: boolean;
  qualifiers: string;
}

export class NameParser extends TypeParser {
  constructor(mangled: string) {
    super(new Cursor(mangled));
  }

  whole(): Node {
    this.c.expect('_Z');
    const main = this.encoding(true);
    const clones: string[] = [];
    for (;;) {
      const clone = /^\.(?:[a-z_]+|[0-9]+)(?:\.[0-9]+)*/.exec(this.c.text.slice(this.c.at))?.[0];
      if (clone === undefined) break;
      this.c.take(clone.length);
      clones.push(` [clone ${clone}]`);
    }
    if (!this.c.atEnd) this.c.fail('something is left over');
    return sequence(main, ...clones);
  }

  encoding(outermost: boolean): Node {
    const outer = this.scope;
    this.scope = { args: undefined };
    try {
      return { kind: 'scoped', scope: this.scope, inner: this.#encodingIn(outermost) };
    } finally {
      this.scope = outer;
    }
  }

  #encodingIn(outermost: boolean): Node {
    if (this.c.peek() === 'T' || this.c.peek() === 'G') return this.#special();
    const info: NameInfo = { endsWithArgs: false, returnsNothing: false, qualifiers: '' };
    const name = this.name(info);
    if (this.c.atEnd || this.c.peek() === 'E' || this.c.peek() === '.') return name;
    const returns = info.endsWithArgs && !info.returnsNothing;
    const result = returns ? this.type() : undefined;
    const params: Node[] = [];
    while (!this.c.atEnd && this.c.peek() !== 'E' && this.c.peek() !== '.') {
      if (this.#constraint()) break;
      params.push(this.type());
    }
    const { qualifiers } = info;
    return { kind: 'encoding', name, result: outermost ? result : undefined, params, qualifiers };
  }

  /** `Q …`: what a template requires; part of the name, but seldom of interest. */
  #constraint(): boolean {
    return this.c.peek() === 'Q' && this.c.fail('constraints are not read');
  }

  #special(): Node {
    const special = specialNames.get(this.c.text.slice(this.c.at, this.c.at + 2));
    if (special !== undefined) {
      this.c.take(2);
      return sequence(special.prefix, special.of === 'type' ? this.type() : this.name());
    }
    if (this.c.accept('TC')) {
      const derived = this.type();
      this.c.number();
      this.c.expect('_');
      return sequence('construction vtable for ', this.type(), '-in-', derived);
    }
    if (this.c.accept('Tc')) {
      this.#callOffset();
      this.#callOffset();
      return sequence('covariant return thunk to ', this.encoding(false));
    }
    if (this.c.sees('Th') || this.c.sees('Tv')) {
      const kind = this.c.peek(1) === 'h' ? 'non-virtual' : 'virtual';
      this.c.take(1);
      this.#callOffset();
      return sequence(`${kind} thunk to `, this.encoding(false));
    }
    if (this.c.accept('GTt')) return sequence('transaction clone for ', this.encoding(false));
    if (this.c.accept('GR')) {
      const name = this.name();
      return sequence(`reference temporary #${this.c.sequence()} for `, name);
    }
    return this.c.fail('unknown special name');
  }

  #callOffset(): void {
    const virtual = this.c.take(1) === 'v';
    for (let i = 0; i < (virtual ? 2 : 1); i++) {
      this.c.accept('n');
      this.c.number();
      this.c.expect('_');
    }
  }

  name(info?: NameInfo): Node {
    const first = this.c.peek();
    if (first === 'N') return this.#nested(info);
    if (first === 'Z') return this.#local(info);
    const isSubstitution = first === 'S' && this.c.peek(1) !== 't';
    const unscoped = isSubstitution ? this.substitution(false) : this.#unscoped(info);
    if (this.c.peek() !== 'I') return unscoped;
    if (!isSubstitution) this.substitutions.push(unscoped);
    const args = this.templateArgs(info !== undefined);
    if (info) info.endsWithArgs = true;
    return { kind: 'template', name: unscoped, args };
  }

  #unscoped(info: NameInfo | undefined): Node {
    if (this.c.accept('St')) {
      this.c.accept('L');
      return { kind: 'nested', scope: text('std'), name: this.#unqualified(info, undefined) };
    }
    this.c.accept('L');
    return this.#unqualified(info, undefined);
  }

  #nested(info: NameInfo | undefined): Node {
    this.c.expect('N');
    const qualifiers = this.qualifiers();
    const reference = this.c.accept('R') ? ' &' : this.c.accept('O') ? ' &&' : '';
    if (info) info.qualifiers = qualifiers + reference;
    let soFar: Node | undefined;
    let isSubstitution = false;
    while (!this.c.accept('E')) {
      isSubstitution = false;
      const first = this.c.peek();
      if (first === 'I') {
        if (soFar === undefined) this.c.fail('arguments of nothing');
        soFar = { kind: 'template', name: soFar, args: this.templateArgs(info !== undefined) };
        if (info) info.endsWithArgs = true;
        this.substitutions.push(soFar);
        continue;
      }
      if (info) info.endsWithArgs = false;
      if (first === 'S' && this.c.peek(1) === 't') {
        this.c.take(2);
        soFar = text('std');
        isSubstitution = true;
        continue;
      }
      if (first === 'S') {
        soFar = this.substitution(true);
        isSubstitution = true;
        continue;
      }
      if (first === 'T') soFar = this.templateParameter();
      else if (first === 'D' && 'tT'.includes(this.c.peek(1))) soFar = this.decltype();
      else if (this.c.accept('M')) continue;
      else {
        this.c.accept('L');
        const name = this.#unqualified(info, soFar);
        soFar = soFar === undefined ? name : { kind: 'nested', scope: soFar, name };
      }
      this.substitutions.push(soFar);
    }
    if (soFar === undefined) this.c.fail('an empty name');
    // The whole is entered by whoever wanted it as a type.
    if (!isSubstitution) this.substitutions.pop();
    return soFar;
  }

  #local(info: NameInfo | undefined): Node {
    this.c.expect('Z');
    const scope = this.encoding(false);
    this.c.expect('E');
    if (this.c.accept('s')) {
      this.#discriminator();
      return { kind: 'nested', scope, name: text('string literal') };
    }
    if (this.c.accept('d')) {
      const index = this.c.index();
      const name = this.name(info);
      return {
        kind: 'nested',
        scope,
        name: { kind: 'nested', scope: text(`{default arg#${index + 1}}`), name },
      };
    }
    const name = this.name(info);
    this.#discriminator();
    return { kind: 'nested', scope, name };
  }

  #discriminator(): void {
    if (!this.c.accept('_')) return;
    if (this.c.accept('_')) {
      this.c.number();
      this.c.expect('_');
    } else this.c.take(1);
  }

  /** `scope` is what the name is in: constructors are called like it. */
  #unqualified(info: NameInfo | undefined, scope: Node | undefined): Node {
    let name = this.#simple(info, scope);
    while (this.c.accept('B')) name = sequence(name, `[abi:${this.sourceName()}]`);
    return name;
  }

  #simple(info: NameInfo | undefined, scope: Node | undefined): Node {
    const first = this.c.peek();
    if (/[0-9]/.test(first)) return text(this.sourceName());
    if ((first === 'C' && /[1-5I]/.test(this.c.peek(1))) || (first === 'D' && /[0-5]/.test(this.c.peek(1)))) {
      return this.#structor(info, scope);
    }
    if (this.c.accept('Ut')) return text(`{unnamed type#${this.c.index() + 1}}`);
    if (this.c.accept('Ul')) return this.#lambda();
    if (this.c.accept('DC')) {
      const names: string[] = [];
      while (!this.c.accept('E')) names.push(this.sourceName());
      return text(`[${names.join(', ')}]`);
    }
    return this.#operatorName(info);
  }

  #structor(info: NameInfo | undefined, scope: Node | undefined): Node {
    const isDestructor = this.c.take(1) === 'D';
    const inherits = this.c.take(1) === 'I';
    if (inherits) {
      this.c.take(1);
      this.type();
    }
    if (info) info.returnsNothing = true;
    if (scope === undefined) return this.c.fail('a constructor of nothing');
    return sequence(isDestructor ? '~' : '', lastName(scope));
  }

  #lambda(): Node {
    const params: Node[] = [];
    const outer = this.inLambda;
    this.inLambda = true;
    while (!this.c.accept('E')) params.push(this.type());
    this.inLambda = outer;
    return { kind: 'lambda', params, number: this.c.index() + 1 };
  }

  #operatorName(info: NameInfo | undefined): Node {
    if (this.c.accept('cv')) {
      if (info) info.returnsNothing = true;
      const outer = this.inConversion;
      this.inConversion = true;
      const type = this.type();
      this.inConversion = outer;
      return sequence('operator ', type);
    }
    if (this.c.accept('li')) return text(`operator"" ${this.sourceName()}`);
    if (this.c.peek() === 'v' && /[0-9]/.test(this.c.peek(1))) {
      this.c.take(2);
      return text(`operator ${this.sourceName()}`);
    }
    const found = operators.get(this.c.text.slice(this.c.at, this.c.at + 2));
    if (found === undefined) return this.c.fail('no name');
    this.c.take(2);
    return text(`operator${/^[a-z]/.test(found.symbol) ? ' ' : ''}${found.symbol}`);
  }

  sourceName(): string {
    const length = this.c.number();
    if (length === undefined || length === 0) return this.c.fail('a name without length');
    const name = this.c.take(length);
    return name.startsWith(`${anonymous}_N`) || /^_GLOBAL_[._$]N/.test(name) ? '(anonymous namespace)' : name;
  }

  /** Entries are numbered in the order in which they came. `S` and a small letter are names of the library. */
  substitution(inPrefix: boolean): Node {
    this.c.expect('S');
    const standard = standardNames.get(this.c.peek());
    if (standard !== undefined) {
      this.c.take(1);
      const name = text(inPrefix && /[CD]/.test(this.c.peek()) ? standard.full : standard.short);
      if (this.c.peek() !== 'B') return name;
      const tags: string[] = [];
      while (this.c.accept('B')) tags.push(`[abi:${this.sourceName()}]`);
      const tagged = sequence(name, ...tags);
      this.substitutions.push(tagged);
      return tagged;
    }
    const found = this.substitutions[this.c.sequence()];
    return found ?? this.c.fail('a substitution for nothing');
  }

  templateArgs(ofName: boolean): TemplateArgs {
    this.c.expect('I');
    const items: Node[] = [];
    while (!this.c.accept('E')) items.push(this.templateArg());
    const args = { items };
    if (ofName) this.scope.args = args;
    return args;
  }

  templateArg(): Node {
    if (this.c.accept('X')) {
      const expression = this.expression();
      this.c.expect('E');
      return expression;
    }
    if (this.c.accept('J')) {
      const items: Node[] = [];
      while (!this.c.accept('E')) items.push(this.templateArg());
      return { kind: 'pack', items };
    }
    return this.c.peek() === 'L' ? this.literal() : this.type();
  }
}

/** `std::basic_string<…>` → `basic_string`. */
function lastName(node: Node): Node {
  switch (node.kind) {
    case 'nested':
      return lastName(node.name);
    case 'template':
      return lastName(node.name);
    case 'scoped':
      return lastName(node.inner);
    case 'text': {
      const plain = node.text.replace(/<.*$/, '');
      return text(plain.slice(plain.lastIndexOf(':') + 1));
    }
    case 'sequence': {
      const [first] = node.parts;
      return first !== undefined && typeof first !== 'string' ? lastName(first) : node;
    }
    default:
      return node;
  }
}
