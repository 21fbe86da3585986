/** Types of frames.mjs for its test. */
export declare function encodeFrame(type: number, id: number, payload: string | Uint8Array): Buffer;

export declare class FrameReader {
  constructor(onFrame: (type: number, id: number, payload: Buffer) => void);
  push(bytes: Uint8Array): void;
}
