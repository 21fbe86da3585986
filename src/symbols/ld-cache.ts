/**
 * /etc/ld.so.cache: where the dynamic loader finds libraries by file name. The format is glibc's (since 2.2, and the
 * only one written since 2.32): a header, entries of 24 bytes {i32 flags, u32 name, u32 path, u32, u64 hwcap} with
 * offsets from the header's start, and strings. An old-format cache may stand before it.
 */
import { textAt } from '../elf/reader.ts';

export interface CachedLibrary {
  readonly name: string;
  readonly path: string;
  /** Architecture in bits 8–15 (0x03 x86-64, 0x0a arm64, 0x00 i386). */
  readonly flags: number;
}

const magic = Buffer.from('glibc-ld.so.cache1.1', 'latin1');
const headerSize = 48;
const entrySize = 24;

/** In the order of the file. Empty when it is not such a cache; entries that lie outside it are left out. */
export function parseLdCache(bytes: Uint8Array): CachedLibrary[] {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(magic);
  if (start < 0 || start + headerSize > bytes.length) return [];
  const cache = bytes.subarray(start);
  const view = new DataView(cache.buffer, cache.byteOffset, cache.byteLength);
  const count = Math.min(view.getUint32(20, true), Math.floor((cache.length - headerSize) / entrySize));
  const libraries: CachedLibrary[] = [];
  for (let i = 0; i < count; i++) {
    const at = headerSize + i * entrySize;
    const name = textAt(cache, view.getUint32(at + 4, true));
    const path = textAt(cache, view.getUint32(at + 8, true));
    if (name !== '' && path !== '') libraries.push({ name, path, flags: view.getInt32(at, true) });
  }
  return libraries;
}
