/** What is defined at the root besides probes: macros, subprograms, map declarations. */
import type { MacroDefinition, MacroParameter, MapDeclaration, Subprogram } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { parseBlock } from './blocks.ts';
import { isDigit } from './characters.ts';
import { parseInteger } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseMapName, parseVariable } from './primary.ts';
import { isParserBuiltin, parseType } from './types.ts';

/** Undefined when the head could not be read; that has been reported. */
export function parseMacro(parser: Parser): MacroDefinition | undefined {
  const start = parser.mark();
  parser.acceptWord('macro');
  const name = parser.expectIdentifier(messages.expectedMacroName);
  const headSpan = parser.spanFrom(start);
  const parameters: MacroParameter[] = [];
  if (parser.lost || !parser.expect('(')) return undefined;
  if (!parser.sees(')')) {
    do parameters.push(parseMacroParameter(parser));
    while (!parser.lost && parser.accept(','));
  }
  if (parser.lost || !parser.expect(')')) return undefined;
  const body = parseBlock(parser);
  return { kind: 'macro', name, parameters, body, headSpan, span: parser.spanFrom(start) };
}

function parseMacroParameter(parser: Parser): MacroParameter {
  const start = parser.mark();
  const variable = parseVariable(parser);
  if (variable) {
    return { kind: 'macro-parameter', form: 'variable', name: `$${variable.name}`, span: variable.span };
  }
  if (parser.sees('@')) {
    const map = parseMapName(parser);
    return { kind: 'macro-parameter', form: 'map', name: map.name, span: map.span };
  }
  const name = parser.acceptIdentifier();
  if (name === undefined) parser.lose(messages.expectedMacroParameter());
  const span = parser.spanFrom(start);
  if (name !== undefined && isParserBuiltin(name)) parser.error(messages.builtinMacroParameter(name), span);
  return { kind: 'macro-parameter', form: 'expression', name: name ?? '', span };
}

export function parseSubprogram(parser: Parser): Subprogram | undefined {
  const start = parser.mark();
  parser.acceptWord('fn');
  const name = parser.expectIdentifier(messages.expectedFunctionName);
  if (parser.lost || !parser.expect('(')) return undefined;
  const parameters: Subprogram['parameters'][number][] = [];
  if (!parser.sees(')')) {
    do {
      const parameter = parseSubprogramParameter(parser);
      if (!parameter) return undefined;
      parameters.push(parameter);
    } while (parser.accept(','));
  }
  if (!parser.expect(')') || !parser.expect(':')) return undefined;
  const returnType = parseType(parser);
  if (parser.lost) return undefined;
  const body = parseBlock(parser);
  return { kind: 'subprogram', name, parameters, returnType, body, span: parser.spanFrom(start) };
}

function parseSubprogramParameter(parser: Parser): Subprogram['parameters'][number] | undefined {
  const start = parser.mark();
  const variable = parseVariable(parser);
  if (!variable) {
    parser.lose(messages.expectedSubprogramParameter());
    return undefined;
  }
  if (!parser.expect(':')) return undefined;
  const type = parseType(parser);
  return parser.lost ? undefined : { name: variable.name, type, span: parser.spanFrom(start) };
}

/** `let @name = kind(entries);`, the semicolon being optional and part of the span. */
export function parseMapDeclaration(parser: Parser): MapDeclaration | undefined {
  const start = parser.mark();
  parser.acceptWord('let');
  if (!parser.sees('@')) {
    parser.lose(messages.expectedMapDeclaration());
    return undefined;
  }
  const { name } = parseMapName(parser);
  if (!parser.expect('=')) return undefined;
  const type = parser.expectIdentifier(messages.expectedMapDeclaration);
  if (parser.lost || !parser.expect('(')) return undefined;
  if (!isDigit(parser.text[parser.mark()])) {
    parser.lose(messages.expectedMaxEntries());
    return undefined;
  }
  const maxEntries = parseInteger(parser).value;
  if (!parser.expect(')')) return undefined;
  parser.accept(';');
  return { kind: 'map-declaration', name, type, maxEntries, span: parser.spanFrom(start) };
}
