/** C text read as the top of a program, for tests. */
import type { CDefinition } from '../../ast.ts';
import { Reporter } from '../../messages/reporter.ts';
import { type CDefinitionOptions, type CDefinitions, readCDefinitions } from '../read-definitions.ts';

export function definitionsOf(text: string): CDefinition[] {
  const span = { source: { name: 'stdin', text }, start: 0, end: text.length };
  return [{ kind: 'cdef', form: 'definition', text, span }];
}

export function readC(
  text: string,
  options: CDefinitionOptions = {},
): { readonly definitions: CDefinitions | undefined; readonly problems: readonly string[] } {
  const reporter = new Reporter();
  const definitions = readCDefinitions(definitionsOf(text), reporter, options);
  const problems = reporter.diagnostics.map(({ message, span }) => {
    if (span === undefined) return message;
    return `${span.source.name}:${span.start}-${span.end}: ${message}`;
  });
  return { definitions, problems };
}
