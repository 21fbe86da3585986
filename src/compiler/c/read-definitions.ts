/**
 * The C of a program: its preprocessor lines and definitions, in order, with the headers they include. What comes
 * out are macros for the expander, types and constants for the checker. A mistake is reported once, and the
 * program is not compiled further: it is not known which of its types are right.
 */
import type { CDefinition, Source } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { CError } from './c-error.ts';
import type { CTypes, ExternalTypes } from './c-type.ts';
import { DeclarationReader } from './declaration-reader.ts';
import { expandMacros, type Macro, objectMacro } from './macro.ts';
import { Preprocessor } from './preprocessor.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenise.ts';

export interface CDefinitionOptions {
  /** Types that need no definition; undefined when there is no kernel BTF. */
  readonly external?: ExternalTypes;
  /** Macros that are defined from the start as 1. */
  readonly predefined?: readonly string[];
  /** Headers to read before the program, as `--include` names them. */
  readonly headers?: readonly string[];
  /** The text of a header; `from` is the file that includes it, undefined for `<…>` and `--include`. */
  readonly readInclude?: (path: string, from: string | undefined) => Source | undefined;
}

export interface CDefinitions {
  /** Object-like macros by name; the text is a source of its own, named like the macro. */
  readonly macros: ReadonlyMap<string, Source>;
  readonly types: CTypes;
}

export const noCDefinitions: CDefinitions = {
  macros: new Map(),
  types: { tagged: new Map(), typedefs: new Map(), constants: new Map() },
};

const nothing: ExternalTypes = { plain: () => undefined, tagged: () => undefined, constant: () => undefined };

/** Undefined when there were mistakes, which are then in `reporter`. */
export function readCDefinitions(
  definitions: readonly CDefinition[],
  reporter: Reporter,
  options: CDefinitionOptions = {},
): CDefinitions | undefined {
  try {
    return read(definitions, options);
  } catch (error) {
    if (!(error instanceof CError)) throw error;
    reporter.error(error.span, messages.cDefinition(error.message, error.hint));
    return undefined;
  }
}

function read(definitions: readonly CDefinition[], options: CDefinitionOptions): CDefinitions {
  const { external = nothing, predefined = [], headers = [], readInclude } = options;
  const macros = new Map<string, Macro>(predefined.map((name) => [name, objectMacro(name, '1')]));
  const preprocessor = new Preprocessor(macros, {
    ...(readInclude === undefined ? {} : { readInclude }),
    hasKernelTypes: options.external !== undefined,
  });
  for (const header of headers) preprocessor.include(header, undefined, undefined);
  for (const { span } of definitions) preprocessor.read(span.source, span.start, span.end);
  preprocessor.finish();
  const { output, constants } = preprocessor;
  const end = definitions.at(-1)?.span ?? { source: { name: '', text: '' }, start: 0, end: 0 };
  const known: ExternalTypes = {
    ...external,
    constant: (name) => constants.get(name) ?? external.constant(name),
  };
  const reader = new DeclarationReader(new TokenCursor(output, end), known);
  reader.readAll();
  return { macros: macroTexts(macros, constants), types: reader };
}

function macroTexts(
  macros: ReadonlyMap<string, Macro>,
  constants: ReadonlyMap<string, bigint>,
): Map<string, Source> {
  const texts = new Map<string, Source>();
  for (const [name, value] of constants) texts.set(name, { name, text: String(value) });
  const functions = new Map([...macros].filter(([, macro]) => macro.parameters !== undefined));
  for (const { name, parameters, text, body } of macros.values()) {
    if (parameters === undefined) texts.set(name, withoutCalls(text, body, functions));
    else texts.delete(name);
  }
  return texts;
}

/** Macros with arguments mean nothing to the language: calls of them are expanded here. */
function withoutCalls(text: Source, body: readonly Token[], functions: ReadonlyMap<string, Macro>): Source {
  if (!body.some((token) => functions.has(token.text))) return text;
  return {
    ...text,
    text: expandMacros(body, functions)
      .map((token) => token.text)
      .join(' '),
  };
}
