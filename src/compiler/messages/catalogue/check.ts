/** Messages of the checker: names, types, operators, control flow. Types are printed as part 3.1 of the language says. */
import { typeName } from '../../../program/layout.ts';
import type { NamedType, Type } from '../../../program/types.ts';
import { message } from '../define.ts';
import { didYouMeanHint } from '../did-you-mean.ts';

const t = (type: Type | NamedType): string => typeName(type);
/** Types of operands as they are listed in operator errors. */
const pair = (a: Type, b: Type): string => `${t(a)}, ${t(b)}`;

export const nameMessages = {
  unknownIdentifier: message('unknown-identifier', (name: string) => `Unknown identifier: '${name}'`, {
    cause: 'The word is no builtin, no enum constant and no macro.',
    remedy: 'Strings need double quotes, variables a `$`, maps an `@`.',
  }),
  unknownFunction: message('unknown-function', (name: string) => `Unknown function: '${name}'`),
  undefinedVariable: message(
    'undefined-variable',
    (name: string) => `Undefined or undeclared variable: $${name}`,
    {
      cause: 'A variable is known from its first assignment to the end of the block that it was made in.',
      remedy: 'Assign it, or declare it with `let` in an outer block.',
    },
  ),
  undefinedMap: message('undefined-map', (name: string) => `Undefined map: ${name}`, {
    cause: 'The map is read but never assigned anywhere in the program.',
  }),
  unusedMap: message('unused-map', (name: string) => `Unused map: ${name}`),
  usedBeforeAssigned: message(
    'used-before-assigned',
    (name: string) => `Variable used before it was assigned: $${name}`,
  ),
  neverAssigned: message('never-assigned', (name: string) => `Variable $${name} was never assigned to.`),
  unresolvedVariableType: message(
    'unresolved-variable-type',
    () => 'Could not resolve the type of this variable',
  ),
  alreadyDeclared: message(
    'already-declared',
    (name: string) => `Variable $${name} was already declared. Variable shadowing is not allowed.`,
  ),
  initialDeclaration: message('initial-declaration', () => 'This is the initial declaration.'),
  initialAssignment: message('initial-assignment', () => 'This is the initial assignment.'),
  loopShadows: message(
    'loop-shadows',
    (name: string) => `Loop declaration shadows existing variable: $${name}`,
  ),
  unknownType: message('unknown-type', (name: string) => `Cannot resolve unknown type "${name}"`),
  unknownEnum: message('unknown-enum', (name: string) => `Unknown enum: ${name}`),
  unknownStruct: message('unknown-struct', (name: string) => `Unknown struct/union: '${name}'`),
  noSuchVariant: message(
    'no-such-variant',
    (name: string, value: bigint) => `Enum: ${name} doesn't contain a variant value of ${value}`,
  ),
  importInBlock: message(
    'import-in-block',
    () =>
      'Import statements that are not at the top level are primarily for the standard library. If this is functionality you need, please file an issue to explain why.',
  ),
  addressSpaceNotSet: message('address-space-not-set', () => 'Addrspace is not set', {
    cause: 'In this kind of probe a pointer may lead to the kernel or to the process.',
    remedy: 'Say which with kptr(p) or uptr(p).',
  }),
};

export const typeMessages = {
  assignMismatch: message(
    'assign-mismatch',
    (name: string, from: Type, to: Type) =>
      `Type mismatch for ${name}: trying to assign value of type '${t(from)}' when ${name.startsWith('@') ? 'map' : 'variable'} already has a type '${t(to)}'`,
  ),
  keyMismatch: message(
    'key-mismatch',
    (name: string, from: Type, to: Type) =>
      `Argument mismatch for ${name}: trying to access with arguments: '${t(from)}' when map expects arguments: '${t(to)}'`,
  ),
  keyedAfterScalar: message(
    'keyed-after-scalar',
    (name: string) =>
      `${name} used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)`,
  ),
  scalarAfterKeyed: message(
    'scalar-after-keyed',
    (name: string) =>
      `${name} used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)`,
  ),
  contextInKey: message('context-in-key', () => 'context cannot be part of a map key'),
  invalidKeyType: message('invalid-key-type', (type: Type) => `Invalid map key type: ${t(type)}`),
  unusableKey: message('unusable-key', (type: Type) => `${t(type)} cannot be part of a map key`),
  aggregateInTuple: message(
    'aggregate-in-tuple',
    (type: Type) => `Map type ${t(type)} cannot exist inside a tuple.`,
  ),
  notStorable: message('not-storable', (type: Type) => `A value of type ${t(type)} cannot be stored.`),
  notForVariable: message(
    'not-for-variable',
    (type: Type) => `Value '${t(type)}' cannot be assigned to a scratch variable.`,
  ),
  notForMap: message('not-for-map', (type: Type) => `Value '${t(type)}' cannot be assigned to a map.`),
  aggregateCopied: message('aggregate-copied', (name: string, type: Type, scalar: boolean) => {
    const argument = type.kind === 'count' ? '' : 'retval';
    const target = scalar ? name : name;
    return {
      text: `Map value '${t(type)}' cannot be assigned from one map to another. The function that returns this type must be called directly e.g. \`${target} = ${type.kind}(${argument});\`.`,
      hint: ['hist', 'lhist', 'tseries', 'stats'].includes(type.kind)
        ? undefined
        : `Add a cast to integer if you want the value of the aggregate, e.g. \`${target} = (int64)@m;\`.`,
    };
  }),
  mustBeAssignedToMap: message(
    'must-be-assigned-to-map',
    (name: string) => `${name}() must be assigned directly to a map`,
  ),
  differentAggregateArguments: message('different-aggregate-arguments', (type: Type) => {
    if (type.kind === 'hist') return 'Different bits in a single hist unsupported';
    return `Different ${type.kind} bounds in a single map unsupported`;
  }),
  invalidDeclarationType: message(
    'invalid-declaration-type',
    (type: Type) => `Invalid variable declaration type: ${t(type)}`,
  ),
  operandMismatch: message(
    'operand-mismatch',
    (op: string, a: Type, b: Type) => `Type mismatch for '${op}': comparing ${t(a)} with ${t(b)}`,
  ),
  leftOperand: message('left-operand', (type: Type | NamedType) => `left (${t(type)})`),
  rightOperand: message('right-operand', (type: Type | NamedType) => `right (${t(type)})`),
  operatorNotForTypes: message(
    'operator-not-for-types',
    (op: string, a: Type, b: Type) =>
      `The ${op} operator can not be used on expressions of types ${pair(a, b)}`,
  ),
  operatorNotForType: message(
    'operator-not-for-type',
    (op: string, type: Type) => `The ${op} operator can not be used on expressions of type '${t(type)}'`,
  ),
  operatorNotForArrays: message(
    'operator-not-for-arrays',
    (op: string) => `The ${op} operator cannot be used on arrays.`,
  ),
  arraySizesDiffer: message(
    'array-sizes-differ',
    () => 'Only arrays of same size support comparison operators.',
  ),
  arrayElementsDiffer: message(
    'array-elements-differ',
    () => 'Only arrays of same sized integer support comparison operators.',
  ),
  distinctPointers: message(
    'distinct-pointers',
    (a: Extract<Type, { kind: 'pointer' }>, b: Extract<Type, { kind: 'pointer' }>) =>
      `comparison of distinct pointer types: ${t(a.to)}, ${t(b.to)}`,
  ),
  signedDivision: message(
    'signed-division',
    (op: string) =>
      `signed operands for '${op}' can lead to undefined behavior (cast to unsigned to silence warning)`,
  ),
  implicitCast: message(
    'implicit-cast',
    (from: Type, to: Type) =>
      `Expression of type: ${t(from)} being cast to type: ${t(to)}. This may cause unexpected results. Use an explicit cast to suppress this warning.`,
  ),
  foldOverflow: message('fold-overflow', () => 'unable to fold literals due to overflow or underflow'),
  negativeUnderflow: message('negative-underflow', () => 'negative value will underflow'),
  branchMismatch: message(
    'branch-mismatch',
    (a: Type, b: Type) =>
      `Branches must return the same type or compatible types: have '${t(a)}' and '${t(b)}'`,
  ),
  invalidCondition: message('invalid-condition', (type: Type) => `Invalid condition: ${t(type)}`),
  cannotCast: message('cannot-cast', (from: Type, to: Type) => `Cannot cast from "${t(from)}" to "${t(to)}"`),
  unnecessaryCast: message(
    'unnecessary-cast',
    (type: Type) => `Unnecessary cast: expression is already of type ${t(type)}`,
  ),
  arraySizeUnknown: message('array-size-unknown', () => 'Could not determine size of the array'),
  arraySizeIncompatible: message(
    'array-size-incompatible',
    () => 'Cannot determine array size: the element size is incompatible with the cast integer size',
  ),
  noFieldOnType: message(
    'no-field-on-type',
    (name: string, type: Type) => `Can not access field '${name}' on expression of type '${t(type)}'`,
  ),
  noIndexOnType: message(
    'no-index-on-type',
    (index: bigint, type: Type) => `Can not access index '${index}' on expression of type '${t(type)}'`,
  ),
  noSuchField: message(
    'no-such-field',
    (type: Type | NamedType, name: string, known: Iterable<string> = []) => ({
      text: `Struct/union of type '${t(type)}' does not contain a field named '${name}'`,
      hint: didYouMeanHint(name, known),
    }),
  ),
  noNamedField: message(
    'no-named-field',
    (type: Type, name: string) => `'${t(type)}' has no field named '${name}'`,
  ),
  notCType: message('not-c-type', (type: Type) => `'${t(type)}' is not a C type.`),
  noSuchRecordField: message(
    'no-such-record-field',
    (name: string) => `Record does not contain a field named '${name}'`,
  ),
  invalidTupleIndex: message(
    'invalid-tuple-index',
    (index: bigint, count: number) => `Invalid tuple index: ${index}. Found ${count} elements in tuple.`,
  ),
  tupleIndexNotLiteral: message(
    'tuple-index-not-literal',
    () => 'Array-style access for tuples only valid for integer literals',
  ),
  indexNotInteger: message(
    'index-not-integer',
    (type: Type) => `The array index operator [] only accepts non-negative integer indices. Got: ${t(type)}`,
  ),
  indexOutOfBounds: message(
    'index-out-of-bounds',
    (index: bigint, length: number) => `the index ${index} is out of bounds for array of size ${length}`,
  ),
  indexOfVoidPointer: message(
    'index-of-void-pointer',
    () => 'The array index operator [] cannot be used on a pointer to an unsized type (void *).',
  ),
  notIndexable: message(
    'not-indexable',
    (type: Type) =>
      `The array index operator [] can only be used on arrays, pointers, and tuples, found ${t(type)}.`,
  ),
  stringTooLong: message(
    'string-too-long',
    (limit: number, value: string) => `String is too long (over ${limit} bytes): ${value}`,
  ),
  typeofArgument: message(
    'typeof-argument',
    () =>
      'When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter',
  ),
  unstableFeature: message(
    'unstable-feature',
    (feature: string, key: string) =>
      `${feature} feature is not enabled by default. To enable this unstable feature, set the config flag to enable. ${key}=enable`,
  ),
  comptimeUnresolved: message('comptime-unresolved', () => 'Unable to resolve comptime expression'),
};

export const controlMessages = {
  jumpOutsideLoop: message(
    'jump-outside-loop',
    (kind: string) => `'${kind}' statement is not allowed in a probe`,
  ),
  returnNotInteger: message(
    'return-not-integer',
    (type: Type) => `Probe return values can only be integers. Found ${t(type)}`,
  ),
  unreachableStatement: message('unreachable-statement', () => 'Unreachable statement.'),
  returnValueDiscarded: message('return-value-discarded', () => 'Return value discarded.'),
  whileDeprecated: message('while-deprecated', () => ({
    text: 'While loops are deprecated and may be removed in the future.',
    hint: 'Use a for-loop over a range instead, e.g. `for $i : 0..10 { … }`',
  })),
  invalidUnroll: message('invalid-unroll', () => 'invalid unroll value'),
  unrollMinimum: message('unroll-minimum', () => 'unroll minimum value is 1'),
  unrollMaximum: message('unroll-maximum', () => 'unroll maximum value is 100'),
  rangeNotInteger: message(
    'range-not-integer',
    (which: 'start' | 'end') => `Loop range requires an integer for the ${which} value`,
  ),
  scalarNotIterable: message(
    'scalar-not-iterable',
    (name: string) => `${name} has no explicit keys (scalar map), and cannot be used for iteration`,
  ),
  loopOverAggregate: message(
    'loop-over-aggregate',
    (type: Type) => `Loop expression does not support type: ${t(type)}`,
  ),
  notInForLoop: message('not-in-for-loop', (what: string) => `${what} is not allowed in a for-loop`),
};
