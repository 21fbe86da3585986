/** Names that stand for nothing, declarations and scope. */
import { message } from '../define.ts';

export const nameMessages = {
  unknownFunction: message('unknown-function', (name: string) => `Unknown function: '${name}'`, {
    cause: 'No function or macro has this name; function-like C macros can not be called either.',
    remedy: 'Check the spelling, or define a macro of this name.',
  }),
  unknownIdentifier: message('unknown-identifier', (name: string) => `Unknown identifier: '${name}'`, {
    cause:
      'A bare word must be a builtin, a macro, a C macro or an enum constant. Functions need parentheses.',
  }),
  undefinedVariable: message(
    'undefined-variable',
    (name: string) => `Undefined or undeclared variable: ${name}`,
    {
      cause: 'Variables live in the block where they are first assigned.',
      remedy: 'Declare it with `let` in the enclosing block before it is used.',
    },
  ),
  undefinedMap: message('undefined-map', (name: string) => `Undefined map: ${name}`, {
    cause: 'Nothing in the program ever assigns this map.',
  }),
  variableShadowed: message(
    'variable-shadowed',
    (name: string) => `Variable ${name} was already declared. Variable shadowing is not allowed.`,
    { remedy: 'Use another name, or assign to the variable without `let`.' },
  ),
  loopShadows: message(
    'loop-shadows',
    (name: string) => `Loop declaration shadows existing variable: ${name}`,
  ),
  unresolvedType: message('unresolved-type', () => 'Could not resolve the type of this variable', {
    cause: 'The variable is declared without a type and never assigned a value that has one.',
  }),
  unknownType: message('unknown-type', (type: string) => `Cannot resolve unknown type "${type}"`, {
    remedy: 'Check the spelling; kernel types need `struct` or `union` before their name.',
  }),
  unknownEnum: message('unknown-enum', (name: string) => `Unknown enum: ${name}`),
  unknownStruct: message('unknown-struct', (name: string) => `Unknown struct/union: '${name}'`),
  invalidMapType: message('invalid-map-type', (type: string) => ({
    text: `Invalid bpf map type: ${type}`,
    hint: 'Valid map types: percpulruhash, percpuhash, lruhash, hash',
  })),
  incompatibleMapTypes: message(
    'incompatible-map-types',
    (declared: string, used: string) =>
      `Incompatible map types. Type from declaration: ${declared}. Type from value/key type: ${used}`,
    { remedy: 'Declare maps of aggregates (count, sum, hist …) with a percpu kind, others without.' },
  ),
  redefinedTest: message(
    'redefined-test',
    (name: string, kind: 'TEST' | 'BENCH') =>
      `"${name}" was used as the name for more than one ${kind} probe`,
  ),
} as const;

/** Texts of notes that go with messages about names. */
export const declarationNotes = {
  declaration: 'This is the initial declaration.',
  assignment: 'This is the initial assignment.',
  otherInstance: 'this is the other instance',
} as const;
