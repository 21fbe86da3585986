/**
 * A program or library as symbolisation sees it: from a place in the file to a function. The file is kept open
 * until its symbols were read, which happens when the first address is asked for, or until it is closed when its
 * source lines are wanted. When the file itself was
 * stripped, the file with its debug information is used, if it is installed.
 */
import type { LocatedSymbol } from '../elf/address-index.ts';
import type { ByteSource } from '../elf/byte-source.ts';
import { Elf } from '../elf/elf.ts';
import { ElfError } from '../elf/elf-error.ts';
import { packedSymbols } from '../elf/packed-symbols.ts';
import { findDebugFile } from './debug-file.ts';
import { type SourceFrame, SourceFrames } from './source-frames.ts';

export interface BinaryOptions {
  /** Closed with the binary. */
  readonly owned?: Disposable;
  /** Source lines will be asked for. */
  readonly withSources?: boolean;
}

export class Binary implements Disposable {
  /** The path by which processes know it. */
  readonly path: string;
  readonly #elf: Elf | undefined;
  /** Open until the symbols are loaded. */
  #open: Disposable[];
  /** Files to be searched for symbols, the fullest first. */
  #symbolFiles: readonly Elf[] | undefined;
  #buildId: string | undefined;
  readonly #withSources: boolean;
  #sources: SourceFrames | undefined;
  #problem: string | undefined;

  /** `owned` is closed with this binary, or as soon as it is no longer needed. */
  constructor(source: ByteSource, path: string, { owned, withSources = false }: BinaryOptions = {}) {
    this.path = path;
    this.#withSources = withSources;
    this.#open = owned === undefined ? [] : [owned];
    this.#elf = this.#attempt(() => Elf.open(source));
  }

  /** What is wrong with the file, when it could not be read. */
  get problem(): string | undefined {
    return this.#problem ?? this.#sources?.problem;
  }

  get buildId(): string | undefined {
    this.load();
    return this.#buildId;
  }

  /** The function at a place in the file. */
  symbolAt(fileOffset: number): LocatedSymbol | undefined {
    this.load();
    const address = this.#elf?.addressOf(fileOffset);
    if (address === undefined) return undefined;
    for (const elf of this.#symbolFiles ?? []) {
      const found = elf.functionAt(address);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The calls at a place in the file with their source lines, innermost first, when they were asked for. */
  sourcesAt(fileOffset: number): readonly SourceFrame[] {
    this.load();
    const address = this.#elf?.addressOf(fileOffset);
    if (address === undefined || this.#elf === undefined || !this.#withSources) return [];
    this.#sources ??= new SourceFrames(this.#elf, this.path);
    return this.#sources.at(address);
  }

  /** Reads the symbols, so that the file may vanish afterwards, and closes it. */
  load(): void {
    if (this.#symbolFiles !== undefined) return;
    this.#symbolFiles = [];
    const elf = this.#elf;
    if (elf !== undefined) {
      this.#buildId = this.#attempt(() => elf.buildId);
      const debug = elf.section('.symtab') === undefined ? this.#debugFile(elf) : undefined;
      const files = [debug ?? this.#packedSymbols(elf), elf].filter((file) => file !== undefined);
      this.#symbolFiles = files.filter((file) => this.#attempt(() => file.functionAt(0) === undefined));
    }
    if (!this.#withSources) this.close();
  }

  /** Distributions of the Red Hat family leave a packed symbol table in stripped programs. */
  #packedSymbols(elf: Elf): Elf | undefined {
    return elf.section('.symtab') === undefined ? this.#attempt(() => packedSymbols(elf)) : undefined;
  }

  #debugFile(elf: Elf): Elf | undefined {
    const found = this.#attempt(() => findDebugFile(elf, this.path));
    if (found !== undefined) this.#open.push(found.source);
    return found?.elf;
  }

  /** The result, or undefined when the file is damaged: a trace goes on without its names. */
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
    this.#sources?.close();
    for (const owned of this.#open) owned[Symbol.dispose]();
    this.#open = [];
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
