/**
 * Symbols that just-in-time compilers write for profilers to /tmp/perf-PID.map: lines of start and size in
 * hexadecimal and a name that may hold spaces (Documentation: tools/perf/Documentation/jit-interface.txt). Code is
 * freed and its place used again, so that of two entries for an address the later line holds.
 */
import { lastAtOrBelow } from '../base/sorted.ts';

export interface PerfMapLocation {
  readonly name: string;
  readonly offset: number;
}

interface Entry {
  readonly start: number;
  readonly size: number;
  readonly name: string;
}

const linePattern = /^(?:0x)?([0-9a-f]+) (?:0x)?([0-9a-f]+) (.+)$/i;

export class PerfMap {
  readonly #entries: readonly Entry[];
  readonly #starts: Float64Array;

  constructor(text: string) {
    const byStart = new Map<number, Entry>();
    for (const line of text.split('\n')) {
      const match = linePattern.exec(line);
      if (match === null) continue;
      const [, start = '', size = '', name = ''] = match;
      const entry = {
        start: Number.parseInt(start, 16),
        size: Number.parseInt(size, 16),
        name: name.trimEnd(),
      };
      byStart.set(entry.start, entry);
    }
    this.#entries = [...byStart.values()].sort((a, b) => a.start - b.start);
    this.#starts = Float64Array.from(this.#entries, (entry) => entry.start);
  }

  get size(): number {
    return this.#entries.length;
  }

  find(address: number): PerfMapLocation | undefined {
    const entry = this.#entries[lastAtOrBelow(this.#starts, address)];
    if (entry === undefined || address >= entry.start + entry.size) return undefined;
    return { name: entry.name, offset: address - entry.start };
  }
}
