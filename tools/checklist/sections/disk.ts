/** Rates, sizes and waiting times of the disks, from the counters that iostat reads. */
import { label, measure, numberOf } from '../../../src/tools/shape/column.ts';
import { type Look, percent } from '../section.ts';

/** Fields of /proc/diskstats after the name (Documentation/admin-guide/iostats.rst). */
interface Disk {
  readonly reads: number;
  readonly readSectors: number;
  readonly readMs: number;
  readonly writes: number;
  readonly writtenSectors: number;
  readonly writeMs: number;
  readonly busyMs: number;
  readonly weightedMs: number;
}

const sectorKib = 0.5;

function parseDisks(text: string): ReadonlyMap<string, Disk> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words.length >= 14)
      .map(([, , name = '', ...rest]) => {
        const [
          reads = 0,
          ,
          readSectors = 0,
          readMs = 0,
          writes = 0,
          ,
          writtenSectors = 0,
          writeMs = 0,
          ,
          busyMs = 0,
          weightedMs = 0,
        ] = rest.map(Number);
        return [name, { reads, readSectors, readMs, writes, writtenSectors, writeMs, busyMs, weightedMs }];
      }),
  );
}

const none: Disk = {
  reads: 0,
  readSectors: 0,
  readMs: 0,
  writes: 0,
  writtenSectors: 0,
  writeMs: 0,
  busyMs: 0,
  weightedMs: 0,
};

export const disks: Look<ReadonlyMap<string, Disk>> = {
  name: 'disks',
  title: 'Disks that did something',
  like: 'iostat -xz 1',
  sample: (read) => parseDisks(read('/proc/diskstats')),
  table: (before, after, seconds) => ({
    columns: [
      label('DISK', 'disk', { about: 'disk or partition', width: 12 }),
      measure('R/s', 'reads_per_s', { about: 'reads a second', width: 9, decimals: 1 }),
      measure('W/s', 'writes_per_s', { about: 'writes a second', width: 9, decimals: 1 }),
      measure('RkB/s', 'read_kib_per_s', { about: 'KiB read a second', width: 10, decimals: 1 }),
      measure('WkB/s', 'written_kib_per_s', { about: 'KiB written a second', width: 10, decimals: 1 }),
      measure('R_AWAIT(ms)', 'read_wait_ms', { about: 'average time of a read, queue included', width: 11 }),
      measure('W_AWAIT(ms)', 'write_wait_ms', {
        about: 'average time of a write, queue included',
        width: 11,
      }),
      measure('QUEUE', 'queue', { about: 'average requests under way', width: 7 }),
      measure('UTIL%', 'busy_percent', {
        about: 'time with at least one request under way',
        width: 6,
        decimals: 1,
      }),
    ],
    rows: [...after].flatMap(([disk, now]) => {
      const then = before.get(disk) ?? none;
      const [reads, writes] = [now.reads - then.reads, now.writes - then.writes];
      if (reads + writes === 0) return [];
      return [
        {
          disk,
          reads_per_s: reads / seconds,
          writes_per_s: writes / seconds,
          read_kib_per_s: ((now.readSectors - then.readSectors) * sectorKib) / seconds,
          written_kib_per_s: ((now.writtenSectors - then.writtenSectors) * sectorKib) / seconds,
          read_wait_ms: reads === 0 ? 0 : (now.readMs - then.readMs) / reads,
          write_wait_ms: writes === 0 ? 0 : (now.writeMs - then.writeMs) / writes,
          queue: (now.weightedMs - then.weightedMs) / (seconds * 1000),
          busy_percent: Math.min(100, percent(now.busyMs - then.busyMs, seconds * 1000)),
        },
      ];
    }),
  }),
  findings: ({ rows }) =>
    rows
      .filter((row) => numberOf(row.busy_percent) > 60)
      .map(
        (row) =>
          `${String(row.disk)} is busy ${numberOf(row.busy_percent).toFixed(0)} % of the time: biolatency and biosnoop show how requests fare`,
      ),
};
