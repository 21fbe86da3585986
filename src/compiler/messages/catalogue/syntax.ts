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
  expectedImportPath: message('expected-import-path', () => "syntax: expected string after 'import'"),
  expectedAfterImport: message('expected-after-import', () => "syntax: expected ';' after import"),
  expectedMapDeclaration: message(
    'expected-map-declaration',
    () => 'syntax: root-level let statements need to be map declarations, e.g. let @a = hash(2);',
    { cause: 'Outside of probes `let` declares a map with its kind and size.' },
  ),
  expectedVariableAfterLet: message(
    'expected-variable-after-let',
    () => "syntax: expected variable after 'let'",
    {
      cause: 'Inside a block `let` declares scratch variables only; maps are global.',
      remedy: 'Use a `$variable`, or declare the map outside of all probes.',
    },
  ),
  expectedVariable: message('expected-variable', () => 'syntax: expected variable'),
  expectedSubprogramParameter: message(
    'expected-subprogram-parameter',
    () => 'syntax: expected variable in function argument',
    { remedy: 'Write each argument with its type: `fn f($a : int64, $b : uint32) : int64 { … }`.' },
  ),
  expectedFunctionName: message('expected-function-name', () => 'syntax: expected function name'),
  expectedMacroName: message('expected-macro-name', () => 'syntax: expected macro name'),
  expectedConfigKey: message('expected-config-key', () => 'syntax: expected config key'),
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
    () => 'syntax: expected macro argument ($var, @map, or identifier)',
  ),
  builtinMacroParameter: message(
    'builtin-macro-parameter',
    (name: string) => `syntax: builtin '${name}' can't be used as a macro argument`,
  ),
  unclosedPredicate: message('unclosed-predicate', () => "syntax: expected '/' to close predicate", {
    cause: 'A predicate stands between two slashes: `kprobe:f /pid == 7/ { … }`.',
  }),
  unexpectedInput: message('unexpected-input', () => 'syntax: unexpected input'),
  unexpectedInputInBlock: message('unexpected-input-in-block', () => 'syntax: unexpected input in block'),
  malformedAttribute: message(
    'malformed-attribute',
    () => "syntax: __attribute__ syntax error, expected '(('",
  ),
  unterminatedComment: message('unterminated-comment', () => 'syntax: unterminated comment'),
  unterminatedDefinition: message('unterminated-definition', () => 'syntax: unterminated C definition'),
  nestedTooDeeply: message('nested-too-deeply', () => 'syntax: expression is nested too deeply', {
    cause: 'The compiler follows at most a fixed depth of nested expressions and blocks.',
    remedy: 'Store parts of the expression in variables.',
  }),

  duplicateConfig: message('duplicate-config', () => 'syntax: duplicate config block'),
  lateConfig: message('late-config', () => 'syntax: config must appear before probes and functions'),
  lateImport: message('late-import', () => 'syntax: root imports must appear before probes and functions'),
  lateDefinition: message(
    'late-definition',
    () => 'syntax: C definitions must appear before probes and functions',
  ),

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
