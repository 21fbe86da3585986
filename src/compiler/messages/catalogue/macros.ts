/** Macros of the language and C macros. */
import { message } from '../define.ts';

export const macroMessages = {
  macroNoMatch: message(
    'macro-no-match',
    (name: string) => `Call to ${name}() has arguments that do not match any definition.`,
    { remedy: 'The notes show the closest definition and the argument that does not fit it.' },
  ),
  macroRedefinition: message('macro-redefinition', (name: string) => `Redefinition of macro: ${name}`, {
    cause:
      'Overloads differ in the number of parameters, or have a `$variable` or `@map` where a later one has a plain parameter.',
    remedy: 'Define the form with the variable or map first, or rename one.',
  }),
  macroParameterReused: message(
    'macro-parameter-reused',
    (kind: 'Variable' | 'Map' | 'Ident', name: string) =>
      `${kind} for macro argument has already been used: ${name}`,
  ),
  macroRecursion: message(
    'macro-recursion',
    (chain: readonly string[]) => `Recursive macro call detected. Call chain: ${chain.join(' > ')}`,
    { cause: 'Macros are replaced by their bodies, which must come to an end.' },
  ),
  unhygienicMap: message(
    'unhygienic-map',
    (name: string) => `Unhygienic access to map: ${name}. Maps must be passed into the macro as arguments.`,
    { remedy: 'Add a parameter `@m` and pass the map in the call.' },
  ),
  typeofArgument: message(
    'typeof-argument',
    () =>
      'When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter',
  ),
  typeReplacement: message(
    'type-replacement',
    (macro: string, parameter: string, type: string) =>
      `Invalid replacement for macro '${macro}' type parameter '${parameter}' which makes up the type '${type}'`,
    { remedy: 'Pass a type as `typeof(T)`.' },
  ),
  macroTooLarge: message(
    'macro-too-large',
    (limit: number) => `Macro expansion is too large (over ${limit} nodes)`,
    {
      cause:
        'Each plain argument is copied to every place where the macro uses it, so nested calls multiply.',
    },
  ),
  cMacroNotExpression: message(
    'c-macro-not-expression',
    (text: string) => `unable to expand macro as an expression: ${text}`,
  ),
  cMacroRecursion: message('c-macro-recursion', (chain: string) => `Macro recursion: ${chain}`),
} as const;

export type ParameterKind = 'a variable' | 'a map' | 'an expression';

/** Notes of {@link macroMessages}. */
export const macroNotes = {
  mismatch: (macro: string, expected: ParameterKind, parameter: string, actual: ParameterKind) =>
    `Mismatched arg. ${macro}() expects ${expected} for arg ${parameter} but got ${actual}.`,
  closestArgument: 'This is the argument in the closest definition.',
  closestCount: (macro: string, expected: number, actual: number) =>
    `The closest definition of ${macro}() has a different number of arguments. Expected: ${expected} but got ${actual}`,
  original: 'This is the original definition.',
} as const;
