/**
 * Asynchronous actions: a record in the ring buffer. Records of fixed size are reserved and written in place.
 * A record with a long string is built in scratch memory, the string behind the fixed part and no longer than it
 * is, and copied out: a 10-byte file name then takes 10 bytes of the buffer and not a thousand.
 */
import { sizeOf } from '../../program/layout.ts';
import type { EventAction, RecordField } from '../../program/program.ts';
import type { Type } from '../../program/types.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import { mayLeave } from '../3-check/variable-uses.ts';
import type { Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { copyMemory } from './memory.ts';
import { type Place, placeAt } from './place.ts';
import { layOutRecord } from './program-builder.ts';
import { storeScalar } from './scalars.ts';

/** Strings up to this size are cheaper written whole. */
const tailFrom = 64;

export function emitEvent(
  l: Lowering,
  action: EventAction,
  args: readonly TypedExpression[],
  span: Span,
): void {
  const { fields, fixedSize, tails } = layOutRecord(
    args.map((arg) => arg.type),
    tailFrom,
  );
  const id = l.program.event(action, fields, fixedSize, span);
  l.withTemporaries(() => {
    if (tails > 0) emitWithTails(l, id, args, fields, fixedSize, tails);
    else emitInPlace(l, id, args, fields, fixedSize);
  });
}

function emitInPlace(
  l: Lowering,
  id: number,
  args: readonly TypedExpression[],
  fields: readonly RecordField[],
  size: number,
): void {
  // What may leave early is evaluated before the record is held.
  const early = new Map(args.filter(mayLeave).map((arg) => [arg, evaluate(l, arg)]));
  const ring = l.b.map(l.program.ring);
  const record = l.b.call(helpers.ringbufReserve, [ring, BigInt(size), 0n]);
  const [held, lost, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('ne', record, 0n, held, lost, { likely: 'then' });
  l.b.switchTo(lost);
  l.countLoss('ringBufferFull');
  l.b.jump(on);
  l.b.switchTo(held);
  const place: Place = { base: record, offset: 0, align: 8 };
  writeHeader(l, place, id);
  for (const [i, arg] of args.entries()) {
    const to = placeAt(place, fields[i]!.offset);
    const write = early.get(arg);
    if (write === undefined) l.into(arg, to);
    else write(to);
  }
  l.b.call(helpers.ringbufSubmit, [record, 0n]);
  l.b.jump(on);
  l.b.switchTo(on);
}

/** Computes the expression now; what is returned puts it into its place. */
function evaluate(l: Lowering, e: TypedExpression): (to: Place) => void {
  if (isScalar(e.type)) {
    const value = l.value(e);
    return (to) => storeScalar(l, e.type, to, value);
  }
  const place = l.temporaryFor(e.type);
  l.into(e, place);
  return (to) => copyMemory(l, place, to, sizeOf(e.type));
}

function writeHeader(l: Lowering, place: Place, id: number): void {
  l.b.store(8, place.base, place.offset, BigInt(id));
}

function emitWithTails(
  l: Lowering,
  id: number,
  args: readonly TypedExpression[],
  fields: readonly RecordField[],
  fixedSize: number,
  tails: number,
): void {
  const place = l.scratch(fixedSize + tails);
  writeHeader(l, place, id);
  const end = l.b.variable(BigInt(fixedSize));
  for (const [i, arg] of args.entries()) {
    const field = fields[i]!;
    if (!field.tail) {
      l.into(arg, placeAt(place, field.offset));
      continue;
    }
    const start = l.b.binary('add', l.address(place), l.b.read(end));
    const length = writeTail(l, arg, start);
    l.b.store(4, place.base, place.offset + field.offset, length);
    l.b.write(end, l.b.binary('add', l.b.read(end), length));
  }
  const failed = l.b.call(helpers.ringbufOutput, [
    l.b.map(l.program.ring),
    l.address(place),
    l.b.read(end),
    0n,
  ]);
  l.when('ne', failed, 0n, () => l.countLoss('ringBufferFull'));
}

/** Writes a string at `start` and gives its length: without NUL, or the full size when it was cut. */
export function writeTail(l: Lowering, arg: TypedExpression, start: ValueId): ValueId {
  if (arg.op === 'call') {
    const { lowerTail } = arg.entry;
    if (lowerTail !== undefined) return l.within(arg, () => lowerTail(l, arg, start));
  }
  return copyText(l, l.place(arg), start, sizeOf(arg.type));
}

/** Copies the string in BPF memory at `from` up to its NUL and gives its length. */
export function copyText(l: Lowering, from: Place, to: ValueId, size: number): ValueId {
  const read = l.b.call(helpers.probeReadKernelStr, [to, BigInt(size), l.address(from)]);
  return lengthOfRead(l, read, size);
}

/** The length that a probe_read_*_str helper reports, without the NUL; 0 when it failed. */
export function lengthOfRead(l: Lowering, read: ValueId, size: number): ValueId {
  const length = l.b.variable(0n);
  const [positive, fits, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('sgt', read, 0n, positive, on, { likely: 'then' });
  l.b.switchTo(positive);
  l.b.branch('le', read, BigInt(size), fits, on, { likely: 'then' });
  l.b.switchTo(fits);
  l.b.write(length, l.b.binary('sub', read, 1n));
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(length);
}

/** A warning about the run itself, with the helper's return code where there is one. */
export function runtimeWarning(
  l: Lowering,
  what: { readonly message?: string; readonly helper: string; readonly code?: ValueId },
  span: Span,
): void {
  const code: Type = { kind: 'int', size: 4, signed: true };
  const { fields, fixedSize } = layOutRecord(what.code === undefined ? [] : [code], tailFrom);
  const id = l.program.event(
    {
      action: 'runtime-error',
      helper: what.helper,
      ...(what.message === undefined ? {} : { message: what.message }),
    },
    fields,
    fixedSize,
    span,
  );
  const ring = l.b.map(l.program.ring);
  const record = l.b.call(helpers.ringbufReserve, [ring, BigInt(fixedSize), 0n]);
  const [held, lost, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('ne', record, 0n, held, lost);
  l.b.switchTo(lost);
  l.countLoss('ringBufferFull');
  l.b.jump(on);
  l.b.switchTo(held);
  l.b.store(8, record, 0, BigInt(id));
  if (what.code !== undefined) l.b.store(4, record, fields[0]!.offset, what.code);
  l.b.call(helpers.ringbufSubmit, [record, 0n]);
  l.b.jump(on);
  l.b.switchTo(on);
}

export { copyMemory };
