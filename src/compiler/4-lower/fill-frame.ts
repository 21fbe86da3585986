/** Writing the slots of a frame that the callee asked for. */
import type { ValueId } from '../ir.ts';
import type { Frame, SlotKey } from './frame.ts';
import type { Lowering } from './lowering.ts';
import type { Place } from './place.ts';

export function fillSlot(
  l: Lowering,
  frame: Frame,
  { base, offset }: Place,
  key: SlotKey,
  value: () => ValueId | bigint,
): void {
  const slot = frame.find(key);
  if (slot !== undefined) l.b.store(8, base, offset + slot, value());
}

/** What every callee may ask for. */
export function fillCommonSlots(l: Lowering, frame: Frame, at: Place): void {
  fillSlot(l, frame, at, 'context', () => l.context);
  fillSlot(l, frame, at, 'scratch', () => l.freeScratch());
  fillSlot(l, frame, at, 'leave', () => 0n);
  fillSlot(l, frame, at, 'result', () => 0n);
}
