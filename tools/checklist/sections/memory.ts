/** How much memory there is, and how much of it can still be had. */
import { measure, numberOf } from '../../../src/tools/shape/column.ts';
import { type Look, parseFields, percent } from '../section.ts';

const columns = [
  measure('TOTAL(MiB)', 'total_mib', { about: 'memory of the machine', width: 11, decimals: 0 }),
  measure('AVAILABLE', 'available_mib', {
    about: 'MiB that programs can have without swapping',
    width: 10,
    decimals: 0,
  }),
  measure('FREE', 'free_mib', { about: 'MiB that are used for nothing', width: 9, decimals: 0 }),
  measure('BUFFERS', 'buffers_mib', { about: 'MiB that cache disk blocks', width: 9, decimals: 0 }),
  measure('CACHE', 'cache_mib', { about: 'MiB that cache files', width: 9, decimals: 0 }),
  measure('DIRTY', 'dirty_mib', { about: 'MiB that wait to be written', width: 9, decimals: 1 }),
  measure('SWAP', 'swap_mib', { about: 'MiB of swap space', width: 9, decimals: 0 }),
  measure('SWAPUSED', 'swap_used_mib', { about: 'MiB of swap space in use', width: 9, decimals: 0 }),
];

export const memory: Look<ReadonlyMap<string, number>> = {
  name: 'memory',
  title: 'Memory',
  like: 'free -m',
  sample: (read) => parseFields(read('/proc/meminfo')),
  table: (_, fields) => {
    const mib = (name: string) => (fields.get(name) ?? 0) / 1024;
    return {
      columns,
      rows: [
        {
          total_mib: mib('MemTotal'),
          available_mib: mib('MemAvailable'),
          free_mib: mib('MemFree'),
          buffers_mib: mib('Buffers'),
          cache_mib: mib('Cached') + mib('SReclaimable'),
          dirty_mib: mib('Dirty'),
          swap_mib: mib('SwapTotal'),
          swap_used_mib: mib('SwapTotal') - mib('SwapFree'),
        },
      ],
    };
  },
  findings: ({ rows: [row = {}] }) =>
    percent(numberOf(row.available_mib), numberOf(row.total_mib)) < 10
      ? ['less than a tenth of the memory is available']
      : [],
};
