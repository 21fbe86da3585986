/** `strlen` and `strcap`: how long a string is, and how long it could be. */
import { sizeOf } from '../../../../program/layout.ts';
import { uint64 } from '../../../3-check/type-rules.ts';
import type { TypedExpression } from '../../../3-check/typed.ts';
import { copyText, writeTail } from '../../../4-lower/events.ts';
import type { Lowering } from '../../../4-lower/lowering.ts';
import type { ValueId } from '../../../ir.ts';
import { checkArguments, checkArity, constant, failed, made } from '../../call.ts';
import type { FunctionEntry } from '../../entry.ts';
import { asString } from './string-like.ts';

/** The literal's bytes up to its NUL, as a program would count them. */
export function literalText({ value }: Extract<TypedExpression, { op: 'string' }>): string {
  const end = value.indexOf('\0');
  return end < 0 ? value : value.slice(0, end);
}

const strlen: FunctionEntry = {
  name: 'strlen',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [argument] = checkArguments(checker, call.args) ?? [];
    const string = argument && asString(checker, call, argument);
    if (string === undefined) return failed(call);
    if (string.op === 'string') return constant(call, uint64, BigInt(literalText(string).length));
    return made(strlen, call, uint64, [string]);
  },
  lower: (l, { args }) => l.withTemporaries(() => lengthOf(l, args[0]!)),
};

/** A string that fills its place has no NUL: whoever copies it as a string drops its last byte. */
function lengthOf(l: Lowering, string: TypedExpression): ValueId {
  const size = sizeOf(string.type);
  const copy = l.scratch(size);
  const isRead = string.op === 'call' && string.entry.lowerTail !== undefined;
  if (isRead) return writeTail(l, string, l.address(copy));
  const place = l.place(string);
  const length = l.b.variable(copyText(l, place, l.address(copy), size));
  const last = l.b.load(1, place.base, place.offset + size - 1);
  l.when('ne', last, 0n, () => l.b.write(length, BigInt(size)));
  return l.b.read(length);
}

const strcap: FunctionEntry = {
  name: 'strcap',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [argument] = checkArguments(checker, call.args) ?? [];
    if (argument === undefined) return failed(call);
    if (argument.type.kind === 'string') return constant(call, uint64, BigInt(argument.type.size));
    if (argument.type.kind === 'array') return constant(call, uint64, BigInt(argument.type.length));
    // All that is known of what a pointer leads to is where it ends.
    return strlen.check(checker, call);
  },
};

export const lengthFunctions: readonly FunctionEntry[] = [strlen, strcap];
