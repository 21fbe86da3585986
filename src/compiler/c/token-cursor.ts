/** A place in a list of tokens, with the few moves that recursive descent needs. */
import type { Span } from '../ast.ts';
import { CError } from './c-error.ts';
import type { Token } from './tokenise.ts';

export class TokenCursor {
  readonly #tokens: readonly Token[];
  /** Where to point when the text ends too early. */
  readonly #end: Span;
  #at = 0;

  constructor(tokens: readonly Token[], end: Span) {
    this.#tokens = tokens;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether the next token reads so; quoted text never does. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.text === text && (token.kind === 'word' || token.kind === 'punctuator');
  }

  accept(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at++;
    return true;
  }

  /** The next token, which must be there. */
  next(wanted: string): Token {
    const token = this.peek();
    if (token === undefined) throw this.error(`expected ${wanted}`);
    this.#at++;
    return token;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.error(`expected '${text}'`);
  }

  acceptWord(): Token | undefined {
    const token = this.peek();
    if (token?.kind !== 'word') return undefined;
    this.#at++;
    return token;
  }

  /** Past the bracket that closes the one that comes next. */
  skipBalanced(): void {
    let depth = 0;
    do {
      const { text, kind } = this.next('closing bracket');
      if (kind !== 'punctuator') continue;
      if ('([{'.includes(text)) depth++;
      else if (')]}'.includes(text)) depth--;
    } while (depth > 0);
  }

  /** The place of the next token, or of the end. */
  get span(): Span {
    return this.peek()?.span ?? this.#end;
  }

  error(problem: string, hint?: string): CError {
    return new CError(this.span, problem, hint);
  }
}
