/** Types that do not fit. Every `type` argument is a type name as people see it, e.g. `string[6]`. */
import { message } from '../define.ts';

/** Tuples of operand types in messages: `int8` or `int8, string[2]`. */
const quotedOne = (types: readonly string[]) =>
  types.length === 1 ? `expressions of type '${types[0]}'` : `expressions of types ${types.join(', ')}`;

export const typeMessages = {
  assignMismatch: message(
    'assign-mismatch',
    (target: string, type: string, existing: string, what: 'variable' | 'map') =>
      `Type mismatch for ${target}: trying to assign value of type '${type}' when ${what} already has a type '${existing}'`,
    { cause: 'A variable or map has one type, joined from all values assigned to it in the program.' },
  ),
  keyMismatch: message(
    'key-mismatch',
    (map: string, actual: string, expected: string) =>
      `Argument mismatch for ${map}: trying to access with arguments: '${actual}' when map expects arguments: '${expected}'`,
    { cause: 'All keys of a map have the same number of parts with compatible types.' },
  ),
  operandMismatch: message(
    'operand-mismatch',
    (op: string, left: string, right: string) => `Type mismatch for '${op}': comparing ${left} with ${right}`,
  ),
  invalidOperand: message(
    'invalid-operand',
    (op: string, ...types: readonly string[]) => `The ${op} operator can not be used on ${quotedOne(types)}`,
  ),
  typeTooLarge: message(
    'type-too-large',
    (type: string, limit: number) => `The type ${type} is too large: values have at most ${limit} bytes`,
    { cause: 'The kernel has no map with larger values.' },
  ),
  branchMismatch: message(
    'branch-mismatch',
    (first: string, second: string) =>
      `Branches must return the same type or compatible types: have '${first}' and '${second}'`,
  ),
  invalidCondition: message('invalid-condition', (type: string) => `Invalid condition: ${type}`, {
    remedy: 'Compare the value with something, or cast an aggregate to an integer.',
  }),
  invalidDeclarationType: message(
    'invalid-declaration-type',
    (type: string) => `Invalid variable declaration type: ${type}`,
  ),
  invalidCast: message('invalid-cast', (from: string, to: string) => `Cannot cast from "${from}" to "${to}"`),
  invalidCCast: message('invalid-c-cast', (from: string) => `Cannot cast from C type "${from}"`),
  undeterminedArraySize: message('undetermined-array-size', () => 'Could not determine size of the array'),
  incompatibleElementSize: message(
    'incompatible-element-size',
    () => 'Cannot determine array size: the element size is incompatible with the cast integer size',
  ),
  unknownVariant: message(
    'unknown-variant',
    (name: string, value: bigint) => `Enum: ${name} doesn't contain a variant value of ${value}`,
  ),

  notAnArray: message(
    'not-an-array',
    (type: string) =>
      `The array index operator [] can only be used on arrays, pointers, and tuples, found ${type}.`,
  ),
  unsizedPointerIndex: message(
    'unsized-pointer-index',
    () => 'The array index operator [] cannot be used on a pointer to an unsized type (void *).',
  ),
  negativeIndex: message(
    'negative-index',
    (type: string) => `The array index operator [] only accepts non-negative integer indices. Got: ${type}`,
    { remedy: 'Cast the index to an unsigned type, e.g. `(uint64)$i`.' },
  ),
  indexOutOfBounds: message(
    'index-out-of-bounds',
    (index: bigint, size: number) => `the index ${index} is out of bounds for array of size ${size}`,
  ),
  arraySizeComparison: message(
    'array-size-comparison',
    () => 'Only arrays of same size support comparison operators.',
  ),
  arrayElementComparison: message(
    'array-element-comparison',
    () => 'Only arrays of same sized integer support comparison operators.',
  ),
  arrayOperator: message('array-operator', (op: string) => `The ${op} operator cannot be used on arrays.`),

  invalidTupleIndex: message(
    'invalid-tuple-index',
    (index: bigint, count: number) => `Invalid tuple index: ${index}. Found ${count} elements in tuple.`,
  ),
  nonLiteralTupleIndex: message(
    'non-literal-tuple-index',
    () => 'Array-style access for tuples only valid for integer literals',
  ),
  invalidIndexAccess: message(
    'invalid-index-access',
    (index: bigint, type: string) => `Can not access index '${index}' on expression of type '${type}'`,
  ),
  invalidFieldAccess: message(
    'invalid-field-access',
    (field: string, type: string) => `Can not access field '${field}' on expression of type '${type}'`,
  ),
  unknownRecordField: message(
    'unknown-record-field',
    (field: string) => `Record does not contain a field named '${field}'`,
  ),
  unknownField: message(
    'unknown-field',
    (type: string, field: string) =>
      `Struct/union of type '${type}' does not contain a field named '${field}'`,
  ),
  unknownOffsetField: message(
    'unknown-offset-field',
    (type: string, field: string) => `'${type}' has no field named '${field}'`,
  ),
  notACType: message('not-a-c-type', (type: string) => `'${type}' is not a C type.`),
  unknownParameter: message('unknown-parameter', (name: string) => `Can't find function parameter ${name}`),
  unknownArgsField: message('unknown-args-field', (name: string) => `Can't find a field ${name}`),
  notPrintable: message('not-printable', (type: string) => `${type} type passed to print() is not printable`),
  comptimeUnresolved: message('comptime-unresolved', () => 'Unable to resolve comptime expression', {
    cause: '`comptime` needs a value that is known before the program runs.',
  }),
  foldOverflow: message('fold-overflow', () => 'unable to fold literals due to overflow or underflow'),
  negativeUnderflow: message('negative-underflow', () => 'negative value will underflow'),
  stringTooLong: message(
    'string-too-long',
    (limit: number, text: string) => `String is too long (over ${limit} bytes): ${text}`,
    { remedy: 'Raise max_strlen in a config block.' },
  ),
} as const;

/** Notes for the two sides of a binary operator. */
export const operandNotes = {
  left: (type: string) => `left (${type})`,
  right: (type: string) => `right (${type})`,
} as const;
