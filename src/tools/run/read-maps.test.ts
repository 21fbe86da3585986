/** Maps as tables and histograms: keys whose parts are no columns, histograms in tables, maps without a key. */
import { expect, it } from 'vitest';
import type { MapMessage } from '../../output/protocol.ts';
import { count, label, nameFrom, type RowContext } from '../shape/column.ts';
import { stackColumn, stackFrames } from '../shape/stack-frames.ts';
import { readShape } from './read-maps.ts';

const context: RowContext = {
  wallClockMs: Number,
  secondsSinceStart: Number,
  diskName: (device) => `disk${device}`,
  userName: String,
};
const reader = (map: MapMessage) => () => map;

it('computes columns from parts of the key', () => {
  const shape = {
    kind: 'table',
    keys: [nameFrom('id', label('NAME', 'name', { about: 'name' }), (id) => (id === 1 ? 'one' : undefined))],
    parts: ['id'],
    maps: { calls: '@' },
    values: [count('CALLS', 'calls', { about: 'calls' })],
    sort: 'calls',
  } as const;
  const read = reader({
    name: '@',
    kind: 'values',
    scalar: false,
    rows: [
      { key: 1, label: '1', value: 5 },
      { key: 2, label: '2', value: 7 },
    ],
  });
  expect(readShape(shape, read, context)).toMatchObject({
    rows: [
      ['2', 7],
      ['one', 5],
    ],
  });
});

it('has a row of zeros for a map without a key that holds nothing', () => {
  const shape = {
    kind: 'table',
    keys: [],
    maps: { calls: '@' },
    values: [count('CALLS', 'calls', { about: 'calls' })],
    sort: 'calls',
  } as const;
  const read = reader({ name: '@', kind: 'values', scalar: true, rows: [] });
  expect(readShape(shape, read, context)).toMatchObject({ rows: [[0]] });
});

it('gives the buckets of a histogram to the columns of a table', () => {
  const shape = {
    kind: 'table',
    keys: [],
    maps: { latency: '@' },
    values: [
      count('HIGHEST', 'highest', {
        about: 'highest value',
        from: ({ latency }) => (Array.isArray(latency) ? (latency.at(-1) ?? null) : null),
      }),
    ],
    sort: 'highest',
  } as const;
  const read = reader({
    name: '@',
    kind: 'histogram',
    scale: 'log2',
    scalar: true,
    rows: [{ value: [{ min: 0, max: 3, count: 2 }] }],
  });
  expect(readShape(shape, read, context)).toMatchObject({ rows: [[[0, 3, 2]]] });
});

it('takes stacks as keys of histograms, without the frames of the tracer', () => {
  const own = [
    'bpf_prog_1234_x+1',
    'bpf_trace_run4+2',
    '__traceiter_sched_switch+3',
    '__schedule+4',
    'schedule+5',
  ];
  const shape = {
    kind: 'histogram',
    map: '@',
    unit: 'usecs',
    keys: [stackColumn('kernel')],
    parts: ['kernel'],
  } as const;
  const read = reader({
    name: '@',
    kind: 'histogram',
    scale: 'log2',
    scalar: false,
    rows: [{ key: own, label: '', value: [{ min: 1, max: 1, count: 1 }] }],
  });
  expect(readShape(shape, read, context)).toMatchObject({
    sections: [{ key: [['__schedule+4', 'schedule+5']] }],
  });
  expect(stackFrames(own, true)).toEqual(own);
});
