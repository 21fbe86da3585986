/**
 * Buffers of bytes (`buf`): a u32 length, then the bytes, in the three forms that printf knows.
 */
import type { Memory } from './memory.ts';

/** The bytes themselves; the length is bounded by what the type holds. */
export function readBytes(memory: Memory, offset: number, size: number): Buffer {
  const length = Math.min(memory.view.getUint32(offset, true), size);
  return memory.bytes.subarray(offset + 4, offset + 4 + length);
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const allEscaped = hexPairs.map((pair) => `\\x${pair}`);
const isPrintable = (byte: number) => byte >= 32 && byte <= 126;
const escapedUnlessPrintable = allEscaped.map((hex, byte) =>
  isPrintable(byte) ? String.fromCharCode(byte) : hex,
);

/** `%r`: printable ASCII as is, other bytes `\xNN`. */
export function escapedText(bytes: Uint8Array): string {
  return concatenated(bytes, escapedUnlessPrintable);
}

/** `%rx`: every byte `\xNN`. */
export function hexEscapes(bytes: Uint8Array): string {
  return concatenated(bytes, allEscaped);
}

/** `%rh`: two hex digits each, separated by spaces. */
export function hexDump(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => hexPairs[byte]).join(' ');
}

function concatenated(bytes: Uint8Array, texts: readonly string[]): string {
  let text = '';
  for (const byte of bytes) text += texts[byte];
  return text;
}
