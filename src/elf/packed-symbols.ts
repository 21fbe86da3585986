/**
 * `.gnu_debugdata`: an ELF file with the symbol table of a stripped program, packed by xz ("MiniDebugInfo", gdb's
 * manual). It has the names of functions that the dynamic symbol table lacks, and nothing else.
 */
import { bytesSource } from './byte-source.ts';
import { Elf } from './elf.ts';
import { ElfError } from './elf-error.ts';
import { unxz } from './xz/unxz.ts';
import { XzError } from './xz/xz-error.ts';

const unpackedLimit = 64 << 20;

/** Undefined when the program has none. @throws ElfError when it is damaged */
export function packedSymbols(elf: Elf): Elf | undefined {
  const section = elf.section('.gnu_debugdata');
  if (section === undefined) return undefined;
  try {
    return Elf.open(bytesSource(unxz(elf.contents(section), unpackedLimit), elf.file));
  } catch (error) {
    if (!(error instanceof XzError)) throw error;
    throw new ElfError(`${elf.file}: section '${section.name}'`, undefined, error.message);
  }
}
