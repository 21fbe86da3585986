/**
 * Types as C text: declarations (`int (*run)(void *)`) and definitions with their bodies, for listings and
 * messages. Built inside out as C declarators are read: the name, then what surrounds it, then the specifier.
 * Output and nesting are bounded, since a damaged blob may nest a type in itself.
 */
import type { Btf } from './btf.ts';
import type { BtfComposite, BtfEnum, BtfPrototype, BtfType } from './btf-type.ts';

const maximumDepth = 64;
/** Counted in types visited; the kernel's largest definition needs a few thousand. */
const maximumVisits = 20_000;

export function declarationOf(btf: Btf, id: number, name: string): string {
  return new CPrinter(btf, id).declare(id, name);
}

export function definitionOf(btf: Btf, id: number): string {
  return new CPrinter(btf, id).define(btf.type(id));
}

const indent = (depth: number) => '\t'.repeat(depth);

/** `*name` binds weaker than `[]` and `()`. */
const protect = (declarator: string) => (declarator.startsWith('*') ? `(${declarator})` : declarator);

/** Spaced as the kernel's own tools print it: `*name`, `* const name`, `* (*name)`. */
function pointerTo(declarator: string, qualifiers: readonly string[]): string {
  const rest = [...qualifiers, declarator].filter((word) => word !== '').join(' ');
  return qualifiers.length > 0 || declarator.startsWith('(') ? `* ${rest}` : `*${rest}`;
}

class CPrinter {
  readonly #btf: Btf;
  readonly #root: number;
  #visits = 0;

  constructor(btf: Btf, root: number) {
    this.#btf = btf;
    this.#root = root;
  }

  define(type: BtfType): string {
    switch (type.kind) {
      case 'struct':
      case 'union':
        return `${this.#composite(type, 0)};`;
      case 'enum':
        return `${this.#enumeration(type, 0)};`;
      case 'typedef':
        return `typedef ${this.declare(type.to, type.name)};`;
      case 'datasec':
        return type.variables.map((variable) => `${this.declare(variable.type, '')};`).join('\n');
      default:
        return `${this.declare(type.id, '')};`;
    }
  }

  /** `depth` is the indentation of the line, and the bound of the recursion through bodies and parameters. */
  declare(id: number, name: string, depth = 0): string {
    let declarator = name;
    let qualifiers: string[] = [];
    let type = this.#visit(id, depth);
    for (;;) {
      if (type.kind === 'const' || type.kind === 'volatile' || type.kind === 'restrict') {
        qualifiers.push(type.kind);
        type = this.#visit(type.to, depth);
      } else if (type.kind === 'type_tag') type = this.#visit(type.to, depth);
      else if (type.kind === 'ptr') {
        declarator = pointerTo(declarator, qualifiers);
        qualifiers = [];
        type = this.#visit(type.to, depth);
      } else if (type.kind === 'array') {
        declarator = `${protect(declarator)}[${type.length}]`;
        type = this.#visit(type.element, depth);
      } else if (type.kind === 'func_proto') {
        declarator = `${protect(declarator)}(${this.#parameters(type, depth)})`;
        qualifiers = [];
        type = this.#visit(type.returns, depth);
      } else if (type.kind === 'func' || type.kind === 'var') {
        declarator = type.name;
        type = this.#visit(type.kind === 'func' ? type.prototype : type.type, depth);
      } else break;
    }
    return [...qualifiers, this.#specifier(type, depth), declarator].filter((word) => word !== '').join(' ');
  }

  #visit(id: number, depth: number): BtfType {
    this.#visits++;
    if (depth > maximumDepth || this.#visits > maximumVisits) {
      throw this.#btf.error(`type ${this.#root} is nested too deeply to be printed`, this.#root);
    }
    return this.#btf.type(id);
  }

  #specifier(type: BtfType, depth: number): string {
    switch (type.kind) {
      case 'void':
        return 'void';
      case 'struct':
      case 'union':
        return type.name === '' ? this.#composite(type, depth) : `${type.kind} ${type.name}`;
      case 'enum':
        return type.name === '' ? this.#enumeration(type, depth) : `enum ${type.name}`;
      case 'fwd':
        return `${type.tag} ${type.name}`;
      default:
        return type.name;
    }
  }

  #composite({ kind, name, members }: BtfComposite, depth: number): string {
    const lines = members.map((member) => {
      const bits = member.bitWidth === 0 ? '' : `: ${member.bitWidth}`;
      return `${indent(depth + 1)}${this.declare(member.type, member.name, depth + 1)}${bits};\n`;
    });
    return lines.length === 0
      ? `${head(kind, name)} {}`
      : `${head(kind, name)} {\n${lines.join('')}${indent(depth)}}`;
  }

  #enumeration({ name, variants }: BtfEnum, depth: number): string {
    const lines = variants.map((variant) => `${indent(depth + 1)}${variant.name} = ${variant.value},\n`);
    return `${head('enum', name)} {\n${lines.join('')}${indent(depth)}}`;
  }

  #parameters({ parameters, variadic }: BtfPrototype, depth: number): string {
    const texts = parameters.map((parameter) => this.declare(parameter.type, parameter.name, depth + 1));
    if (variadic) texts.push('...');
    return texts.length === 0 ? 'void' : texts.join(', ');
  }
}

const head = (tag: string, name: string) => (name === '' ? tag : `${tag} ${name}`);
