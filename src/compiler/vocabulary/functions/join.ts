/**
 * `join(argv[, separator])`: the strings of an array of pointers that ends with a null pointer, at most 16 of them
 * and 1024 bytes in all, sent one after the other behind the fixed part of the record (see RecordField.tail).
 */
import type { AddressSpace } from '../../../program/types.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { int8, voidType } from '../../3-check/type-rules.ts';
import { readHelper } from '../../4-lower/dereference.ts';
import { lengthOfRead } from '../../4-lower/events.ts';
import { callReader } from '../../4-lower/failures.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import type { Place } from '../../4-lower/place.ts';
import { layOutRecord } from '../../4-lower/program-builder.ts';
import { readStringHelper } from '../../4-lower/strings.ts';
import type { BlockId, ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, literalString, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';

const mostStrings = 16;
const mostBytes = 1024;

export const join: FunctionEntry = {
  name: 'join',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const [argv] = checkArguments(checker, call.args.slice(0, 1)) ?? [];
    const separator = call.args.length === 2 ? literalString(checker, call, call.args[1]) : ' ';
    if (argv === undefined || separator === undefined) return failed(call);
    const { type } = argv;
    if (type.kind !== 'pointer' && integerTypeOf(type) === undefined)
      return checker.fail(call.span, messages.onlySupports('join', 'int or pointer', kindName(type)));
    const space = type.kind === 'pointer' ? type.space : checker.space;
    if (space === 'unknown') checker.warning(undefined, messages.addressSpaceUnset());
    return made(join, call, voidType, [convert(argv, { kind: 'pointer', to: int8, space })], separator);
  },
  lower(l, { args, data, span }) {
    const strings = Array.from({ length: mostStrings }, () => ({
      kind: 'string' as const,
      size: mostBytes + 1,
    }));
    const { fields, fixedSize } = layOutRecord(strings, mostBytes);
    const id = l.program.event({ action: 'join', separator: data as string }, fields, fixedSize, span);
    const { type } = args[0]!;
    const space = type.kind === 'pointer' ? type.space : 'unknown';
    l.withTemporaries(() => {
      // A string may begin at the last byte and takes the room of a whole one.
      const place = l.scratch(fixedSize + 2 * mostBytes);
      l.b.store(8, place.base, place.offset, BigInt(id));
      for (const { offset } of fields) l.b.store(4, place.base, place.offset + offset, 0n);
      const end = readAll(l, l.value(args[0]!), space, place, fixedSize, fields);
      const ring = l.b.map(l.program.ring);
      const lost = l.b.call(helpers.ringbufOutput, [ring, l.address(place), end, 0n]);
      l.when('ne', lost, 0n, () => l.countLoss('ringBufferFull'));
    });
    return l.b.const(0n);
  },
};

/** Gives where the last string ends. */
function readAll(
  l: Lowering,
  argv: ValueId,
  space: AddressSpace,
  place: Place,
  fixedSize: number,
  fields: readonly { readonly offset: number }[],
): ValueId {
  const used = l.b.variable(0n);
  const done = l.b.block();
  const pointer = l.temporary(8);
  for (const [index, { offset }] of fields.entries()) {
    const from = l.b.binary('add', argv, BigInt(8 * index));
    callReader(l, readHelper(space), [l.address(pointer), 8n, from]);
    const string = l.b.load(8, pointer.base, pointer.offset);
    leaveIf(l, 'eq', string, 0n, done);
    const left = l.b.binary('sub', BigInt(mostBytes), l.b.read(used));
    leaveIf(l, 'gt', l.b.binary('sub', left, 1n), BigInt(mostBytes - 1), done);
    const start = l.b.binary('add', l.b.binary('add', l.address(place), BigInt(fixedSize)), l.b.read(used));
    const read = callReader(l, readStringHelper(space), [start, left, string]);
    const length = lengthOfRead(l, read, mostBytes);
    l.b.store(4, place.base, place.offset + offset, length);
    l.b.write(used, l.b.binary('add', l.b.read(used), length));
    leaveIf(l, 'gt', l.b.read(used), BigInt(mostBytes - 1), done);
  }
  l.b.jump(done);
  l.b.switchTo(done);
  return l.b.binary('add', l.b.read(used), BigInt(fixedSize));
}

function leaveIf(l: Lowering, operator: 'eq' | 'gt', a: ValueId, b: bigint, leave: BlockId): void {
  const on = l.b.block();
  l.b.branch(operator, a, b, leave, on);
  l.b.switchTo(on);
}
