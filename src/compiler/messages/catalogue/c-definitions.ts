/** C definitions and headers. Programs with such mistakes end with status 2, not 1: see {@link isCDefinitionError}. */
import { message } from '../define.ts';
import type { Diagnostic } from '../diagnostic.ts';

export const cDefinitionMessages = {
  /** What is wrong with the C text, in the words of a C compiler. */
  cDefinition: message('c-definition', (problem: string, hint?: string) => ({ text: problem, hint }), {
    cause: 'A struct, union, enum, header or preprocessor line is not C, or names a type that is not known.',
    remedy: 'Types of the running kernel need no definition; others must be defined above their first use.',
  }),
} as const;

export function isCDefinitionError({ code }: Diagnostic): boolean {
  return code === cDefinitionMessages.cDefinition.code;
}
