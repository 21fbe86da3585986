/**
 * The dynamic PMUs `kprobe` and `uprobe` (4.17): their type numbers and the places of their bits in
 * `perf_event_attr.config` are only known from sysfs.
 */
import { readFileSync } from 'node:fs';
import { KernelFileError } from './errors.ts';

export interface ProbePmu {
  readonly type: number;
  /** Bit of `config` that makes it a return probe. */
  readonly returnBit: number;
  /** First bit of the semaphore's file offset in `config`; absent before 4.20 and for kprobes. */
  readonly semaphoreShift: number | undefined;
}

const devices = '/sys/bus/event_source/devices';

const known = new Map<string, ProbePmu | undefined>();

/** That of the running kernel, read once: a wildcard opens hundreds of events. */
export function kernelProbePmu(name: 'kprobe' | 'uprobe'): ProbePmu | undefined {
  if (!known.has(name)) known.set(name, probePmu(name));
  return known.get(name);
}

/** Undefined when the kernel has no such event source. `root` for tests. */
export function probePmu(name: 'kprobe' | 'uprobe', root: string = devices): ProbePmu | undefined {
  const directory = `${root}/${name}`;
  const type = readText(`${directory}/type`);
  if (type === undefined) return undefined;
  const returnBit = readFirstBit(`${directory}/format/retprobe`);
  if (returnBit === undefined)
    throw new KernelFileError(`${directory}/format/retprobe`, 'there is no such file');
  return {
    type: Number(type),
    returnBit,
    semaphoreShift: readFirstBit(`${directory}/format/ref_ctr_offset`),
  };
}

/** `config:0` → 0, `config:32-63` → 32. */
function readFirstBit(path: string): number | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const match = /^config:(\d+)(?:-\d+)?$/.exec(text);
  if (!match) throw new KernelFileError(path, `"${text}" is not a range of config bits`);
  return Number(match[1]);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}
