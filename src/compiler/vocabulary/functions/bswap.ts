/** `bswap(n)`: the bytes of an integer in reverse, unsigned and as wide as before. */
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { intType } from '../../3-check/type-rules.ts';
import { scalarSize } from '../../4-lower/scalars.ts';
import type { UnaryOp } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, constant, failed, kindName, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';

function reversed(value: bigint, size: number): bigint {
  let result = 0n;
  for (let i = 0; i < size; i++) result = (result << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return result;
}

export const bswap: FunctionEntry = {
  name: 'bswap',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [argument] = checkArguments(checker, call.args) ?? [];
    if (argument === undefined) return failed(call);
    const integer = argument.type.kind === 'bool' ? undefined : integerTypeOf(argument.type);
    if (integer === undefined)
      return checker.fail(call.span, messages.onlySupports('bswap', 'integer', kindName(argument.type)));
    const type = intType(integer.size, false);
    if (argument.op === 'constant') return constant(call, type, reversed(argument.value, type.size));
    return made(bswap, call, type, [convert(argument, type)]);
  },
  lower(l, { args, type }) {
    const value = l.value(args[0]!);
    const size = scalarSize(type);
    return size === 1 ? value : l.b.unary(`bswap${size * 8}` as UnaryOp, value);
  },
};
