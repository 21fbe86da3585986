/**
 * Debug information of user programs as the compiler asks for it: parameters of a function, code of a source line.
 * It is in the program itself or in a file apart. Opened when it is first asked for.
 */
import { parameterPlaces } from '../elf/dwarf/calling-convention.ts';
import { DebugInfo } from '../elf/dwarf/debug-info.ts';
import { Dwarf } from '../elf/dwarf/dwarf.ts';
import { prototypeOf } from '../elf/dwarf/prototype.ts';
import { addressesOfLine, type LineAddresses, type SourceLine } from '../elf/dwarf/source-line.ts';
import type { Elf } from '../elf/elf.ts';
import type { UserParameter } from '../program/target.ts';
import { type DebugFile, type DebugFolder, findDebugFile } from '../symbols/debug-file.ts';
import { decompress } from '../symbols/source-frames.ts';
import { UserTypes } from './user-types.ts';

export class UserDebug {
  readonly types = new UserTypes();
  readonly #folders: readonly DebugFolder[];
  readonly #opened = new Map<Elf, DebugInfo | undefined>();
  readonly #files: DebugFile[] = [];

  constructor(folders: readonly DebugFolder[] = []) {
    this.#folders = folders;
  }

  /** Undefined when there is none. @throws ElfError for a damaged file */
  #info(path: string, elf: Elf): DebugInfo | undefined {
    if (!this.#opened.has(elf)) this.#opened.set(elf, this.#open(path, elf));
    return this.#opened.get(elf);
  }

  #open(path: string, elf: Elf): DebugInfo | undefined {
    if (Dwarf.isIn(elf)) return new DebugInfo(new Dwarf(elf, { decompress }));
    const found = findDebugFile(elf, path, this.#folders, Dwarf.isIn);
    if (found === undefined) return undefined;
    this.#files.push(found);
    return new DebugInfo(new Dwarf(found.elf, { decompress }));
  }

  /** Of the function that begins at an address; undefined when nothing is known of it. */
  parameters(path: string, elf: Elf, address: bigint): readonly UserParameter[] | undefined {
    const info = this.#info(path, elf);
    const block = info?.functionAt(Number(address));
    if (info === undefined || block === undefined) return undefined;
    const prototype = prototypeOf(info.dwarf, block.entry);
    const places = parameterPlaces(prototype);
    return prototype.parameters.map(({ name, type, text }, i) => ({
      name,
      text,
      type: this.types.convert(type),
      place: places[i]!,
    }));
  }

  /** Where the code of a source line begins. */
  sourceLine(path: string, elf: Elf, wanted: SourceLine): LineAddresses | { readonly kind: 'no-debug-info' } {
    const info = this.#info(path, elf);
    if (info === undefined) return { kind: 'no-debug-info' };
    return addressesOfLine(info, wanted);
  }

  close(): void {
    for (const { source } of this.#files) source.close();
    this.#files.length = 0;
    this.#opened.clear();
  }
}
