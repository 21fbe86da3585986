/**
 * The rows of all binaries, one after the other in memory that the kernel's programs read. A binary is read once,
 * however many processes map it; what has no room is left out and told.
 */
import { unwindRows } from '../../elf/dwarf/frames/unwind-rows.ts';
import type { Elf } from '../../elf/elf.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { rowKinds, rowSize } from '../../program/unwind-table.ts';

export interface StoredRows {
  readonly first: number;
  readonly count: number;
  /** Virtual address in the file that the rows count from. */
  readonly base: number;
}

export class RowStore {
  readonly #memory: Uint8Array;
  readonly #stored = new Map<string, StoredRows | undefined>();
  readonly #problems: string[] = [];
  #used = 0;
  #framePointers: StoredRows | undefined;

  constructor(memory: Uint8Array) {
    this.#memory = memory;
  }

  get sizeBytes(): number {
    return this.#memory.length;
  }

  get usedBytes(): number {
    return this.#used * rowSize;
  }

  /** What could not be read or had no room, each told once. */
  takeProblems(): readonly string[] {
    return this.#problems.splice(0);
  }

  /** `identity` tells the contents of a file from all others. */
  of(identity: string, path: string, open: () => Elf): StoredRows | undefined {
    if (!this.#stored.has(identity)) this.#stored.set(identity, this.#read(path, open));
    return this.#stored.get(identity);
  }

  #read(path: string, open: () => Elf): StoredRows | undefined {
    try {
      const rows = unwindRows(open(), rowKinds);
      if (rows === undefined) return undefined;
      return this.#add(path, rows.bytes, rows.base);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      this.#problems.push(`no unwind table for ${path}: ${error.message}`);
      return undefined;
    }
  }

  #add(path: string, bytes: Uint8Array, base: number): StoredRows | undefined {
    const count = bytes.length / rowSize;
    if ((this.#used + count) * rowSize > this.#memory.length) {
      this.#problems.push(`no room for the unwind table of ${path} (${bytes.length} bytes)`);
      return undefined;
    }
    this.#memory.set(bytes, this.#used * rowSize);
    const stored = { first: this.#used, count, base };
    this.#used += count;
    return stored;
  }

  /** One row for code without tables that keeps frame pointers, as that of just-in-time compilers does. */
  get framePointers(): StoredRows | undefined {
    this.#framePointers ??= this.#add('code made at run time', framePointerRow(), 0);
    return this.#framePointers;
  }
}

/** The caller's base pointer lies where the base pointer points, the return address above it. */
function framePointerRow(): Uint8Array {
  const bytes = new Uint8Array(rowSize);
  const view = new DataView(bytes.buffer);
  view.setInt16(4, 2, true);
  view.setUint8(6, rowKinds.basePointer);
  view.setInt8(7, -2);
  return bytes;
}
