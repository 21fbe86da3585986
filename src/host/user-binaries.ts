/**
 * Functions and USDT probes of user programs, as the compiler wants them: with the file offsets that uprobes are
 * attached to. Each binary is opened once; of a large one only headers, symbol tables and notes are read.
 */
import { Elf } from '../elf/elf.ts';
import type { UsdtProbe } from '../elf/usdt-notes.ts';
import type { UsdtSite, UserFunction } from '../program/target.ts';
import { FileSource } from '../symbols/file-source.ts';

interface OpenBinary {
  readonly elf: Elf;
  readonly source: FileSource;
}

export class UserBinaries {
  readonly #open = new Map<string, OpenBinary>();

  /**
   * Ascending by name. Functions without a place in the file are left out.
   * @throws ElfError for a file that is not ELF or is damaged
   */
  functions(path: string, pattern: string): readonly UserFunction[] {
    const { elf } = this.#binary(path);
    const found = elf.functions(pattern).flatMap(({ name, address, size }) => {
      const offset = elf.offsetOf(address);
      if (offset === undefined) return [];
      return [{ name, address: BigInt(address), size: BigInt(size), offset: BigInt(offset) }];
    });
    return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.address - b.address)));
  }

  /** The virtual address at which a place in the file is loaded. */
  addressOf(path: string, offset: bigint): bigint | undefined {
    const address = this.#binary(path).elf.addressOf(Number(offset));
    return address === undefined ? undefined : BigInt(address);
  }

  usdtProbes(path: string): readonly UsdtSite[] {
    const { elf } = this.#binary(path);
    return elf.usdtProbes().flatMap((probe) => siteOf(elf, probe));
  }

  /** A function or object by its exact name. */
  symbol(path: string, name: string): { readonly address: bigint; readonly size: bigint } | undefined {
    const bytes = new TextEncoder().encode(`${name}\0`);
    for (const table of this.#binary(path).elf.symbolTables) {
      for (let i = 0; i < table.count; i++) {
        if (table.sectionOf(i) === 0 || !table.isNamed(i, bytes)) continue;
        const { address, size } = table.at(i);
        return { address: BigInt(address), size: BigInt(size) };
      }
    }
    return undefined;
  }

  #binary(path: string): OpenBinary {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const source = new FileSource(path);
    try {
      const opened = { source, elf: Elf.open(source) };
      this.#open.set(path, opened);
      return opened;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  close(): void {
    for (const { source } of this.#open.values()) source.close();
    this.#open.clear();
  }
}

/** None when the instruction is not in the file. */
function siteOf(elf: Elf, probe: UsdtProbe): UsdtSite[] {
  const offset = elf.offsetOf(probe.address);
  const semaphore = probe.semaphore === 0 ? undefined : elf.offsetOf(probe.semaphore);
  if (offset === undefined) return [];
  return [
    {
      provider: probe.provider,
      name: probe.name,
      args: probe.arguments,
      offset: BigInt(offset),
      ...(semaphore === undefined ? {} : { semaphoreOffset: BigInt(semaphore) }),
    },
  ];
}
