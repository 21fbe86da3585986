/** The tools of disk requests against direct writes of known number, size and place. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, bucketTotal, type Line, linesOfType, runTool } from '../../tests/tools/harness.ts';

const path = 'kscope-disk-test';
/** Once with the blocks laid out, so that the second time only the data is written. */
const write = (count: number, kilobytes: number) =>
  shell(`dd if=/dev/zero of=${path} bs=${kilobytes}k count=${count} oflag=direct conv=notrunc status=none`);
const laidOut = async () => {
  await shell(`dd if=/dev/zero of=${path} bs=64k count=32 oflag=direct status=none; sync ${path}`);
};

/** The disk of this folder: requests are for the whole disk, files may be on a partition. */
function diskOfHere(): string | undefined {
  const { dev } = statSync('.');
  const link = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  if (!existsSync(link)) return undefined;
  const name = (folder: string) => /DEVNAME=(\S+)/.exec(readFileSync(`${folder}/uevent`, 'utf8'))?.[1];
  return existsSync(`${link}/partition`) ? name(`${link}/..`) : name(link);
}

const disk = diskOfHere();
const count = (lines: readonly Line[], from: number, below = Number.POSITIVE_INFINITY) =>
  lines
    .flatMap(bucketsOf)
    .filter(({ min = 0 }) => min >= from && min < below)
    .reduce((sum, one) => sum + one.count, 0);

afterAll(() => rmSync(path, { force: true }));

describe.skipIf(disk === undefined)('requests', () => {
  describeTracing('biosnoop', () => {
    it('shows each request with its process, size and place', async () => {
      await laidOut();
      let wallMs = 0;
      const { lines } = await runTool('biosnoop', {
        args: ['-Q', '-n', 'dd', '--disk', String(disk)],
        workload: async () => {
          const begun = Date.now();
          await write(20, 8);
          wallMs = Date.now() - begun;
        },
      });
      const events = linesOfType(lines, 'event').filter(({ operation }) => operation === 'W');
      const data = events.filter(({ bytes }) => bytes === 8192);
      expect(data.length).toBe(20);
      expect(new Set(data.map((event) => `${event.comm} ${event.disk}`))).toEqual(new Set([`dd ${disk}`]));
      const sectors = data.map(({ sector }) => Number(sector));
      expect(
        sectors.slice(1).filter((sector, index) => sector === Number(sectors[index]) + 16).length,
      ).toBeGreaterThanOrEqual(15);
      const spent = data.reduce(
        (sum, { latency_ms, queue_ms }) => sum + Number(latency_ms) + Number(queue_ms),
        0,
      );
      expect(spent).toBeGreaterThan(0);
      // One after the other.
      expect(spent).toBeLessThan(wallMs);
    });

    it('keeps to what took long', async () => {
      const { stdout } = await runTool('biosnoop', {
        args: ['-M', '60000'],
        text: true,
        workload: () => write(5, 4),
      });
      expect(stdout).toMatch(/^TIME\(s\) +COMM +PID +DISK +T +SECTOR +BYTES LAT\(ms\)\n$/);
    });
  });

  describeTracing('biolatency', () => {
    it.each([
      ['in the device', []],
      ['from the start', ['-Q']],
    ])('counts all requests, %s', async (_, args) => {
      await laidOut();
      const { lines } = await runTool('biolatency', { args: [...args, '-D'], workload: () => write(40, 4) });
      const mine = linesOfType(lines, 'histogram').filter(
        ({ key }) => JSON.stringify(key) === `{"disk":"${disk}"}`,
      );
      expect(mine[0]).toMatchObject({ name: 'latency', unit: 'usecs' });
      expect(bucketTotal(mine)).toBeGreaterThanOrEqual(40);
    });

    it('tells kinds of requests apart', async () => {
      const { lines } = await runTool('biolatency', { args: ['-F', '-m'], workload: () => write(20, 4) });
      const writes = linesOfType(lines, 'histogram').filter(({ key }) =>
        JSON.stringify(key).includes('Sync-Write"'),
      );
      expect(bucketTotal(writes)).toBeGreaterThanOrEqual(20);
    });

    it('refuses a disk that does not exist', async () => {
      const { stderr, status } = await runTool('biolatency', { args: ['--disk', 'nono'] });
      expect(stderr).toContain("there is no disk 'nono'");
      expect(status).not.toBe(0);
    });
  });

  describeTracing('biotop', () => {
    it('sums requests, bytes and time by process', async () => {
      await laidOut();
      const { lines } = await runTool('biotop', { args: ['-n', 'dd', '100'], workload: () => write(30, 16) });
      const [row] = linesOfType(lines, 'row').filter(({ direction }) => direction === 'W');
      expect(row).toMatchObject({ comm: 'dd', disk });
      expect(row?.requests).toBeGreaterThanOrEqual(30);
      expect(row?.kbytes).toBeGreaterThanOrEqual(480);
      expect(row?.kbytes).toBeLessThan(700);
      expect(row?.latency_ms).toBeGreaterThan(0);
    });
  });

  describeTracing('biopattern', () => {
    it('finds what is written in sequence', async () => {
      await laidOut();
      const { lines } = await runTool('biopattern', { args: ['100'], workload: () => write(200, 4) });
      const [row] = linesOfType(lines, 'row').filter((one) => one.disk === disk);
      expect(row?.requests).toBeGreaterThanOrEqual(195);
      // Whatever else uses the disk comes in between.
      expect((Number(row?.sequential_percent) / 100) * Number(row?.requests)).toBeGreaterThan(60);
      expect(Number(row?.sequential_percent) + Number(row?.random_percent)).toBeCloseTo(100);
    });
  });

  describeTracing('bitesize', () => {
    it('counts sizes by program', async () => {
      await laidOut();
      const { lines } = await runTool('bitesize', { args: ['-n', 'dd'], workload: () => write(25, 64) });
      const [line] = linesOfType(lines, 'histogram');
      expect(line).toMatchObject({ unit: 'Kbytes', key: { comm: 'dd' } });
      expect(count([line ?? { type: '' }], 64, 128)).toBe(25);
    });
  });

  describeTracing('seeksize', () => {
    it('finds no distance between requests in sequence', async () => {
      await laidOut();
      const { lines } = await runTool('seeksize', { args: ['-n', 'dd'], workload: () => write(200, 4) });
      const [line] = linesOfType(lines, 'histogram');
      expect(line).toMatchObject({ unit: 'sectors', key: { comm: 'dd' } });
      expect(count([line ?? { type: '' }], 0, 1)).toBeGreaterThan(60);
    });
  });

  describeTracing('biostacks', () => {
    it('shows the stack that made the requests', async () => {
      await laidOut();
      const { lines } = await runTool('biostacks', { args: ['-n', 'dd'], workload: () => write(15, 4) });
      const writes = linesOfType(lines, 'histogram').filter(({ key }) =>
        JSON.stringify(key).includes('write'),
      );
      expect(bucketTotal(writes)).toBeGreaterThanOrEqual(15);
      expect(JSON.stringify(writes[0]?.key)).toMatch(/submit_bio.*ksys_write/);
      expect(writes[0]?.key).toMatchObject({ comm: 'dd', disk });
    });
  });

  describeTracing('biolatpcts', () => {
    it('shows percentiles in order', async () => {
      await laidOut();
      const { lines } = await runTool('biolatpcts', {
        args: [String(disk), '100', '--percentiles', '10,50,99.9'],
        workload: () => write(100, 4),
      });
      const row = linesOfType(lines, 'row').find(({ operation }) => operation === 'write');
      expect(row?.requests).toBeGreaterThanOrEqual(100);
      expect(row?.p50_us).toBeGreaterThanOrEqual(Number(row?.p10_us));
      expect(row?.p99_9_us).toBeGreaterThanOrEqual(Number(row?.p50_us));
      expect(row?.p10_us).toBeGreaterThan(0);
    });
  });

  const scheduler =
    disk === undefined ? '' : readFileSync(`/sys/class/block/${disk}/queue/scheduler`, 'utf8');
  const chosen = /\[(\S+)\]/.exec(scheduler)?.[1] ?? 'none';

  describeTracing('iosched', () => {
    it.skipIf(chosen === 'none')('names the scheduler of the disk', async () => {
      await laidOut();
      const { lines } = await runTool('iosched', {
        args: ['--disk', String(disk)],
        // Buffered writes go through the queue when they are written back together.
        workload: () => shell(`dd if=/dev/zero of=${path} bs=1M count=8 conv=fsync status=none`),
      });
      const [line] = linesOfType(lines, 'histogram');
      expect(line).toMatchObject({ name: 'scheduler_wait', key: { scheduler: chosen } });
      expect(bucketTotal(lines)).toBeGreaterThan(0);
    });
  });
});
