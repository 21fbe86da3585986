/**
 * The state of one parse, shared by the functions of this folder: a cursor over the text, and how errors are
 * reported. There is no separate lexer, because what a character means depends on the construct (an attach
 * point is one word, `/` may close a predicate, `.5` after a tuple is not a number).
 *
 * Recovery. A function that misses a token reports it and carries on as if the token had been there, so every
 * enclosing construct that waits for its own closing token reports once as well; then the statement ends and
 * everything further out stays silent (`halted`). That yields the one to three messages people expect, and it
 * terminates, because nothing loops without consuming input.
 */
import type { Source, Span } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { isIdentifierStart, isSpace, isWordCharacter } from './characters.ts';

/** Nested expressions and blocks that the parser follows; recursion depth is a small multiple of it. */
const nestingLimit = 300;

export class Parser {
  readonly source: Source;
  readonly text: string;
  readonly reporter: Reporter;
  readonly positionals: readonly string[];
  /** Offset of the next character. */
  offset = 0;
  /** End of the last token consumed; spans end here, not after white space. */
  lastEnd = 0;
  /** Some error was reported: the current statement will be the last. */
  failed = false;
  /** The parser no longer knows where it is in the grammar; loops over operands stop. */
  lost = false;
  /** Nothing more is reported. */
  halted = false;
  /** In a predicate, a slash before a block closes the predicate instead of dividing. */
  inPredicate = false;
  /** Comments met so far, by offset. */
  readonly #comments = new Map<number, Span>();
  #nesting = 0;

  constructor(source: Source, reporter: Reporter, positionals: readonly string[]) {
    this.source = source;
    this.text = source.text;
    this.reporter = reporter;
    this.positionals = positionals;
  }

  // --- Looking ---

  /** Skips white space and comments, and returns where the next token starts. */
  mark(): number {
    for (;;) {
      while (isSpace(this.text[this.offset])) this.offset++;
      const start = this.offset;
      if (this.text.startsWith('//', start)) this.#skipTo('\n');
      else if (this.text.startsWith('/*', start)) this.#skipBlockComment();
      else return start;
      this.#comments.set(start, this.spanBetween(start, this.offset));
    }
  }

  /** In the order of the text. */
  get comments(): readonly Span[] {
    return [...this.#comments.values()].sort((a, b) => a.start - b.start);
  }

  #skipTo(terminator: string): void {
    const at = this.text.indexOf(terminator, this.offset);
    this.offset = at < 0 ? this.text.length : at;
  }

  #skipBlockComment(): void {
    const start = this.offset;
    const end = this.text.indexOf('*/', start + 2);
    this.offset = end < 0 ? this.text.length : end + 2;
    if (end < 0) this.error(messages.unterminatedComment(), this.spanBetween(start, start + 2));
  }

  get atEnd(): boolean {
    return this.mark() >= this.text.length;
  }

  /** Whether the next token begins with `text` (punctuation). */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.mark());
  }

  /** The word (identifier or number-like run of characters) that comes next, or an empty string. */
  peekWord(): string {
    const start = this.mark();
    let end = start;
    while (isWordCharacter(this.text[end])) end++;
    return this.text.slice(start, end);
  }

  seesWord(word: string): boolean {
    return this.peekWord() === word;
  }

  /** The first character after white space and comments that follow `offset`, without moving. */
  characterAfter(offset: number): { readonly character: string | undefined; readonly offset: number } {
    const saved = this.offset;
    this.offset = offset;
    const at = this.mark();
    this.offset = saved;
    return { character: this.text[at], offset: at };
  }

  // --- Consuming ---

  /** Moves over `length` characters of the current token. */
  take(length: number): string {
    const text = this.text.slice(this.offset, this.offset + length);
    this.offset += text.length;
    this.lastEnd = this.offset;
    return text;
  }

  accept(punctuation: string): boolean {
    if (!this.sees(punctuation)) return false;
    this.take(punctuation.length);
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.seesWord(word)) return false;
    this.take(word.length);
    return true;
  }

  /** Consumes the punctuation, or reports that it is missing, in words of its own when there are some. */
  expect(punctuation: string, otherwise: () => Message = () => messages.expectedToken(punctuation)): boolean {
    if (this.accept(punctuation)) return true;
    this.lose(otherwise());
    return false;
  }

  /** Consumes an identifier, or returns undefined without a report. */
  acceptIdentifier(): string | undefined {
    if (!isIdentifierStart(this.text[this.mark()])) return undefined;
    return this.take(this.peekWord().length);
  }

  expectIdentifier(otherwise: () => Message = messages.expectedIdentifier): string {
    const name = this.acceptIdentifier();
    if (name === undefined) this.lose(otherwise());
    return name ?? '';
  }

  // --- Places ---

  spanBetween(start: number, end: number): Span {
    return { source: this.source, start, end: Math.min(end, this.text.length) };
  }

  /** From `start` to the end of what was consumed last. */
  spanFrom(start: number): Span {
    return this.spanBetween(start, Math.max(start, this.lastEnd));
  }

  /** The next token as an error shows it: a word, a variable or map with its sigil, else one character. */
  tokenSpan(): Span {
    const start = this.mark();
    const first = this.text[start];
    let end = start;
    if (first === '$' || first === '@' || (first !== undefined && !isWordCharacter(first))) end++;
    if (first === '$' || first === '@' || isWordCharacter(first)) {
      while (isWordCharacter(this.text[end])) end++;
    }
    return this.spanBetween(start, end);
  }

  // --- Errors ---

  /** Reports an error after which parsing of the statement can go on. */
  error(message: Message, span: Span = this.tokenSpan()): void {
    if (this.halted) return;
    this.failed = true;
    this.reporter.error(span, message);
  }

  /** Reports an error after which the place in the grammar is only guessed. */
  lose(message: Message, span: Span = this.tokenSpan()): void {
    this.error(message, span);
    this.lost = true;
  }

  /** Ends the parse: nothing after this is worth reporting. */
  halt(): void {
    this.failed = true;
    this.lost = true;
    this.halted = true;
  }

  /** Runs `parse` one level deeper, or gives up with a message where the limit is reached. */
  nested<T>(parse: () => T, otherwise: () => T): T {
    if (this.#nesting >= nestingLimit) {
      this.error(messages.nestedTooDeeply());
      this.halt();
      return otherwise();
    }
    this.#nesting++;
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }
}
