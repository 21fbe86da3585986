/**
 * A file in a ZIP archive that lies there as it is, not compressed: what can be mapped from it. Format: PKWARE
 * APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';

const endSignature = 0x06054b50;
const endSize = 22;
const longestComment = 0xffff;
const entrySignature = 0x02014b50;
const entrySize = 46;
const localSignature = 0x04034b50;
const localSize = 30;
const stored = 0;

/** @returns undefined when the archive has no such member. @throws ElfError when it is damaged or compressed */
export function storedMember(
  archive: ByteSource,
  member: string,
): (ByteSource & { readonly start: number }) | undefined {
  const { offset, size } = directory(archive);
  const view = viewOf(archive, offset, size);
  for (let at = 0; at + entrySize <= view.byteLength; ) {
    if (view.getUint32(at, true) !== entrySignature) throw damaged(archive, offset + at);
    const nameLength = view.getUint16(at + 28, true);
    const next = at + entrySize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged(archive, offset + at);
    const name = new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at + entrySize, nameLength),
    );
    if (name === member) {
      const method = view.getUint16(at + 10, true);
      if (method !== stored) throw new ElfError(archive.name, offset + at, `'${member}' is compressed`);
      return windowOf(archive, member, view.getUint32(at + 42, true), view.getUint32(at + 20, true));
    }
    at = next;
  }
  return undefined;
}

function directory(archive: ByteSource): { readonly offset: number; readonly size: number } {
  const start = Math.max(0, archive.size - endSize - longestComment);
  const view = viewOf(archive, start, archive.size - start);
  for (let at = view.byteLength - endSize; at >= 0; at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    return { size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
  }
  throw new ElfError(archive.name, 0, 'this is not a ZIP archive');
}

function windowOf(archive: ByteSource, member: string, local: number, size: number) {
  const header = viewOf(archive, local, localSize);
  if (header.byteLength < localSize || header.getUint32(0, true) !== localSignature)
    throw damaged(archive, local);
  const start = local + localSize + header.getUint16(26, true) + header.getUint16(28, true);
  return {
    name: `${archive.name}!/${member}`,
    start,
    size: Math.max(0, Math.min(size, archive.size - start)),
    read: (offset: number, length: number) =>
      archive.read(start + offset, Math.max(0, Math.min(length, size - offset))),
  };
}

function viewOf(archive: ByteSource, offset: number, length: number): DataView {
  const bytes = archive.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(archive: ByteSource, offset: number): ElfError {
  return new ElfError(archive.name, offset, 'the archive is damaged');
}
