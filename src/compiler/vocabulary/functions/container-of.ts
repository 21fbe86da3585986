/** `container_of(pointer, typeof(T), member)`: from a member to what it is part of. */

import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert } from '../../3-check/convert.ts';
import { int64 } from '../../3-check/type-rules.ts';
import { typeOfOperand } from '../../3-check/type-syntax.ts';
import type { Expression } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, constant, failed, kindName } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';

export const containerOf: FunctionEntry = {
  name: 'container_of',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 3)) return failed(call);
    const [pointer] = checkArguments(checker, call.args.slice(0, 1)) ?? [];
    if (pointer === undefined) return failed(call);
    if (pointer.type.kind !== 'pointer')
      return checker.fail(
        call.span,
        messages.onlySupports('container_of', 'pointer', kindName(pointer.type)),
      );
    const outer = outerType(checker, call);
    const path = memberPath(call.args[2]!);
    const offset = outer && path && offsetOf(checker, call, outer, path);
    if (outer?.kind !== 'struct' || offset === undefined) return failed(call);
    const { space } = pointer.type;
    const to = outer.btfId === undefined ? outer : (checker.types.find(outer.tag, outer.name) ?? outer);
    const type: Type = { kind: 'pointer', to, space };
    return {
      op: 'pointer-offset',
      type,
      pointer: convert(pointer, type),
      index: constant(call, int64, BigInt(offset)),
      scale: 1,
      subtract: true,
      span: call.span,
    };
  },
};

function outerType(checker: Checker, call: CallSite): Type | undefined {
  const written = call.args[1]!;
  if (written.kind === 'typeof') return typeOfOperand(checker, written.of);
  checker.error(call.span, messages.containerType());
  return undefined;
}

/** `q`, `in.q` */
function memberPath(member: Expression): readonly string[] | undefined {
  if (member.kind === 'identifier') return [member.name];
  if (member.kind !== 'field') return undefined;
  const outer = memberPath(member.object);
  return outer && [...outer, member.name];
}

function offsetOf(
  checker: Checker,
  call: CallSite,
  outer: Type,
  path: readonly string[],
): number | undefined {
  let type = outer;
  let offset = 0;
  for (const name of path) {
    const member = type.kind === 'struct' ? checker.types.member(type, name, checker.space) : undefined;
    if (member === undefined) {
      const problem =
        type.kind === 'struct'
          ? messages.unknownOffsetField(typeName(type), name)
          : messages.notACType(typeName(type));
      checker.error(call.span, problem);
      return undefined;
    }
    offset += member.offset;
    type = member.type;
  }
  return offset;
}
