import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderMapJson } from '../../output/map/map-json.ts';
import { renderMap } from '../../output/map/map-text.ts';
import type { AggregateType, Type } from '../../program/types.ts';
import { allElements, isAbsent, type MapOptions, readMapContents } from './map.ts';
import { plainResolvers, type Resolvers } from './resolvers.ts';
import { array, bool, int8, int64, pointer, record, string, tuple, uint64 } from './testing/encode.ts';
import { type Element, histogram, ring, snapshot, userMap } from './testing/snapshot.ts';

interface Given {
  readonly name?: string;
  readonly key?: Type;
  readonly value: Type;
  readonly elements: readonly Element[];
  readonly options?: Partial<MapOptions>;
  readonly resolvers?: Resolvers;
}

function contents({ name = '@x', key, value, elements, options, resolvers = plainResolvers }: Given) {
  const map = userMap(name, value, key);
  return readMapContents(map, snapshot(map, elements), { ...allElements, ...options }, resolvers);
}
const text = (given: Given) => renderMap(contents(given));
const json = (given: Given) => renderMapJson(contents(given));

const keyed = (entries: readonly (readonly [Element['key'] & {}, ...Element['copies']])[]): Element[] =>
  entries.map(([key, ...copies]) => ({ key, copies }));
const scalar = (...copies: Element['copies']): Element[] => [{ copies }];

const bar = (length: number) => `|${'@'.repeat(length).padEnd(52)}|`;

describe('plain maps', () => {
  it.each<[string, Given, string]>([
    [
      'integers by value',
      {
        key: int8,
        value: int64,
        elements: keyed([
          [1, 70],
          [2, 5],
          [3, -1],
        ]),
      },
      '@x[3]: -1\n@x[2]: 5\n@x[1]: 70\n',
    ],
    [
      'small integers too',
      {
        key: int8,
        value: int8,
        elements: keyed([
          [3, 1],
          [1, 5],
          [2, 3],
        ]),
      },
      '@x[3]: 1\n@x[2]: 3\n@x[1]: 5\n',
    ],
    [
      'unsigned as such',
      {
        key: int8,
        value: uint64,
        elements: keyed([
          [1, 2n ** 63n],
          [2, 1],
        ]),
      },
      '@x[2]: 1\n@x[1]: 9223372036854775808\n',
    ],
    [
      'equal values by key',
      {
        key: int8,
        value: int8,
        elements: keyed([
          [2, 0],
          [-1, 0],
          [1, 0],
        ]),
      },
      '@x[-1]: 0\n@x[1]: 0\n@x[2]: 0\n',
    ],
    [
      'strings by key',
      {
        key: string(4),
        value: string(4),
        elements: keyed([
          ['z', 'p'],
          ['a', 'q'],
          ['ab', 'r'],
        ]),
      },
      '@x[a]: q\n@x[ab]: r\n@x[z]: p\n',
    ],
    [
      'tuples by their parts',
      {
        key: tuple(int8, string(2)),
        value: tuple(int8, int8),
        elements: keyed([
          [
            [2, 'x'],
            [1, 2],
          ],
          [
            [1, 'y'],
            [3, 4],
          ],
          [
            [1, 'a'],
            [5, 6],
          ],
        ]),
      },
      '@x[1, a]: (5, 6)\n@x[1, y]: (3, 4)\n@x[2, x]: (1, 2)\n',
    ],
    [
      'nested tuples',
      {
        key: tuple(tuple(int8, string(2)), bool),
        value: int8,
        elements: keyed([
          [[[1, 'a'], true], 1],
          [[[1, 'a'], false], 2],
        ]),
      },
      '@x[(1, a), true]: 1\n@x[(1, a), false]: 2\n',
    ],
    [
      'one-element tuples',
      { key: tuple(int8), value: tuple(int8), elements: keyed([[[1], [2]]]) },
      '@x[1]: (2)\n',
    ],
    [
      'records',
      { key: record({ s: int8 }), value: int8, elements: keyed([[{ s: -7 }, 1]]) },
      '@x[{ .s = -7 }]: 1\n',
    ],
    ['arrays', { key: array(int8, 2), value: int8, elements: keyed([[[4, 3], 1]]) }, '@x[[4,3]]: 1\n'],
    ['a scalar', { value: string(3), elements: scalar('hi') }, '@x: hi\n'],
    ['a scalar never written', { value: tuple(int8, int8), elements: [] }, '@x: (0, 0)\n'],
    ['an empty map', { key: int8, value: int8, elements: [] }, ''],
    ['pointers as keys', { key: pointer, value: bool, elements: keyed([[16, true]]) }, '@x[0x10]: true\n'],
    [
      'the largest',
      {
        key: int8,
        value: int64,
        elements: keyed([
          [1, 10],
          [2, 30],
          [3, 20],
        ]),
        options: { top: 2 },
      },
      '@x[3]: 20\n@x[2]: 30\n',
    ],
    [
      'divided',
      {
        key: int8,
        value: int64,
        elements: keyed([
          [1, -7],
          [2, 9],
        ]),
        options: { divisor: 2 },
      },
      '@x[1]: -3\n@x[2]: 4\n',
    ],
    ['divided by zero', { value: int64, elements: scalar(9), options: { divisor: 0 } }, '@x: 9\n'],
  ])('print %s', (_, given, expected) => {
    expect(text(given)).toBe(expected);
  });

  it('print stacks as values and as keys', () => {
    const stack: Type = { kind: 'kstack', mode: 'bpftrace', limit: 3, map: 0 };
    const resolvers: Resolvers = {
      ...plainResolvers,
      stackText: (_, id) => (id === 0 ? '\n' : `\n        f+${id}\n        g+2\n`),
    };
    expect(text({ name: '@y', value: stack, elements: scalar(1n), resolvers })).toBe(
      '@y: \n        f+1\n        g+2\n\n',
    );
    expect(text({ name: '@', key: stack, value: int64, elements: keyed([[1n, 7]]), resolvers })).toBe(
      '@[\n        f+1\n        g+2\n]: 7\n',
    );
    expect(
      text({
        name: '@',
        key: tuple(stack, string(8)),
        value: int64,
        elements: keyed([[[1n, 'comm'], 7]]),
        resolvers,
      }),
    ).toBe('@[\n        f+1\n        g+2\n, comm]: 7\n');
    expect(text({ name: '@', key: stack, value: int64, elements: keyed([[0n, 7]]), resolvers })).toBe(
      '@[\n]: 7\n',
    );
  });

  it.each<[string, Given, string]>([
    ['a scalar', { name: '@a', value: int8, elements: scalar(1) }, '{"type": "map", "data": {"@a": 1}}'],
    [
      'keys',
      {
        key: int8,
        value: int64,
        elements: keyed([
          [1, 5],
          [2, 6],
        ]),
      },
      '{"type": "map", "data": {"@x": {"1": 5, "2": 6}}}',
    ],
    [
      'keys without spaces',
      { key: tuple(string(8), string(8)), value: int8, elements: keyed([[['a b', 'c'], 1]]) },
      '{"type": "map", "data": {"@x": {"ab,c": 1}}}',
    ],
    [
      'nested keys',
      { key: tuple(string(8), tuple(int8, int8)), value: int8, elements: keyed([[['a b', [1, 2]], 1]]) },
      '{"type": "map", "data": {"@x": {"ab,(1,2)": 1}}}',
    ],
    [
      'large values',
      { value: uint64, elements: scalar(2n ** 64n - 1n) },
      '{"type": "map", "data": {"@x": "18446744073709551615"}}',
    ],
    ['nothing for an empty map', { key: int8, value: int8, elements: [] }, ''],
  ])('have JSON: %s', (_, given, expected) => {
    expect(json(given)).toBe(expected);
  });
});

describe('aggregates', () => {
  const type = (kind: 'sum' | 'min' | 'max' | 'avg' | 'stats', signed = true): AggregateType => ({
    kind,
    signed,
  });

  it.each<[string, Given, string]>([
    ['count over the CPUs', { value: { kind: 'count' }, elements: scalar(2, 3, 0, 1) }, '@x: 6\n'],
    [
      'sum, wrapping',
      { value: type('sum'), elements: scalar([2n ** 63n - 1n, 1], [1, 1]) },
      '@x: -9223372036854775808\n',
    ],
    [
      'unsigned sum',
      { value: type('sum', false), elements: scalar([2n ** 63n, 1], [1, 1]) },
      '@x: 9223372036854775809\n',
    ],
    [
      'min of CPUs that have one',
      { value: type('min'), elements: scalar([0, 0], [7, 1], [9, 1]) },
      '@x: 7\n',
    ],
    ['max of negatives', { value: type('max'), elements: scalar([0, 0], [-7, 1], [-9, 1]) }, '@x: -7\n'],
    ['avg, truncated', { value: type('avg'), elements: scalar([1, -5], [1, -8]) }, '@x: -6\n'],
    ['avg of nothing', { value: type('avg'), elements: scalar([0, 0]) }, '@x: 0\n'],
    [
      'stats',
      { value: type('stats'), elements: scalar([1, 5], [1, 10]) },
      '@x: { .count = 2, .average = 7, .total = 15 }\n',
    ],
    [
      'counts by value',
      {
        key: string(4),
        value: { kind: 'count' },
        elements: keyed([
          ['a', 5, 5],
          ['b', 1, 2],
        ]),
      },
      '@x[b]: 3\n@x[a]: 10\n',
    ],
    [
      'max by value, negative ones first',
      {
        key: int8,
        value: type('max'),
        elements: keyed([
          [1, [-1, 1]],
          [2, [5, 1]],
        ]),
      },
      '@x[1]: -1\n@x[2]: 5\n',
    ],
    [
      'avg by average',
      {
        key: int8,
        value: type('avg'),
        elements: keyed([
          [1, [1, 9]],
          [2, [10, 50]],
        ]),
      },
      '@x[2]: 5\n@x[1]: 9\n',
    ],
    [
      'avg divided',
      { key: int8, value: type('avg'), elements: keyed([[1, [1, 9]]]), options: { divisor: 2 } },
      '@x[1]: 4\n',
    ],
    [
      'all stats, whatever top says',
      {
        key: int8,
        value: type('stats'),
        elements: keyed([
          [1, [1, 2]],
          [2, [1, 1]],
        ]),
        options: { top: 1, divisor: 2 },
      },
      '@x[2]: { .count = 1, .average = 1, .total = 1 }\n@x[1]: { .count = 1, .average = 2, .total = 2 }\n',
    ],
  ])('merge %s', (_, given, expected) => {
    expect(text(given)).toBe(expected);
  });

  it('have JSON', () => {
    expect(json({ name: '@av', value: type('avg'), elements: scalar([1, 4]) })).toBe(
      '{"type": "stats", "data": {"@av": 4}}',
    );
    expect(json({ name: '@s', value: type('stats'), elements: scalar([1, 3]) })).toBe(
      '{"type": "stats", "data": {"@s": {"count": 1, "average": 3, "total": 3}}}',
    );
    expect(json({ key: int8, value: { kind: 'count' }, elements: keyed([[1, 2, 3]]) })).toBe(
      '{"type": "map", "data": {"@x": {"1": 5}}}',
    );
  });
});

describe('histograms', () => {
  const hist = (bits: number) => ({ kind: 'hist', bits }) as const;
  const h0 = hist(0);

  it('print as the reference does', () => {
    const values = histogram(h0, [-5, 0, 2, 3, 512]);
    const lines = text({ name: '@h', value: h0, elements: scalar(values) }).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '@h:',
      '(..., 0)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |',
      '[0]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |',
      '[1]                    0 |                                                    |',
      '[2, 4)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|',
    ]);
    expect(lines.slice(-3)).toEqual([`[512, 1K)              1 ${bar(26)}`, '', '']);
  });

  it('divide counts, not the choice of rows', () => {
    const given = { name: '@h', value: h0, elements: scalar(histogram(h0, [5, 5]), histogram(h0, [5, 9])) };
    expect(text(given)).toBe(
      `@h:\n[4, 8)                 3 ${bar(52)}\n[8, 16)                1 ${bar(17)}\n\n`,
    );
    expect(text({ ...given, options: { divisor: 2 } })).toBe(
      `@h:\n[4, 8)                 1 ${bar(52)}\n[8, 16)                0 ${bar(0)}\n\n`,
    );
  });

  it.each<[number, number | bigint, string]>([
    [0, 1023, '[512, 1K)'],
    [0, 1024, '[1K, 2K)'],
    [0, 2 ** 20 - 1, '[512K, 1M)'],
    [0, 2n ** 62n, '[4E, 8E)'],
    [2, 7, '[7]'],
    [2, 9, '[8, 10)'],
    [2, 1000, '[896, 1024)'],
    [2, 1100, '[1024, 1280)'],
    [5, 63, '[63]'],
    [5, 64, '[64, 66)'],
  ])('with %i bits label %s as %s', (bits, value, label) => {
    const type = hist(bits);
    expect(
      text({ value: type, elements: scalar(histogram(type, [value])) })
        .split('\n')[1]!
        .slice(0, label.length + 1),
    ).toBe(`${label} `);
  });

  it('print nothing but the name when zeroed', () => {
    expect(text({ name: '@h', value: h0, elements: scalar(histogram(h0, [])) })).toBe('@h:\n\n');
  });

  it('order by how many values they have', () => {
    const elements = keyed([
      ['a', histogram(h0, [1, 1])],
      ['b', histogram(h0, [1])],
    ]);
    expect(text({ key: string(2), value: h0, elements }).match(/@x\[.\]/g)).toEqual(['@x[b]', '@x[a]']);
  });

  it('have JSON with closed intervals', () => {
    const elements = keyed([[['a', 1], histogram(h0, [-5, 2, 3, 3, 2])]]);
    expect(json({ name: '@h', key: tuple(string(2), int8), value: h0, elements })).toBe(
      '{"type": "hist", "data": {"@h": {"a,1": [{"max": -1, "count": 1},{"min": 0, "max": 0, "count": 0},{"min": 1, "max": 1, "count": 0},{"min": 2, "max": 3, "count": 4}]}}}',
    );
  });

  const lhist = (min: bigint, max: bigint, step: bigint) => ({ kind: 'lhist', min, max, step }) as const;
  it.each<[ReturnType<typeof lhist>, number[], string[]]>([
    [
      lhist(0n, 100n, 10n),
      [5, 25],
      ['[0, 10)                1', '[10, 20)               0', '[20, 30)               1'],
    ],
    [lhist(0n, 100n, 10n), [500], ['[100, ...)             1']],
    [lhist(0n, 100n, 10n), [-500], ['(..., 0)               1']],
    [
      lhist(3n, 10n, 3n),
      [3, 9, 10, 8],
      ['[3, 6)                 1', '[6, 9)                 1', '[9, ...)               2'],
    ],
    [lhist(0n, 10n, 1n), [5], ['[5]                    1']],
    [lhist(0n, 4096n, 1024n), [0, 1024], ['[0, 1K)                1', '[1K, 2K)               1']],
    [
      lhist(0n, 4194304n, 1048576n),
      [1048576, 9999999],
      [
        '[1M, 2M)               1',
        '[2M, 3M)               0',
        '[3M, 4M)               0',
        '[4M, ...)              1',
      ],
    ],
  ])('with bounds, case %#', (type, values, rows) => {
    const lines = text({
      value: type,
      elements: scalar(histogram(type, values)),
      options: { divisor: 7 },
    }).split('\n');
    expect(lines.slice(1, -2).map((line) => line.slice(0, 24))).toEqual(rows);
  });

  it('with bounds have JSON', () => {
    const type = lhist(3n, 10n, 3n);
    expect(json({ value: type, elements: scalar(histogram(type, [2, 3, 9])) })).toBe(
      '{"type": "hist", "data": {"@x": [{"max": 2, "count": 1},{"min": 3, "max": 5, "count": 1},{"min": 6, "max": 8, "count": 0},{"min": 9, "count": 1}]}}',
    );
  });
});

describe('time series', () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = 'UTC';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  // 2026-11-21 10:08:02.0 UTC, less one and a half seconds
  const base = 1_795_255_682_000_000_000n;
  const resolvers: Resolvers = { ...plainResolvers, wallTimeNs: (_, ns) => base - 1_500_000_000n + ns };
  const series = (
    combine: 'last' | 'avg' | 'max' | 'min' | 'sum',
    intervalNs = 200_000_000n,
    intervals = 10,
  ): Extract<AggregateType, { kind: 'tseries' }> => ({
    kind: 'tseries',
    intervalNs,
    intervals,
    combine,
    signed: true,
  });

  it('draw values against time', () => {
    const type = series('last');
    const given = {
      name: '@u',
      value: type,
      elements: scalar(
        ring(type, [
          [8, -3, 1],
          [11, 0, 2],
        ]),
        ring(type, [
          [10, 4, 1],
          [11, 9, 1],
        ]),
      ),
      resolvers,
    };
    const edge = '_'.repeat(51);
    expect(text(given)).toBe(
      [
        '@u:',
        '             -3                                                  4',
        `hh:mm:ss.ms  |${edge}|`,
        '10:08:02.000 *                     .                             | -3',
        '10:08:02.200 |                     .                             | -',
        '10:08:02.400 |                     .                             * 4',
        '10:08:02.600 |                     *                             | 0',
        `             v${edge}v`,
        '             -3                                                  4',
        '',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(json(given))).toEqual({
      type: 'tseries',
      data: {
        '@u': [
          { interval_start: '2026-11-21 10:08:02.000000000', value: -3 },
          { interval_start: '2026-11-21 10:08:02.200000000', value: null },
          { interval_start: '2026-11-21 10:08:02.400000000', value: 4 },
          { interval_start: '2026-11-21 10:08:02.600000000', value: 0 },
        ],
      },
    });
  });

  it.each([
    ['avg', 5],
    ['sum', 15],
    ['max', 9],
    ['min', 6],
  ] as const)('combine CPUs by %s', (combine, expected) => {
    const type = series(combine);
    const rows = text({
      value: type,
      elements: scalar(ring(type, [[3, 6, 2]]), ring(type, [[3, 9, 1]])),
      resolvers,
    }).split('\n');
    expect(rows[3]!.split(' ').at(-1)).toBe(String(expected));
  });

  it('show what is inside the window of the newest element', () => {
    const type = series('last', 1_000_000_000n, 3);
    const elements = keyed([
      [
        1,
        ring(type, [
          [1, 5, 1],
          [2, 6, 1],
        ]),
      ],
      [2, ring(type, [[4, 7, 1]])],
      [3, ring(type, [[0, 7, 1]])],
    ]);
    const charts = text({ key: int8, value: type, elements, resolvers });
    expect(
      charts
        .split('\n')
        .filter((line) => /^\d\d:|^@|no data/.test(line))
        .map((line) => line.replace(/\s+|[|*]/g, ' ').replace(/ +/g, ' ')),
    ).toEqual([
      '@x[1]:',
      '10:08:02 6',
      '10:08:03 -',
      '10:08:04 -',
      '@x[2]:',
      '10:08:04.000000000 7',
      '@x[3]:',
      '<no data>',
    ]);
  });
});

describe('isAbsent', () => {
  const count = userMap('@c', { kind: 'count' });
  it('tells maps without a value', () => {
    expect(isAbsent(count, snapshot(count, scalar(0, 0)))).toBe(true);
    expect(isAbsent(count, snapshot(count, scalar(0, 1)))).toBe(false);
    const plain = { ...userMap('@p', tuple(int64, int64)), presenceOffset: 8 };
    expect(isAbsent(plain, snapshot(plain, scalar([5, 0])))).toBe(true);
    expect(isAbsent(plain, snapshot(plain, scalar([0, 1])))).toBe(false);
    const byKey = userMap('@k', int8, int8);
    expect(isAbsent(byKey, snapshot(byKey, []))).toBe(true);
  });
});
