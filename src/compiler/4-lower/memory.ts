/** Copying, clearing and filling memory with the widest accesses that alignment allows. */
import { assert } from '../../base/assert.ts';
import type { ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { accessSize, type Place } from './place.ts';

/** Above this many bytes a copy is one call of probe_read_kernel, which is memcpy with a check. */
const inlineLimit = 128;

export function copyMemory(l: Lowering, from: Place, to: Place, size: number): void {
  if (size > inlineLimit) {
    l.b.call(helpers.probeReadKernel, [l.address(to), BigInt(size), l.address(from)]);
    return;
  }
  for (let at = 0; at < size; ) {
    const width = Math.min(accessSize(from, at, size - at), accessSize(to, at, size - at)) as 1 | 2 | 4 | 8;
    l.b.store(width, to.base, to.offset + at, l.b.load(width, from.base, from.offset + at));
    at += width;
  }
}

export function zeroMemory(l: Lowering, to: Place, size: number): void {
  if (size > inlineLimit) {
    const zeros = l.b.mapValue(l.program.zeros(size));
    l.b.call(helpers.probeReadKernel, [l.address(to), BigInt(size), zeros]);
    return;
  }
  for (let at = 0; at < size; ) {
    const width = accessSize(to, at, size - at);
    l.b.store(width, to.base, to.offset + at, 0n);
    at += width;
  }
}

/**
 * Copies memory over itself: the verifier forgets what it knew of the contents, and has no reason to follow them
 * from round to round of a loop.
 */
export function obscure(l: Lowering, place: Place, size: number): void {
  const address = l.address(place);
  l.b.call(helpers.probeReadKernel, [address, BigInt(size), address]);
}

/** Writes known bytes, padded with zeros to `size`. */
export function storeBytes(l: Lowering, bytes: string, to: Place, size: number): void {
  assert(bytes.length <= size, 'bytes fit their place');
  const used = Math.min(size, (bytes.length + 7) & ~7);
  for (let at = 0; at < used; ) {
    const width = accessSize(to, at, used - at);
    l.b.store(width, to.base, to.offset + at, wordAt(bytes, at, width));
    at += width;
  }
  if (used < size) zeroMemory(l, { ...to, offset: to.offset + used }, size - used);
}

/** Little-endian word of a byte string, zero beyond its end. */
export function wordAt(bytes: string, at: number, width: number): bigint {
  let word = 0n;
  for (let i = width - 1; i >= 0; i--)
    word = (word << 8n) | BigInt(at + i < bytes.length ? bytes.charCodeAt(at + i) : 0);
  return word;
}

/** 1 when `size` bytes are equal. */
export function compareMemory(l: Lowering, a: Place, b: Place, size: number): ValueId {
  const [different, done] = [l.b.block(), l.b.block()];
  const result = l.b.variable(1n);
  for (let at = 0; at < size; ) {
    const width = Math.min(accessSize(a, at, size - at), accessSize(b, at, size - at)) as 1 | 2 | 4 | 8;
    const next = l.b.block();
    l.b.branch(
      'eq',
      l.b.load(width, a.base, a.offset + at),
      l.b.load(width, b.base, b.offset + at),
      next,
      different,
    );
    l.b.switchTo(next);
    at += width;
  }
  l.b.jump(done);
  l.b.switchTo(different);
  l.b.write(result, 0n);
  l.b.jump(done);
  l.b.switchTo(done);
  return l.b.read(result);
}
