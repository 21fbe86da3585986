/** The top level of a program: a table from the word that begins a construct to its parser; all else is a probe. */
import type {
  CDefinition,
  ConfigBlock,
  Expression,
  ImportStatement,
  MacroDefinition,
  MapDeclaration,
  ProbeAst,
  ProgramAst,
  Subprogram,
} from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { parseAttachPoints } from './attach-points.ts';
import { parseBlock } from './blocks.ts';
import { parseConfig } from './config.ts';
import { parseDefinition, parsePreprocessorLine } from './definitions.ts';
import { parseExpression } from './expressions.ts';
import { parseMacro, parseMapDeclaration, parseSubprogram } from './macros.ts';
import type { Parser } from './parser.ts';
import { parseImport } from './statements.ts';

interface Draft {
  readonly cDefinitions: CDefinition[];
  config: ConfigBlock | undefined;
  readonly imports: ImportStatement[];
  readonly mapDeclarations: MapDeclaration[];
  readonly macros: MacroDefinition[];
  readonly subprograms: Subprogram[];
  readonly probes: ProbeAst[];
}

const constructs: Readonly<Record<string, (parser: Parser, draft: Draft) => void>> = {
  config: addConfig,
  import: addImport,
  let: (parser, draft) => add(draft.mapDeclarations, parseMapDeclaration(parser)),
  macro: (parser, draft) => add(draft.macros, parseMacro(parser)),
  fn: (parser, draft) => add(draft.subprograms, parseSubprogram(parser)),
  struct: addDefinition,
  union: addDefinition,
  enum: addDefinition,
};

export function parseRoot(parser: Parser): ProgramAst {
  skipInterpreterLine(parser);
  const draft: Draft = {
    cDefinitions: [],
    config: undefined,
    imports: [],
    mapDeclarations: [],
    macros: [],
    subprograms: [],
    probes: [],
  };
  while (!parser.failed && !parser.atEnd) parseConstruct(parser, draft);
  return { kind: 'program', ...draft, span: parser.spanBetween(0, parser.text.length) };
}

/** `#!` on the first line is for the shell. */
function skipInterpreterLine(parser: Parser): void {
  if (!parser.text.startsWith('#!')) return;
  const newline = parser.text.indexOf('\n');
  parser.take(newline < 0 ? parser.text.length : newline);
}

function parseConstruct(parser: Parser, draft: Draft): void {
  if (parser.sees('#')) {
    if (hasCode(draft)) parser.lose(messages.lateDefinition());
    else draft.cDefinitions.push(parsePreprocessorLine(parser));
    return;
  }
  const word = parser.peekWord();
  const parse = Object.hasOwn(constructs, word) ? constructs[word] : undefined;
  if (parse) parse(parser, draft);
  else draft.probes.push(parseProbe(parser));
}

function add<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

/** Definitions, config and imports come before everything else. */
function hasCode({ probes, macros, subprograms, mapDeclarations }: Draft): boolean {
  return [probes, macros, subprograms, mapDeclarations].some((one) => one.length > 0);
}

function addDefinition(parser: Parser, draft: Draft): void {
  if (hasCode(draft)) parser.lose(messages.lateDefinition());
  else draft.cDefinitions.push(parseDefinition(parser));
}

function addImport(parser: Parser, draft: Draft): void {
  if (hasCode(draft)) parser.lose(messages.lateImport());
  else draft.imports.push(parseImport(parser));
}

function addConfig(parser: Parser, draft: Draft): void {
  if (draft.config) parser.lose(messages.duplicateConfig());
  else if (hasCode(draft)) parser.lose(messages.lateConfig());
  else draft.config = parseConfig(parser);
}

function parseProbe(parser: Parser): ProbeAst {
  const start = parser.mark();
  const attachPoints = parseAttachPoints(parser);
  const predicate = attachPoints.length > 0 && parser.sees('/') ? parsePredicate(parser) : undefined;
  const body = parser.lost ? emptyBlock(parser) : parseBlock(parser);
  return { kind: 'probe', attachPoints, predicate, body, span: parser.spanFrom(start) };
}

function parsePredicate(parser: Parser): Expression {
  parser.expect('/');
  parser.inPredicate = true;
  const predicate = parseExpression(parser);
  parser.inPredicate = false;
  parser.expect('/', messages.unclosedPredicate);
  return predicate;
}

function emptyBlock(parser: Parser): ProbeAst['body'] {
  return { kind: 'block', statements: [], value: undefined, span: parser.spanFrom(parser.lastEnd) };
}
