/**
 * The conversation between `npm run vm` and the agent in the virtual machine: frames over one virtio-serial port, so
 * that any number of commands run side by side and each keeps its stdout apart from its stderr.
 *
 *     frame = u8 type, u32 command number, u32 length of the payload (little-endian), payload
 */

/** What a frame says; the comment names the payload. */
export const frame = {
  // to the guest
  /** JSON: { argv, cwd, env } */
  run: 1,
  /** bytes for the command's stdin; none ends it */
  stdin: 2,
  /** name of a signal for the command and all it started */
  signal: 3,
  // from the guest
  /** JSON: { kernel } */
  ready: 10,
  stdout: 11,
  stderr: 12,
  /** JSON: { status, signal }, after the last byte of output */
  exit: 13,
};

const headerSize = 9;

/** @param {number} type @param {number} id @param {string | Uint8Array} payload @returns {Buffer} */
export function encodeFrame(type, id, payload) {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(headerSize);
  head.writeUInt8(type, 0);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(body.length, 5);
  return Buffer.concat([head, body]);
}

/** Takes bytes as they come and hands on whole frames. */
export class FrameReader {
  /** @param {(type: number, id: number, payload: Buffer) => void} onFrame */
  constructor(onFrame) {
    this.onFrame = onFrame;
    this.rest = Buffer.alloc(0);
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    this.rest = this.rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= headerSize) {
      const end = headerSize + this.rest.readUInt32LE(5);
      if (this.rest.length < end) return;
      const payload = this.rest.subarray(headerSize, end);
      const [type, id] = [this.rest.readUInt8(0), this.rest.readUInt32LE(1)];
      this.rest = this.rest.subarray(end);
      this.onFrame(type, id, payload);
    }
  }
}
