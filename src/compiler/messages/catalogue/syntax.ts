/** Messages of the parser. Every text begins with `syntax: `, but for those about attach point words. */
import { message } from '../define.ts';

export const syntaxMessages = {
  expectedToken: message('expected-token', (token: string) => `syntax: expected '${token}'`, {
    cause: 'Something is missing before the marked place, often a semicolon or a closing bracket.',
    remedy: 'Add the missing character. Statements are separated by semicolons; a closing brace needs none.',
  }),
  expectedExpression: message('expected-expression', () => 'syntax: expected expression', {
    cause:
      'A value was needed here. A lone `;`, a trailing comma in a call and character literals are not values.',
    remedy: 'Write the value, or remove the operator or comma before it.',
  }),
  expectedIdentifier: message('expected-identifier', () => 'syntax: expected identifier'),
  expectedIdentifierAfterDollar: message(
    'expected-identifier-after-dollar',
    () => "syntax: expected identifier after '$'",
    { cause: 'A `$` begins a variable, a positional parameter (`$1`) or `$#`.' },
  ),
  expectedType: message('expected-type', () => 'syntax: expected type'),
  expectedString: message('expected-string', () => 'syntax: expected string'),
  expectedMap: message('expected-map', () => "syntax: expected map after 'let'", {
    cause: 'Outside of probes `let` declares a map with its kind and size.',
    remedy: 'Write for example `let @a = hash(1000);`.',
  }),
  expectedVariableAfterLet: message(
    'expected-variable-after-let',
    () => "syntax: expected variable after 'let'",
    {
      cause: 'Inside a block `let` declares scratch variables only; maps are global.',
      remedy: 'Use a `$variable`, or declare the map outside of all probes.',
    },
  ),
  expectedVariable: message('expected-variable', () => 'syntax: expected variable'),
  expectedAfterElse: message('expected-after-else', () => "syntax: expected '{' or 'if' after 'else'"),
  expectedMapOrRange: message('expected-map-or-range', () => 'syntax: expected map or range in for loop', {
    remedy: 'Loop over a map (`for $kv : @m`) or over a range of simple values (`for $i : 0..10`).',
  }),
  expectedConfigValue: message(
    'expected-config-value',
    () => 'syntax: expected string, int, boolean, or ident',
  ),
  expectedMaxEntries: message(
    'expected-max-entries',
    () => 'syntax: expected positive integer for map declaration max entries',
  ),
  expectedAttachPoint: message('expected-attach-point', () => 'syntax: expected attach point', {
    remedy: 'Begin each probe with what it is attached to, e.g. `interval:s:1 { … }`.',
  }),
  expectedMacroParameter: message(
    'expected-macro-parameter',
    () => 'syntax: expected variable, map or identifier as macro parameter',
  ),
  builtinMacroParameter: message(
    'builtin-macro-parameter',
    (name: string) => `syntax: builtin '${name}' can not be used as a macro parameter`,
  ),
  unexpectedInput: message('unexpected-input', () => 'syntax: unexpected input in block'),
  unterminatedComment: message('unterminated-comment', () => 'syntax: unterminated comment'),
  unterminatedDefinition: message('unterminated-definition', () => 'syntax: unterminated C definition'),
  nestedTooDeeply: message('nested-too-deeply', () => 'syntax: expression is nested too deeply', {
    cause: 'The compiler follows at most a fixed depth of nested expressions and blocks.',
    remedy: 'Store parts of the expression in variables.',
  }),

  duplicateConfig: message('duplicate-config', () => 'syntax: duplicate config block'),
  lateConfig: message('late-config', () => 'syntax: config must appear before probes and functions'),

  immutable: message(
    'immutable-aggregate',
    () =>
      'syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.',
  ),
  invalidAssignmentTarget: message('invalid-assignment-target', () => 'syntax: invalid assignment target', {
    remedy: 'Assign to a `$variable`, to a map `@m`, or to a map element `@m[key]`.',
  }),
  invalidUpdate: message('invalid-update', () => 'syntax: increment/decrement requires a variable or map'),
  invalidAddressOf: message(
    'invalid-address-of',
    () => 'syntax: address-of operator (&) can only be used on a map or variable',
  ),
  duplicateField: message(
    'duplicate-field',
    (name: string) => `syntax: Named argument list already contains name: ${name}`,
  ),
  parameterRange: message(
    'parameter-range',
    (text: string) => `syntax: param ${text} is out of integer range [1, 9223372036854775807]`,
  ),
  parameterTrailing: message(
    'parameter-trailing',
    (character: string) =>
      `invalid trailing character for positional param: ${character}. Try quoting this entire part if this is intentional e.g. "$${character}".`,
  ),
} as const;
