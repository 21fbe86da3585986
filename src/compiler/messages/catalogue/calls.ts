/** Calls: number and kinds of arguments, texts common to many functions. Those of one function are in functions.ts. */
import { message } from '../define.ts';

const counts: Readonly<Record<number, string>> = { 0: 'no arguments', 1: 'one argument' };
const many = (count: number) => counts[count] ?? `${count} arguments`;

export const callMessages = {
  exactArguments: message(
    'exact-arguments',
    (name: string, expected: number, actual: number) =>
      `${name}() requires ${many(expected)} (${actual} provided)`,
  ),
  tooFewArguments: message(
    'too-few-arguments',
    (name: string, minimum: number, actual: number) =>
      `${name}() requires at least ${many(minimum)} (${actual} provided)`,
  ),
  tooManyArguments: message(
    'too-many-arguments',
    (name: string, maximum: number, actual: number) =>
      `${name}() takes up to ${many(maximum)} (${actual} provided)`,
  ),
  /** `what` is e.g. `int`, `integer`, `integer or pointer`, `array or pointer`. */
  onlySupports: message(
    'only-supports',
    (name: string, what: string, actual: string) =>
      `${name}() only supports ${what} arguments (${actual} provided)`,
  ),
  expectsLiteral: message(
    'expects-literal',
    (name: string, kind: 'string' | 'int' | 'bool', actual: string, parameter?: string) => ({
      text: `${name}() expects a ${kind} literal (${actual} provided)`,
      hint: parameter === undefined ? undefined : `Use str(${parameter}) to treat ${parameter} as a string`,
    }),
  ),
  expectsStringFirst: message(
    'expects-string-first',
    (name: string) => `${name}() expects a string literal as the first argument`,
  ),
  invalidLiteral: message(
    'invalid-literal',
    (name: string, parameter: string) => `${name}: invalid ${parameter} value (must be non-negative literal)`,
  ),
  negativeLength: message(
    'negative-length',
    (name: string, length: bigint) => `${name} cannot use negative length (${length})`,
  ),
  unsafeFunction: message(
    'unsafe-function',
    (name: string) => `${name}() is unsafe. To use you need the --unsafe flag`,
  ),
  unsafeSystem: message(
    'unsafe-system',
    (name: string) => `${name}() is an unsafe function being used in safe mode`,
    { remedy: 'Start with --unsafe.' },
  ),
  notSupported: message('not-supported', (name: string) => `${name}() is not supported`, {
    cause: 'kscope knows the function, and that scripts use it, but can not do it.',
  }),
  builtinNotHere: message(
    'builtin-not-here',
    (name: string, provider: string) => `The ${name} builtin can not be used with '${provider}' probes`,
  ),
  functionNotHere: message(
    'function-not-here',
    (name: string, provider: string) => `${name} can not be used with "${provider}" probes`,
  ),
  functionOnlyIn: message(
    'function-only-in',
    (name: string, probes: string) => `The ${name} function can only be used with ${probes} probes`,
  ),
  builtinOnlyIn: message(
    'builtin-only-in',
    (name: string, probes: string) => `The ${name} builtin can only be used with ${probes} probes`,
  ),

  formatTooFew: message(
    'format-too-few',
    (supplied: number, expected: number) =>
      `not enough arguments for format string (${supplied} supplied, ${expected} expected)`,
  ),
  formatTooMany: message(
    'format-too-many',
    (supplied: number, expected: number) =>
      `too many arguments for format string (${supplied} supplied, ${expected} expected)`,
  ),
  formatSpecifier: message(
    'format-specifier',
    (specifier: string) => `unsupported format specifier: ${specifier}`,
  ),
  formatType: message(
    'format-type',
    (type: string, specifier: string) => `unsupported format specifier for type '${type}': ${specifier}`,
  ),
  formatNone: message(
    'format-none',
    (type: string, specifier: string) => `unable to print ${type} type for specifier: ${specifier}`,
  ),
  formatTooManySpecifiers: message(
    'format-too-many-specifiers',
    () => 'cannot use more than 3 conversion specifiers',
  ),
  debugfSpecifier: message(
    'debugf-specifier',
    (specifier: string) => `Invalid format specifier for \`debugf\`: ${specifier}`,
  ),
} as const;
