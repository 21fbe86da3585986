import { describe, expect, it } from 'vitest';
import { alignOf, isAggregate, layoutOf, sizeOf } from './layout.ts';
import type { TupleType, Type } from './types.ts';

const int = (size: 1 | 2 | 4 | 8): Type => ({ kind: 'int', size, signed: true });
const tuple = (...elements: Type[]): TupleType => ({ kind: 'tuple', elements });

describe('layout', () => {
  it('places members by the rules of C', () => {
    // offsets as gcc lays out struct { char a; int b; char c[3]; short d; char e; long f; char g; }
    const type = tuple(int(1), int(4), { kind: 'string', size: 3 }, int(2), int(1), int(8), int(1));
    expect(layoutOf(type)).toEqual({ offsets: [0, 4, 8, 12, 14, 16, 24], size: 32, align: 8 });
  });

  it('gives (1, (uint64)2) sixteen bytes', () => {
    expect(sizeOf(tuple(int(1), int(8)))).toBe(16);
  });

  it('aligns a nested tuple as its widest member', () => {
    const nested = tuple(int(1), tuple(int(1), int(4)));
    expect(layoutOf(nested).offsets).toEqual([0, 4]);
    expect(alignOf(nested)).toBe(4);
    expect(sizeOf(nested)).toBe(12);
  });

  it('gives the empty tuple no memory', () => {
    expect(layoutOf(tuple())).toEqual({ offsets: [], size: 0, align: 1 });
  });

  const extents: [Type, number, number][] = [
    [{ kind: 'buffer', size: 3 }, 7, 4],
    [{ kind: 'inet' }, 24, 8],
    [{ kind: 'ustack', mode: 'bpftrace', limit: 127, map: 0 }, 16, 8],
    [{ kind: 'array', element: int(2), length: 5 }, 10, 2],
    [{ kind: 'count' }, 8, 8],
    [{ kind: 'stats', signed: true }, 16, 8],
    [{ kind: 'hist', bits: 0 }, 65 * 8, 8],
    [{ kind: 'lhist', min: 0n, max: 100n, step: 10n }, 12 * 8, 8],
  ];
  it.each(extents.map(([type, ...rest]) => [type.kind, type, ...rest] as const))(
    'knows size and alignment of %s',
    (_, type, size, align) => {
      expect([sizeOf(type), alignOf(type)]).toEqual([size, align]);
    },
  );

  it('tells aggregates from values', () => {
    expect(isAggregate({ kind: 'count' })).toBe(true);
    expect(isAggregate(int(8))).toBe(false);
  });
});
