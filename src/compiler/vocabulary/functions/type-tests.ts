/** `is_str` and its kin: questions about types, answered when the program is compiled; `is_err` asks of a value. */
import type { Type } from '../../../program/types.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { boolType, uint64 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made, truth } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';

function typeTest(name: string, holds: (argument: TypedExpression) => boolean): FunctionEntry {
  return {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const [argument] = checkArguments(checker, call.args) ?? [];
      return argument === undefined ? failed(call) : truth(call, holds(argument));
    },
  };
}

const ofKind =
  (kind: Type['kind']) =>
  ({ type }: TypedExpression) =>
    type.kind === kind;

/** IS_ERR() of the kernel: errors are the last 4095 addresses. */
const lowestError = -4095n;

const isErr: FunctionEntry = {
  name: 'is_err',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [pointer] = checkArguments(checker, call.args) ?? [];
    if (pointer === undefined) return failed(call);
    if (pointer.type.kind !== 'pointer' && integerTypeOf(pointer.type) === undefined)
      return checker.fail(
        call.span,
        messages.onlySupports('is_err', 'integer or pointer', kindName(pointer.type)),
      );
    return made(isErr, call, boolType, [convert(pointer, uint64)]);
  },
  lower: (l, { args }) => l.b.compare('ge', l.value(args[0]!), lowestError),
};

export const typeTests: readonly FunctionEntry[] = [
  typeTest('is_array', ofKind('array')),
  typeTest('is_integer', ofKind('int')),
  typeTest(
    'is_literal',
    (e) => (e.op === 'constant' || e.op === 'string') && (e.op === 'string' || e.literal),
  ),
  typeTest('is_ptr', ofKind('pointer')),
  typeTest('is_str', ofKind('string')),
  typeTest('is_unsigned_integer', ({ type }) => type.kind === 'int' && !type.signed),
  isErr,
];
