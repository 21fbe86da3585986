/**
 * What string functions accept: strings, arrays of characters and pointers to characters. All become a string, which
 * is zero from its NUL on (see 4-lower/strings.ts); an array is read like memory, since nothing says what follows
 * its NUL.
 */
import type { Type } from '../../../../program/types.ts';
import type { Checker } from '../../../3-check/checker.ts';
import { convert } from '../../../3-check/convert.ts';
import { int8 } from '../../../3-check/type-rules.ts';
import type { TypedExpression } from '../../../3-check/typed.ts';
import type { Message } from '../../../messages/diagnostic.ts';
import { messages } from '../../../messages/messages.ts';
import type { CallSite } from '../../entry.ts';
import { str } from '../str.ts';

/** The argument as a string; undefined, and reported, when it is nothing like one. */
export function asString(
  checker: Checker,
  call: CallSite,
  argument: TypedExpression,
): TypedExpression | undefined {
  const { type } = argument;
  if (type.kind === 'string') return argument;
  const problem = problemOf(type);
  if (problem !== undefined) {
    checker.error(call.span, problem);
    return undefined;
  }
  if (type.kind === 'array') return read(convert(argument, bpfCharacters), type.length + 1, call);
  if (type.kind === 'pointer' && type.space === 'unknown')
    checker.warning(undefined, messages.addressSpaceUnset());
  return read(argument, checker.program.config.max_strlen, call);
}

const bpfCharacters: Type = { kind: 'pointer', to: int8, space: 'kernel' };

function read(pointer: TypedExpression, size: number, { span }: CallSite): TypedExpression {
  return { op: 'call', type: { kind: 'string', size }, entry: str, args: [pointer], data: undefined, span };
}

function problemOf(type: Type): Message | undefined {
  if (type.kind === 'array') return isCharacter(type.element) ? undefined : messages.strlenPointer();
  if (type.kind !== 'pointer') return messages.strlenArgument();
  const { to } = type;
  return to.kind === 'void' || (to.kind !== 'named' && isCharacter(to))
    ? undefined
    : messages.strlenPointer();
}

function isCharacter(type: Type): boolean {
  return type.kind === 'int' && type.size === 1;
}
