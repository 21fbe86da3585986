/**
 * Which CPUs there are. Per-CPU map values have one copy for every *possible* CPU, present or not, so reading
 * them with any other count overruns the buffer. The kernel writes the sets as lists: `0-3,8`.
 */
import { readFileSync } from 'node:fs';
import { KernelFileError } from './errors.ts';

const directory = '/sys/devices/system/cpu';

/** CPU numbers of a list such as `0-3,8`, ascending. @throws KernelFileError naming `path` when it is malformed. */
export function parseCpuList(text: string, path: string): readonly number[] {
  const cpus: number[] = [];
  for (const part of text.trim().split(',')) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    const first = Number(match?.[1]);
    const last = match?.[2] === undefined ? first : Number(match[2]);
    if (!match || last < first) throw new KernelFileError(path, `"${part}" is not a range of CPU numbers`);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

function readCpuList(name: string): readonly number[] {
  const path = `${directory}/${name}`;
  return parseCpuList(readFileSync(path, 'latin1'), path);
}

export function onlineCpus(): readonly number[] {
  return readCpuList('online');
}

let possible: number | undefined;
/** Copies in a per-CPU value: fixed at boot, hence read once. */
export function possibleCpuCount(): number {
  possible ??= (readCpuList('possible').at(-1) ?? 0) + 1;
  return possible;
}
