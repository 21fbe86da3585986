/**
 * Where code comes from: the calls at a place of a binary with their source lines, from debug information in the file
 * itself or apart from it. Damaged information is none, and told once.
 */
import { inflateSync } from 'node:zlib';
import { DebugInfo, type SourceFrame } from '../elf/dwarf/debug-info.ts';
import { Dwarf } from '../elf/dwarf/dwarf.ts';
import type { Decompress } from '../elf/dwarf/section-bytes.ts';
import type { Elf } from '../elf/elf.ts';
import { ElfError } from '../elf/elf-error.ts';
import { findDebugFile } from './debug-file.ts';
import type { FileSource } from './file-source.ts';

export type { SourceFrame };

/** zstd is not in every version of Node that kscope runs on. */
export const decompress: Decompress = (form, bytes, size) =>
  form === 'zlib' ? inflateSync(bytes, { maxOutputLength: Math.max(1, size) }) : undefined;

export class SourceFrames implements Disposable {
  readonly #info: DebugInfo | undefined;
  readonly #file: FileSource | undefined;
  #problem: string | undefined;

  /** `elf` must stay readable. */
  constructor(elf: Elf, path: string) {
    let file: FileSource | undefined;
    this.#info = this.#attempt(() => {
      if (Dwarf.isIn(elf)) return new DebugInfo(new Dwarf(elf, { decompress }));
      const found = findDebugFile(elf, path, [], Dwarf.isIn);
      file = found?.source;
      return found && new DebugInfo(new Dwarf(found.elf, { decompress }));
    });
    this.#file = file;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Innermost first: what was inlined, then the function itself. Empty where nothing is known. */
  at(address: number): readonly SourceFrame[] {
    return this.#attempt(() => this.#info?.framesAt(address)) ?? [];
  }

  #attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      this.#problem ??= error.message;
      return undefined;
    }
  }

  close(): void {
    this.#file?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
