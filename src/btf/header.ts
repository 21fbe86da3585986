/**
 * The header of a BTF blob (struct btf_header, include/uapi/linux/btf.h): where the types and the strings are.
 * Only little-endian blobs are read: eBPF objects are in the byte order of the machine, and both supported
 * architectures are little-endian.
 */
import { BtfError } from './btf-error.ts';

const magic = 0xeb9f;
const minimumHeaderSize = 24;

export interface Sections {
  /** The type section as 32-bit words. */
  readonly words: Uint32Array;
  /** Byte offset of `words` in the blob, for error messages. */
  readonly typesOffset: number;
  readonly strings: Uint8Array;
}

export function parseHeader(bytes: Uint8Array, file: string): Sections {
  const fail = (offset: number, problem: string) => new BtfError(file, offset, problem);
  if (bytes.length < minimumHeaderSize) throw fail(bytes.length, 'the header is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint16(0, true);
  if (found === 0x9feb) throw fail(0, 'it is big-endian, which kscope does not read');
  if (found !== magic)
    throw fail(0, `it does not start with the BTF magic number (found 0x${found.toString(16)})`);
  if (bytes[2] !== 1) throw fail(2, `unknown version ${bytes[2]}`);
  const headerSize = view.getUint32(4, true);
  const section = (at: number, what: string) => {
    const start = headerSize + view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (headerSize < minimumHeaderSize || start + length > bytes.length) {
      throw fail(at, `the ${what} section lies outside the ${bytes.length} bytes there are`);
    }
    return { start, bytes: bytes.subarray(start, start + length) };
  };
  const types = section(8, 'type');
  const strings = section(16, 'string');
  if (types.bytes.length % 4 !== 0) throw fail(12, 'the length of the type section is not a multiple of 4');
  checkStrings(strings.bytes, strings.start, file);
  return { words: asWords(types.bytes), typesOffset: types.start, strings: strings.bytes };
}

/** Names are read up to a NUL: the last byte must be one, so that no name can run out of the section. */
function checkStrings(strings: Uint8Array, start: number, file: string): void {
  if (strings.length > 0 && strings[strings.length - 1] !== 0) {
    throw new BtfError(file, start + strings.length - 1, 'the string section does not end in a NUL');
  }
}

/** A view where the bytes are aligned, else a copy. */
function asWords(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
