import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { strftime } from './strftime.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];
const seconds = [
  0, 1, 86_399, 951_782_400, 1_104_537_599, 1_230_768_000, 1_712_345_678, 1_719_792_000, 1_767_225_599,
  1_795_255_652, 4_102_444_800,
];
const letters = 'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%';
const flagged = ['%-d', '%_m', '%05Y', '%^a', '%#p', '%#Z', '%10B', '%-I', '%03e', '%Ey', '%Od', '%^B %_H'];

const savedZone = process.env.TZ;
afterEach(() => {
  if (savedZone === undefined) delete process.env.TZ;
  else process.env.TZ = savedZone;
});

describe('strftime', () => {
  it.each(zones)('agrees with date(1) in %s', (zone) => {
    const format = [...letters]
      .map((letter) => `${letter}=%${letter}`)
      .concat(flagged)
      .join('|');
    process.env.TZ = zone;
    for (const second of seconds) {
      const expected = execFileSync('date', ['-d', `@${second}`, `+${format}`], {
        env: { TZ: zone, LC_ALL: 'C', PATH: process.env.PATH },
      });
      expect(`${strftime(format, BigInt(second) * 1_000_000_000n)}\n`).toBe(expected.toString());
    }
  });

  it('has conversions for parts of a second only when asked', () => {
    process.env.TZ = 'UTC';
    const moment = 1_700_000_000_012_345_678n;
    expect(strftime('%S %f %k %l', moment, { subseconds: true })).toBe('20 012345 012345678 012');
    expect(strftime('%f|%k|%l', moment)).toBe('%f|22|10');
  });

  it('copies what is no conversion', () => {
    expect(strftime('%Q 100%', 0n)).toBe('%Q 100%');
  });

  it('counts fractions forward before 1970', () => {
    process.env.TZ = 'UTC';
    expect(strftime('%T.%l', -1_000_000n, { subseconds: true })).toBe('23:59:59.999');
  });
});
