/**
 * The kernel calls an iterator's program once more after the last object, without one. That call is not for the
 * script: `iter:task { @ += 1 }` counts tasks.
 */
import type { Lowering } from './lowering.ts';

/** Every context begins with `struct bpf_iter_meta *meta`; the object is the first pointer after it. */
const metaSize = 8;

export function guardLastCall(l: Lowering, contextType: number): void {
  const { btf } = l.target;
  const members = btf?.layout(contextType).members ?? [];
  const object = members.find(
    (member) => member.bitOffset === 8 * metaSize && btf?.sizeOf(member.typeId) === 8,
  );
  if (object === undefined) return;
  l.returnIf('eq', l.b.load(8, l.context, object.bitOffset / 8, { invariant: true }), 0n);
}
