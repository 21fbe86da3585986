/**
 * C macros: their definitions and their replacement in tokens (C11 6.10.3, without `#` and `##`, which
 * declarations have no use for). Replaced tokens keep the place of the use, so that mistakes are shown where the
 * reader of the program finds them.
 */
import type { Source } from '../ast.ts';
import { CError } from './c-error.ts';
import { type Token, tokenise } from './tokenise.ts';

export interface Macro {
  readonly name: string;
  /** Undefined for an object-like macro. */
  readonly parameters: readonly string[] | undefined;
  /** The replacement, named after the macro: diagnostics inside of it name it as their file. */
  readonly text: Source;
  readonly body: readonly Token[];
}

/** `rest` is what follows `#define`; undefined when there is no name. */
export function parseMacro(rest: string): Macro | undefined {
  const [, name, list, text = ''] = /^([A-Za-z_]\w*)(\([^)]*\))?(?:\s+|(?=\W)|$)([\s\S]*)$/.exec(rest) ?? [];
  if (name === undefined) return undefined;
  const source = { name, text: text.replace(/\\\r?\n/g, ' ').trim() };
  const parameters = list
    ?.slice(1, -1)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return { name, parameters, text: source, body: tokenise(source) };
}

export function objectMacro(name: string, text: string): Macro {
  const source = { name, text };
  return { name, parameters: undefined, text: source, body: tokenise(source) };
}

/** Macros that call macros multiply; a few lines can ask for more tokens than there is memory. */
const maximumTokens = 1 << 20;

/** `tokens` with every macro replaced. */
export function expandMacros(tokens: readonly Token[], macros: ReadonlyMap<string, Macro>): Token[] {
  const output: Token[] = [];
  expandInto(output, tokens, macros, new Set());
  return output;
}

function expandInto(
  output: Token[],
  tokens: readonly Token[],
  macros: ReadonlyMap<string, Macro>,
  hidden: ReadonlySet<string>,
): void {
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const macro = token.kind === 'word' && !hidden.has(token.text) ? macros.get(token.text) : undefined;
    const call = macro?.parameters === undefined ? undefined : readArguments(tokens, i + 1);
    if (macro === undefined || (macro.parameters !== undefined && call === undefined)) {
      output.push(token);
      if (output.length > maximumTokens) throw new CError(token.span, 'macro expansion is too large');
      continue;
    }
    const body = call === undefined ? macro.body : substitute(macro, call.args);
    const placed = body.map((one) => ({ ...one, span: token.span, newline: false }));
    expandInto(output, placed, macros, new Set([...hidden, macro.name]));
    if (call !== undefined) i = call.end;
  }
}

function readArguments(
  tokens: readonly Token[],
  open: number,
): { readonly args: readonly Token[][]; readonly end: number } | undefined {
  if (tokens[open]?.text !== '(') return undefined;
  const args: Token[][] = [[]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.text === '(' && depth++ === 0) continue;
    if (token.text === ')' && --depth === 0) return { args, end: i };
    if (token.text === ',' && depth === 1) args.push([]);
    else args.at(-1)!.push(token);
  }
  return undefined;
}

function substitute({ parameters = [], body }: Macro, args: readonly Token[][]): Token[] {
  const variadic = parameters.at(-1) === '...';
  return body.flatMap((token) => {
    if (variadic && token.text === '__VA_ARGS__') return args.slice(parameters.length - 1).flat();
    const index = token.kind === 'word' ? parameters.indexOf(token.text) : -1;
    return index < 0 ? [token] : (args[index] ?? []);
  });
}
