/** bioerr and mdflush with a loop device: reads beyond the end of its shrunken file fail, and flushes are known. */
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shell, trace } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';
import { percentile } from './biolatpcts.ts';
import { flushProgram } from './mdflush.ts';
import { flagText } from './shared/request.ts';
import { hostName, opcodeName, statusName } from './shared/scsi.ts';

const file = `${process.cwd()}/kscope-loop-test`;
const loopMajor = 7;

/** Gives undefined where loop devices cannot be made. */
async function withLoop(use: (device: string) => Promise<void>): Promise<true | undefined> {
  writeFileSync(file, Buffer.alloc(1 << 20));
  let device: string;
  try {
    device = (await shell(`sync ${file}; losetup -f --show --direct-io=on ${file}`)).trim();
  } catch {
    rmSync(file);
    return undefined;
  }
  try {
    await use(device);
    return true;
  } finally {
    await shell(`losetup -d ${device}`);
    rmSync(file);
  }
}

describeTracing('with a loop device', () => {
  it('bioerr shows reads that fail', async ({ skip }) => {
    const made = await withLoop(async (device) => {
      truncateSync(file, 0);
      const name = device.replace('/dev/', '');
      const { lines } = await runTool('bioerr', {
        args: ['--disk', name],
        workload: () =>
          shell(`dd if=${device} of=/dev/null bs=4k skip=16 count=1 iflag=direct 2>/dev/null || :`),
      });
      expect(linesOfType(lines, 'event')[0]).toMatchObject({
        disk: name,
        sector: 128,
        bytes: 4096,
        error: 5,
        error_name: 'EIO',
      });
    });
    if (made === undefined) skip('no loop devices here');
  });

  it('mdflush sees flushes, and who sends them', async ({ skip }) => {
    const made = await withLoop(async (device) => {
      const { stdout, stderr } = await trace(flushProgram({}, loopMajor), {
        workload: () => shell(`dd if=/dev/zero of=${device} bs=4k count=1 conv=fsync status=none`),
      });
      expect(stdout, stderr).toMatch(/\.comm = dd, \.device = \d+ \}/);
    });
    if (made === undefined) skip('no loop devices here');
  });
});

describe('names', () => {
  it('of requests', () => {
    expect(flagText(0x801)).toBe('Sync-Write');
    expect(flagText((1 << 19) | 0)).toBe('ReadAhead-Read');
    expect(flagText(0x822 & 0xff)).toBe('Other-34');
  });

  it('of SCSI', () => {
    expect(opcodeName(0x28)).toBe('READ_10');
    expect(opcodeName(0xf1)).toBe('0xf1');
    expect(hostName(0x30002)).toBe('DID_TIME_OUT');
    expect(statusName(0x30002)).toBe('SAM_STAT_CHECK_CONDITION');
  });
});

describe('percentile', () => {
  const buckets = [
    [0, 9, 50],
    [10, 19, 40],
    [20, 29, 10],
  ];
  it.each([
    [50, 9],
    [51, 19],
    [90, 19],
    [99, 29],
    [100, 29],
  ])('%s', (wanted, value) => expect(percentile(buckets, wanted)).toBe(value));

  it('of nothing is nothing', () => expect(percentile(0, 50)).toBe(null));
});
