/**
 * `import "path";`: what the imported files define becomes part of the program, in front of what imports it, so
 * that their begin and end probes run first. A file is taken once, however often it is named.
 */
import type { CDefinition, ImportStatement, ProgramAst, Source } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';

/** What is behind the path of an import: one file, or those of a directory. */
export type ImportAnswer =
  | { readonly kind: 'found'; readonly files: readonly Source[] }
  | {
      readonly kind: 'missing';
      /** Paths that were tried. */
      readonly checked: readonly string[];
      /** Those that exist but may be changed by everybody. */
      readonly writable?: readonly string[];
    };

/** `from` is the importing file as the compiler knows it. */
export type ImportReader = (path: string, from: string) => ImportAnswer;

export interface ImportOptions {
  readonly reporter: Reporter;
  readonly parse: (source: Source) => ProgramAst | undefined;
  readonly readImport: ImportReader | undefined;
}

/** The program with everything that it imports. Mistakes are in the reporter. */
export function mergeImports(ast: ProgramAst, options: ImportOptions): ProgramAst {
  if (ast.imports.length === 0) return ast;
  return new Merger(options).merge(ast);
}

type Kind = (merger: Merger, file: Source, statement: ImportStatement) => Partial<Parts> | undefined;

/** By the end of the name, the first that fits. */
const kinds: readonly (readonly [suffix: string, kind: Kind])[] = [
  ['.bt', (merger, file, { span }) => merger.script(file, span)],
  ['.h', (_, file) => ({ cDefinitions: [wholeFile(file)] })],
  ['.c', (merger, file, { span }) => merger.refuse(span, messages.importOfC(file.name))],
];

/** Whether a directory's file of this name is one to import. */
export function isImportable(name: string): boolean {
  return kinds.some(([suffix]) => name.endsWith(suffix));
}

type Parts = Pick<ProgramAst, 'cDefinitions' | 'mapDeclarations' | 'macros' | 'subprograms' | 'probes'>;

class Merger {
  readonly #options: ImportOptions;
  readonly #seen = new Set<string>();

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  merge(ast: ProgramAst): ProgramAst {
    this.#seen.add(ast.span.source.name);
    const parts: readonly Partial<Parts>[] = [
      ...ast.imports.flatMap((statement) => this.#import(statement)),
      ast,
    ];
    return {
      ...ast,
      cDefinitions: parts.flatMap((part) => part.cDefinitions ?? []),
      mapDeclarations: parts.flatMap((part) => part.mapDeclarations ?? []),
      macros: parts.flatMap((part) => part.macros ?? []),
      subprograms: parts.flatMap((part) => part.subprograms ?? []),
      probes: parts.flatMap((part) => part.probes ?? []),
      imports: [],
    };
  }

  #import(statement: ImportStatement): Partial<Parts>[] {
    const { path, span } = statement;
    const { reporter, readImport } = this.#options;
    if (readImport === undefined) {
      reporter.error(span, messages.unsupportedImport(path));
      return [];
    }
    const answer = readImport(path, span.source.name);
    if (answer.kind === 'missing') {
      for (const one of answer.writable ?? []) reporter.warning(span, messages.importWritable(one));
      reporter.error(span, messages.importMissing(answer.checked));
      return [];
    }
    return answer.files.flatMap((file) => this.#file(file, statement) ?? []);
  }

  #file(file: Source, statement: ImportStatement): Partial<Parts> | undefined {
    if (this.#seen.has(file.name)) return undefined;
    this.#seen.add(file.name);
    const kind = kinds.find(([suffix]) => file.name.endsWith(suffix))?.[1];
    if (kind === undefined) return this.refuse(statement.span, messages.importType(statement.path));
    return kind(this, file, statement);
  }

  script(file: Source, span: ImportStatement['span']): Partial<Parts> | undefined {
    const parsed = this.#options.parse(file);
    if (parsed?.config !== undefined) return this.refuse(span, messages.importConfig(), parsed.config.span);
    return parsed && this.merge(parsed);
  }

  refuse(
    span: ImportStatement['span'],
    message: ReturnType<typeof messages.importConfig>,
    note?: ImportStatement['span'],
  ): undefined {
    const notes = note === undefined ? [] : [{ message: 'This is the config block.', span: note }];
    this.#options.reporter.error(span, message, { notes });
    return undefined;
  }
}

function wholeFile(source: Source): CDefinition {
  const span = { source, start: 0, end: source.text.length };
  return { kind: 'cdef', form: 'definition', text: source.text, span };
}
