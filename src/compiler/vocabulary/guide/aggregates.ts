/** Aggregates: assigned to a map, summed up there for each processor, combined when they are read. */
import { type Guides, guide } from './guide.ts';

export const aggregateGuides: Guides = {
  avg: guide(
    'avg(n)',
    'Average of the values, without decimals.',
    'begin { @a = avg(5); @a = avg(10); }',
    '@a: 7',
  ),
  count: guide(
    'count()',
    'How many times it was called.',
    'begin { @["x"] = count(); @["x"] = count(); }',
    '@[x]: 2',
  ),
  hist: guide(
    'hist(n[, bits])',
    'Histogram with a bucket for each power of two; `bits` (0 to 5) splits each into 2^bits. `print(@h, p50, p99)` gives percentiles.',
    'begin { @h = hist(3); @h = hist(9); @h = hist(12); }',
    '@h:\n[2, 4)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |\n[4, 8)                 0 |                                                    |\n[8, 16)                2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|',
  ),
  lhist: guide(
    'lhist(n, min, max, step)',
    'Histogram with buckets of equal width, and one for all values below and above.',
    'begin { @l = lhist(5, 0, 20, 10); @l = lhist(25, 0, 20, 10); }',
    '@l:\n[0, 10)                1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n[10, 20)               0 |                                                    |\n[20, ...)              1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|',
  ),
  max: guide('max(n)', 'The largest value.', 'begin { @m = max(-5); @m = max(-9); }', '@m: -5'),
  min: guide('min(n)', 'The smallest value.', 'begin { @m = min(5); @m = min(-3); }', '@m: -3'),
  stats: guide(
    'stats(n)',
    'Count, average and total of the values.',
    'begin { @s = stats(5); @s = stats(10); }',
    '@s: { .count = 2, .average = 7, .total = 15 }',
  ),
  sum: guide('sum(n)', 'Sum of the values.', 'begin { @s = sum(5); @s = sum(-10); }', '@s: -5'),
  tseries: guide(
    'tseries(n, interval, count[, "avg"|"max"|"min"|"sum"])',
    'The last `count` intervals of a series over time, each with its last value or the one that the fourth argument names. Unstable: it may change.',
    'config = { unstable_tseries = enable } begin { @t = tseries(5, 1s, 10); }',
    '@t:\n…\n…| 5\n…',
  ),
};
