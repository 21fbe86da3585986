/** What the tools for hard and soft interrupts share: options, table and histograms of the time in handlers. */
import { flag } from '../../../src/tools/options/option.ts';
import * as standard from '../../../src/tools/options/standard.ts';
import { type Column, count, label, measure, numberOf } from '../../../src/tools/shape/column.ts';
import type { Shape } from '../../../src/tools/shape/shape.ts';

export const interruptOptions = {
  interval: standard.interval,
  count: standard.count,
  cpu: standard.cpu,
  nanoseconds: standard.nanoseconds,
  distribution: flag({ long: 'dist', also: ['distribution'], help: 'histograms instead of sums' }),
  timestamps: standard.timestamps,
};

interface Values {
  readonly nanoseconds: boolean;
  readonly distribution: boolean;
}

/** Statements that count `$ns` nanoseconds under a key. */
export function countTime(key: string, { nanoseconds, distribution }: Values): string {
  if (distribution) return `@dist[${key}] = hist((uint64)$ns / ${nanoseconds ? 1 : 1000});`;
  return `@count[${key}] = count(); @time[${key}] = sum($ns); @longest[${key}] = max($ns);`;
}

/** Softirq vectors by their numbers: the enumeration of linux/interrupt.h, whose order has never changed. */
export const softirqNames = [
  'hi',
  'timer',
  'net_tx',
  'net_rx',
  'block',
  'irq_poll',
  'tasklet',
  'sched',
  'hrtimer',
  'rcu',
] as const;

export function interruptShapes(key: Column, part: string, o: Values): readonly Shape[] {
  const unit = o.nanoseconds
    ? { title: 'nsecs', field: 'ns', ns: 1 }
    : { title: 'usecs', field: 'us', ns: 1000 };
  if (o.distribution)
    return [
      { kind: 'histogram', map: '@dist', unit: unit.title, name: 'handler_time', keys: [key], parts: [part] },
    ];
  const time = (title: string, field: string, about: string) =>
    measure(`${title}_${unit.title}`, `${field}_${unit.field}`, {
      about,
      width: 14,
      decimals: o.nanoseconds ? 0 : 1,
      from: (row) => numberOf(row[field]) / unit.ns,
    });
  return [
    {
      kind: 'table',
      keys: [key],
      parts: [part],
      maps: { count: '@count', total: '@time', longest: '@longest' },
      values: [
        count('TOTAL_count', 'count', { about: 'how often the handler ran' }),
        time('TOTAL', 'total', 'time in the handler'),
        time('MAX', 'longest', 'the longest run of the handler'),
      ],
      sort: `total_${unit.field}`,
    },
  ];
}

export const handlerColumn = (title: string, field: string, about: string): Column =>
  label(title, field, { about, width: 26 });
