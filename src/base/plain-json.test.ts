import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainFromJson, plainToJson } from './plain-json.ts';

it('plain values come back as they were', () => {
  const value = {
    numbers: [1, -5n, 2n ** 64n - 1n, 0.5],
    bytes: Uint8Array.of(0, 255, 10),
    names: new Map([[1n, 'ONE']]),
    set: new Set(['a']),
    nested: { empty: {}, none: null, text: '$n' },
  };
  expect(plainFromJson(plainToJson(value))).toEqual(value);
});

it('bytes of any length come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      const back = plainFromJson<{ readonly bytes: Uint8Array }>(plainToJson({ bytes }));
      expect(Buffer.compare(back.bytes, bytes)).toBe(0);
    }),
    { numRuns: 20 },
  );
});
