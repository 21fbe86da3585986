/** Stacks that programs in the kernel found by unwind tables, by their ids. */
import type { BpfMap } from '../../kernel/bpf-map.ts';
import { StackLayout, stackEnds } from '../../program/unwind-table.ts';

export interface UnwoundStack {
  /** Innermost first. */
  readonly addresses: readonly bigint[];
  /** Why there is not more of it; undefined when this is all. */
  readonly cut: string | undefined;
}

const reasons: ReadonlyMap<number, string> = new Map([
  [stackEnds.noTable, 'no unwind table'],
  [stackEnds.noRule, 'no unwind rule'],
  [stackEnds.unreadable, 'stack not readable'],
]);

export function unwoundStack(map: BpfMap, id: number): UnwoundStack {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(id), true);
  const value = map.lookup(key);
  if (value === undefined) return { addresses: [], cut: undefined };
  const view = new DataView(value.buffer, value.byteOffset);
  const count = view.getUint32(StackLayout.count, true);
  const addresses = Array.from({ length: count }, (_, i) =>
    view.getBigUint64(StackLayout.frames + i * 8, true),
  );
  return { addresses, cut: reasons.get(view.getUint32(StackLayout.end, true)) };
}
