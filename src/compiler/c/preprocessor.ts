/**
 * The preprocessor for declarations: definitions of macros, conditionals, and headers that the caller supplies.
 * Text between directives is collected, expanded as a whole, and handed on; a header in angle brackets that
 * nobody supplies is taken to be one of the system, whose types come from BTF (see system-headers.ts).
 */
import type { Source, Span } from '../ast.ts';
import { CError } from './c-error.ts';
import { conditionals, type Directive, directives } from './directives.ts';
import { expandMacros, type Macro } from './macro.ts';
import { systemConstants } from './system-headers.ts';
import { type Token, tokenise } from './tokenise.ts';

export interface PreprocessorOptions {
  /** The text of a header; `from` is the file that includes it, undefined for `<…>`. */
  readonly readInclude?: (path: string, from: string | undefined) => Source | undefined;
  /** Types of the system's headers are known from BTF. */
  readonly hasKernelTypes: boolean;
}

/** As deep as gcc goes. */
const maximumIncludeDepth = 200;

interface Branch {
  taken: boolean;
  /** An `#elif` or `#else` may still be taken. */
  open: boolean;
  readonly place: Span;
}

export class Preprocessor {
  readonly macros: Map<string, Macro>;
  /** Expanded text. */
  readonly output: Token[] = [];
  /** Constants of system headers that were included: known, but weaker than anything that is defined. */
  readonly constants = new Map<string, bigint>();
  readonly #options: PreprocessorOptions;
  readonly #once = new Set<string>();
  #branches: Branch[] = [];
  #pending: Token[] = [];
  #depth = 0;

  constructor(macros: Map<string, Macro>, options: PreprocessorOptions) {
    this.macros = macros;
    this.#options = options;
  }

  /** Takes a range of a source as the next part of the text. @throws CError */
  read(source: Source, start = 0, end = source.text.length): void {
    const tokens = tokenise(source, start, end);
    for (let i = 0; i < tokens.length; ) {
      const next = endOfLine(tokens, i);
      if (tokens[i]!.text === '#') this.#directive(tokens.slice(i, next), end);
      else if (this.#active) this.#pending.push(...tokens.slice(i, next));
      i = next;
    }
  }

  /** @throws CError */
  finish(): void {
    this.#flush();
    const open = this.#branches.at(-1);
    if (open !== undefined) throw new CError(open.place, 'unterminated conditional directive');
  }

  /** A header named by the user outside of any text. */
  include(path: string, from: string | undefined, place: Span | undefined): void {
    const system = from === undefined;
    const header = this.#options.readInclude?.(path, from);
    if (header === undefined) {
      if (!system || !this.#options.hasKernelTypes) throw missingHeader(path, place, system);
      for (const [name, value] of systemConstants()) this.constants.set(name, value);
      return;
    }
    if (this.#once.has(header.name)) return;
    if (++this.#depth > maximumIncludeDepth) throw new CError(place, '#include nested too deeply');
    this.#flush();
    const outer = this.#branches;
    this.#branches = [];
    this.read(header);
    this.finish();
    this.#branches = outer;
    this.#depth--;
  }

  get #active(): boolean {
    return this.#branches.every((branch) => branch.taken);
  }

  #flush(): void {
    // Not by spreading: a header may have more tokens than a call can have arguments.
    for (const token of expandMacros(this.#pending, this.macros)) this.output.push(token);
    this.#pending = [];
  }

  #directive(line: readonly Token[], limit: number): void {
    const [hash, name] = line;
    if (hash === undefined || name === undefined) return;
    const last = line.at(-1)!;
    const { source } = hash.span;
    const rest = source.text.slice(name.span.end, Math.min(limit, last.span.end));
    const args: Directive = {
      tokens: line.slice(2),
      rest: rest.trim(),
      place: { ...hash.span, end: last.span.end },
    };
    const conditional = Object.hasOwn(conditionals, name.text) ? conditionals[name.text] : undefined;
    if (conditional !== undefined) return conditional(this, args);
    if (!this.#active) return;
    this.#flush();
    const known = Object.hasOwn(directives, name.text) ? directives[name.text] : undefined;
    if (known === undefined) throw new CError(args.place, `invalid preprocessing directive #${name.text}`);
    known(this, args);
  }

  // For the tables below

  open(condition: () => boolean, place: Span): void {
    const taken = this.#active && condition();
    this.#branches.push({ taken, open: this.#active && !taken, place });
  }

  otherwise(condition: () => boolean, place: Span, directive: string): void {
    const branch = this.#branches.at(-1);
    if (branch === undefined) throw new CError(place, `#${directive} without #if`);
    branch.taken = branch.open && condition();
    if (branch.taken) branch.open = false;
  }

  close(place: Span): void {
    if (this.#branches.pop() === undefined) throw new CError(place, '#endif without #if');
  }

  once(source: Source): void {
    this.#once.add(source.name);
  }
}

function endOfLine(tokens: readonly Token[], from: number): number {
  let end = from + 1;
  while (end < tokens.length && !tokens[end]!.newline) end++;
  return end;
}

function missingHeader(path: string, place: Span | undefined, system: boolean): CError {
  const hint = system
    ? 'Without kernel BTF only headers found through -I are known; define what the script needs in the script.'
    : 'Quoted headers are looked up beside the including file and in the directories given with -I.';
  return new CError(place, `'${path}' file not found`, hint);
}
