/** The lines of the preprocessor, by their first word. */
import type { Span } from '../ast.ts';
import { CError } from './c-error.ts';
import { constantExpression } from './constant-expression.ts';
import { expandMacros, parseMacro } from './macro.ts';
import type { Preprocessor } from './preprocessor.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenise.ts';

/** One line that begins with `#`. */
export interface Directive {
  readonly tokens: readonly Token[];
  readonly rest: string;
  readonly place: Span;
}
type Handler = (p: Preprocessor, directive: Directive) => void;

/** Obeyed also where text is skipped. */
export const conditionals: Readonly<Record<string, Handler>> = {
  ifdef: (p, d) => p.open(() => p.macros.has(d.tokens[0]?.text ?? ''), d.place),
  ifndef: (p, d) => p.open(() => !p.macros.has(d.tokens[0]?.text ?? ''), d.place),
  if: (p, d) => p.open(() => condition(p, d), d.place),
  elif: (p, d) => p.otherwise(() => condition(p, d), d.place, 'elif'),
  else: (p, d) => p.otherwise(() => true, d.place, 'else'),
  endif: (p, d) => p.close(d.place),
};

export const directives: Readonly<Record<string, Handler>> = {
  define: (p, { rest, place }) => {
    const macro = parseMacro(rest);
    if (macro === undefined) throw new CError(place, 'macro name missing');
    p.macros.set(macro.name, macro);
  },
  undef: (p, { tokens }) => void p.macros.delete(tokens[0]?.text ?? ''),
  include: (p, { rest, place }) => {
    const [, quoted, system] = /^(?:"([^"]+)"|<([^>]+)>)/.exec(rest) ?? [];
    if (quoted !== undefined) return p.include(quoted, place.source.name, place);
    if (system === undefined) throw new CError(place, 'expected "FILENAME" or <FILENAME>');
    p.include(system, undefined, place);
  },
  pragma: (p, { rest, place }) => {
    if (rest === 'once') p.once(place.source);
  },
  error: (_, { rest, place }) => {
    throw new CError(place, rest === '' ? '#error' : rest);
  },
  warning: () => {},
  line: () => {},
};

/** What `#if` says: names that are no macros are 0, `defined` asks whether they are. */
function condition(p: Preprocessor, { tokens, place }: Directive): boolean {
  const answered: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.text !== 'defined') {
      answered.push(token);
      continue;
    }
    const bracket = tokens[i + 1]?.text === '(';
    const name = tokens[i + (bracket ? 2 : 1)];
    if (name === undefined) throw new CError(token.span, "operator 'defined' requires an identifier");
    answered.push({ ...token, kind: 'number', text: p.macros.has(name.text) ? '1' : '0' });
    i += bracket ? 3 : 1;
  }
  const cursor = new TokenCursor(expandMacros(answered, p.macros), place);
  const value = constantExpression(cursor, {
    name: (_, rest) => {
      // A macro with arguments that does not exist, such as __has_include(x).
      if (rest.sees('(')) rest.skipBalanced();
      return 0n;
    },
  });
  if (!cursor.atEnd) throw cursor.error('unexpected text after the condition');
  return value !== 0n;
}
