/** /proc/PID/maps: what lies where in a process (proc(5)). */

export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly executable: boolean;
  /** Place in the file at which the mapping starts. */
  readonly offset: number;
  /** `major:minor` in hexadecimal, as the kernel writes it. */
  readonly device: string;
  readonly inode: string;
  /** A path; `[vdso]`, `[heap]` …; empty for anonymous memory. Without the ` (deleted)` mark. */
  readonly path: string;
  /** The file was unlinked or replaced since it was mapped. */
  readonly deleted: boolean;
  /** `start-end` as the kernel writes it: the name in /proc/PID/map_files. */
  readonly range: string;
}

const linePattern =
  /^(([0-9a-f]+)-([0-9a-f]+)) ([r-][w-]([x-])[ps]) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/;
const deletedMark = ' (deleted)';

/** In order of address, as the kernel writes them. Lines that are not understood are left out. */
export function parseProcessMap(text: string): Mapping[] {
  return text.split('\n').flatMap((line) => {
    const match = linePattern.exec(line);
    if (match === null) return [];
    const [, range = '', start = '', end = '', , execute, offset = '', device = '', inode = '', name = ''] =
      match;
    const deleted = name.endsWith(deletedMark);
    return {
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      executable: execute === 'x',
      offset: Number.parseInt(offset, 16),
      device,
      inode,
      path: unescapePath(deleted ? name.slice(0, -deletedMark.length) : name),
      deleted,
      range,
    };
  });
}

/** The kernel writes a newline in a path as \012. */
function unescapePath(path: string): string {
  return path.replaceAll('\\012', '\n');
}

/** The mapping that holds an address, by binary search. */
export function mappingAt(mappings: readonly Mapping[], address: number): Mapping | undefined {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (mappings[middle]!.end <= address) low = middle + 1;
    else high = middle;
  }
  const mapping = mappings[low];
  return mapping !== undefined && mapping.start <= address ? mapping : undefined;
}
