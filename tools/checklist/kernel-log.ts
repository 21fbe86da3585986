/**
 * The kernel's log through /dev/kmsg: each read(2) gives one record, `level,number,microseconds,flags;text`, and a
 * reader that does not wait gets EAGAIN after the last (Documentation/ABI/testing/dev-kmsg).
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';

/** CONSOLE_EXT_LOG_MAX: no record is longer. */
const longestRecord = 8192;

/** All records, one a line; empty where the log may not be read. */
export function readKernelLog(): string {
  try {
    const fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readRecords(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}

function readRecords(fd: number): string {
  const record = Buffer.alloc(longestRecord);
  let text = '';
  for (;;) {
    try {
      const length = readSync(fd, record, 0, record.length, null);
      if (length === 0) return text;
      text += `${record.toString('utf8', 0, length).split('\n')[0]}\n`;
    } catch (error) {
      // EPIPE: records were overwritten while we read; the next read goes on with the oldest.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') continue;
      return text;
    }
  }
}
