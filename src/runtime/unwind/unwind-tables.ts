/**
 * Keeps the tables by which programs in the kernel unwind user stacks (program/unwind-table.ts) true for the
 * processes that were named: reads what they have mapped, again when it changes, and the call frame information of
 * each binary once.
 */
import { readFileSync } from 'node:fs';
import { must } from '../../base/assert.ts';
import { bytesSource } from '../../elf/byte-source.ts';
import { Elf } from '../../elf/elf.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { segmentFlags, segmentTypes } from '../../elf/structures.ts';
import type { BpfMap } from '../../kernel/bpf-map.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Mapping as SharedMemory } from '../../kernel/mapping.ts';
import type { UnwindMaps } from '../../program/program.ts';
import { MappingLayout, mappingsPerTable, mostProcesses, ProcessLayout } from '../../program/unwind-table.ts';
import { openMapped } from '../../symbols/binary-cache.ts';
import { FileSource } from '../../symbols/file-source.ts';
import { type Mapping, parseProcessMap } from '../../symbols/process-map.ts';
import { RowStore, type StoredRows } from './row-store.ts';

interface Followed {
  readonly slot: number;
  text: string;
  /** Which of its two tables is in use. */
  half: 0 | 1;
}

const page = 4096;

export class UnwindTables implements Disposable {
  readonly #processes: BpfMap;
  readonly #memory: readonly SharedMemory[];
  readonly #mappings: DataView;
  readonly #rows: RowStore;
  readonly #followed = new Map<number, Followed>();
  #leftOut = 0;

  /** `maps` by the indexes of Program.maps. */
  constructor(kernel: Kernel, indexes: UnwindMaps, maps: readonly BpfMap[]) {
    const share = (index: number) => {
      const { fd, valueSize, name } = must(maps[index], 'map for unwinding');
      return new SharedMemory(kernel, fd, { offset: 0, length: valueSize, writable: true, what: name });
    };
    const [rows, mappings] = [share(indexes.rows), share(indexes.mappings)];
    this.#memory = [rows, mappings];
    this.#rows = new RowStore(new Uint8Array(rows.buffer));
    this.#mappings = new DataView(mappings.buffer);
    this.#processes = must(maps[indexes.processes], 'processes for unwinding');
  }

  /** For verbose output: `unwind tables: 1.2 MiB for 14 mappings`. */
  get summary(): string {
    const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    const processes = this.#followed.size;
    return `unwind tables: ${mib(this.#rows.usedBytes)} of ${mib(this.#rows.sizeBytes)} MiB used for ${processes} process${processes === 1 ? '' : 'es'}`;
  }

  takeProblems(): readonly string[] {
    const tooMany = this.#leftOut > 0 ? [`${this.#leftOut} mappings or processes have no unwind table`] : [];
    this.#leftOut = 0;
    return [...this.#rows.takeProblems(), ...tooMany];
  }

  /** Stacks of the process can be unwound from now on. */
  follow(pid: number): void {
    if (this.#followed.has(pid)) return;
    if (this.#followed.size >= mostProcesses) {
      this.#leftOut++;
      return;
    }
    this.#followed.set(pid, { slot: this.#followed.size, text: '', half: 0 });
    this.refresh();
  }

  /** Reads again what processes have mapped, where that has changed. */
  refresh(): void {
    for (const [pid, followed] of this.#followed) {
      const text = readMaps(pid);
      if (text === undefined || text === followed.text) continue;
      followed.text = text;
      this.#write(pid, followed, parseProcessMap(text));
    }
  }

  #write(pid: number, followed: Followed, mappings: readonly Mapping[]): void {
    followed.half = followed.half === 0 ? 1 : 0;
    const first = (followed.slot * 2 + followed.half) * mappingsPerTable;
    let count = 0;
    for (const mapping of mappings) {
      const table = mapping.executable ? this.#tableOf(pid, mapping) : undefined;
      if (table === undefined) continue;
      if (count === mappingsPerTable) {
        this.#leftOut++;
        break;
      }
      this.#writeMapping((first + count) * MappingLayout.size, mapping, table);
      count++;
    }
    const key = new Uint8Array(4);
    new DataView(key.buffer).setUint32(0, pid, true);
    const value = new Uint8Array(ProcessLayout.size);
    const view = new DataView(value.buffer);
    view.setUint32(ProcessLayout.first, first, true);
    view.setUint32(ProcessLayout.count, count, true);
    this.#processes.update(key, value);
  }

  #writeMapping(at: number, { start, end }: Mapping, { rows, bias }: Table): void {
    const view = this.#mappings;
    view.setBigUint64(at + MappingLayout.start, BigInt(start), true);
    view.setBigUint64(at + MappingLayout.end, BigInt(end), true);
    view.setBigUint64(at + MappingLayout.bias, BigInt.asUintN(64, BigInt(bias)), true);
    view.setUint32(at + MappingLayout.firstRow, rows.first, true);
    view.setUint32(at + MappingLayout.rowCount, rows.count, true);
  }

  #tableOf(pid: number, mapping: Mapping): Table | undefined {
    if (mapping.path === '') return withBias(this.#rows.framePointers, mapping.start);
    if (mapping.path === '[vdso]') return this.#vdso(pid, mapping);
    if (!mapping.path.startsWith('/')) return undefined;
    using source = openMapped(pid, mapping);
    return source && this.#fileTable(source, mapping);
  }

  #fileTable(source: FileSource, mapping: Mapping): Table | undefined {
    let elf: Elf | undefined;
    const open = () => {
      elf ??= Elf.open(source);
      return elf;
    };
    const rows = this.#rows.of(source.identity, mapping.path, open);
    if (rows === undefined) return undefined;
    const address = addressOf(open(), mapping.offset);
    return address === undefined ? undefined : { rows, bias: mapping.start - (address - rows.base) };
  }

  /** It is the same in all processes, and lies in one piece. */
  #vdso(pid: number, { start, end, path }: Mapping): Table | undefined {
    const open = () => {
      using memory = new FileSource(`/proc/${pid}/mem`, path, end);
      return Elf.open(bytesSource(memory.read(start, end - start), path));
    };
    try {
      const rows = this.#rows.of(path, path, open);
      return rows && { rows, bias: start + rows.base };
    } catch (error) {
      if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return undefined;
      throw error;
    }
  }

  close(): void {
    for (const memory of this.#memory) memory.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

interface Table {
  readonly rows: StoredRows;
  /** What to subtract from an address for that of the rows. */
  readonly bias: number;
}

function withBias(rows: StoredRows | undefined, bias: number): Table | undefined {
  return rows && { rows, bias };
}

/** The virtual address in the file of where a mapping begins, which is a page's border. */
function addressOf(elf: Elf, offset: number): number | undefined {
  const segment = elf.segments.find(
    (s) =>
      s.type === segmentTypes.load &&
      (s.flags & segmentFlags.execute) !== 0 &&
      offset >= s.offset - (s.offset % page) &&
      offset < s.offset + s.fileSize,
  );
  return segment && offset - segment.offset + segment.address;
}

function readMaps(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/maps`, 'latin1');
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
