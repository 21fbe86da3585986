/**
 * Unpacks the .xz format ("The .xz File Format", 1.1.0) as far as it is used for `.gnu_debugdata`: blocks with the one
 * filter LZMA2. Checksums are not compared: what is damaged is found by who reads the result.
 */
import { LzmaState } from './lzma-decoder.ts';
import { RangeDecoder } from './range-decoder.ts';
import { XzError } from './xz-error.ts';

const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const headerSize = 12;
const lzma2 = 0x21;
/** Bytes of the check behind a block, by the kind that the header says. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** @throws XzError when it is damaged, of another form, or larger than `limit` */
export function unxz(bytes: Uint8Array, limit: number): Uint8Array {
  if (!magic.every((byte, i) => bytes[i] === byte)) throw new XzError('this is not in the form of xz');
  const checkSize = checkSizes[(bytes[7] ?? 0) & 15]!;
  const output = new Output(limit);
  // A size of 0 is that of the index behind the blocks.
  for (let at = headerSize; (bytes[at] ?? 0) !== 0; ) {
    const end = unpackChunks(bytes, blockData(bytes, at), output);
    at = Math.ceil(end / 4) * 4 + checkSize;
  }
  return output.finish();
}

/** Where the data of a block begins, whose header is at `at`. */
function blockData(bytes: Uint8Array, at: number): number {
  const end = at + (bytes[at]! + 1) * 4;
  const flags = bytes[at + 1] ?? 0;
  let place = at + 2;
  const number = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[place++];
      if (byte === undefined || place > end) throw new XzError('the header of a block is cut short');
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  if ((flags & 0x40) !== 0) number();
  if ((flags & 0x80) !== 0) number();
  if ((flags & 3) !== 0 || number() !== lzma2)
    throw new XzError('it is packed with other filters than LZMA2');
  return end;
}

/** The output, which grows with what is in it and not by what a header promises. */
class Output {
  readonly #limit: number;
  bytes = new Uint8Array(1 << 16);
  length = 0;
  /** Matches reach back as far as here. */
  dictionary = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  reserve(size: number): void {
    const wanted = this.length + size;
    if (wanted > this.#limit) throw new XzError(`it unpacks to more than ${this.#limit} bytes`);
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** LZMA2: chunks that are packed or plain, each with what it starts anew. @returns the place behind them */
function unpackChunks(bytes: Uint8Array, start: number, output: Output): number {
  let state: LzmaState | undefined;
  let properties = { literalContextBits: 0, literalPositionBits: 0, positionBits: 0 };
  const u16 = (at: number) => {
    if (at + 2 > bytes.length) throw new XzError('a chunk is cut short');
    return bytes[at]! * 256 + bytes[at + 1]! + 1;
  };
  for (let at = start; ; ) {
    const control = bytes[at++];
    if (control === undefined) throw new XzError('a chunk is missing');
    if (control === 0) return at;
    if (control === 1 || control >= 0xe0) output.dictionary = output.length;
    if (control < 0x80) {
      if (control > 2) throw new XzError(`unknown chunk ${control}`);
      const size = u16(at);
      at += 2;
      if (at + size > bytes.length) throw new XzError('a chunk is cut short');
      output.reserve(size);
      output.bytes.set(bytes.subarray(at, at + size), output.length);
      output.length += size;
      at += size;
      continue;
    }
    const size = ((control & 0x1f) << 16) + u16(at);
    const packed = u16(at + 2);
    at += 4;
    if (control >= 0xc0) properties = propertiesOf(bytes[at++]);
    if (control >= 0xa0) state = new LzmaState(properties);
    if (state === undefined) throw new XzError('the first chunk continues another');
    if (at + packed > bytes.length) throw new XzError('a chunk is cut short');
    output.reserve(size);
    const range = new RangeDecoder(bytes, at, at + packed);
    state.decode(range, output.bytes, output.length, output.length + size, output.dictionary);
    output.length += size;
    at += packed;
  }
}

function propertiesOf(byte = 255) {
  if (byte >= 9 * 5 * 5) throw new XzError('wrong properties');
  const properties = {
    literalContextBits: byte % 9,
    literalPositionBits: Math.floor(byte / 9) % 5,
    positionBits: Math.floor(byte / 45),
  };
  if (properties.literalContextBits + properties.literalPositionBits > 4)
    throw new XzError('wrong properties');
  return properties;
}
