import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unxz } from './unxz.ts';
import { XzError } from './xz-error.ts';

const limit = 64 << 20;
const xz = (bytes: Uint8Array, ...flags: string[]) =>
  new Uint8Array(execFileSync('xz', ['-c', ...flags], { input: bytes, maxBuffer: 1 << 28 }));
const program = new Uint8Array(readFileSync(process.execPath).subarray(1 << 20, (1 << 20) + 150_000));

describe('unpacks what xz packed', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a byte', Uint8Array.of(7)],
    ['zeros', new Uint8Array(300_000)],
    ['text', new TextEncoder().encode('kscope '.repeat(10_000))],
    ['code', program],
    ['noise', Uint8Array.from({ length: 200_000 }, (_, i) => Math.imul(i ^ (i >>> 7), 2654435761) >>> 24)],
  ])('%s', (_name, bytes) => {
    for (const flags of [
      ['-0'],
      ['-9e'],
      ['--lzma2=lc=1,lp=3,pb=0'],
      ['-1', '--check=sha256'],
      ['--block-size=100000'],
    ])
      expect(Buffer.compare(unxz(xz(bytes, ...flags), limit), bytes)).toBe(0);
  });

  it('anything', () => {
    const small = fc.uint8Array({ maxLength: 3000 });
    fc.assert(
      fc.property(small, fc.nat(20), (bytes, repeat) => {
        const input = new Uint8Array(bytes.length * (repeat + 1));
        for (let i = 0; i <= repeat; i++) input.set(bytes, i * bytes.length);
        expect(unxz(xz(input), limit)).toEqual(input);
      }),
      { numRuns: 30 },
    );
  });
});

describe('refuses', () => {
  const packed = xz(program.subarray(0, 100_000));

  it('what is larger than wanted, or of another form', () => {
    expect(() => unxz(packed, 1000)).toThrow('it unpacks to more than 1000 bytes');
    expect(() => unxz(Uint8Array.of(1, 2, 3), limit)).toThrow('this is not in the form of xz');
    expect(() => unxz(xz(program, '--x86', '--lzma2'), limit)).toThrow('other filters');
  });

  it('damaged input, or gives wrong bytes, but ends', () => {
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, value) => {
        const damaged = Uint8Array.from(packed);
        damaged[at] = value;
        try {
          unxz(damaged, limit);
        } catch (error) {
          if (!(error instanceof XzError)) throw error;
        }
      }),
      { numRuns: 200, seed: 5 },
    );
    for (let length = 0; length < packed.length; length += 997)
      expect(() => unxz(packed.subarray(0, length), limit)).toThrow(XzError);
  });
});
