/**
 * Functions and USDT probes of user programs, as the compiler wants them: with the file offsets that uprobes are
 * attached to. Each binary is opened once; of a large one only headers, symbol tables and notes are read.
 */
import { archivePath } from '../elf/archive-path.ts';
import type { ByteSource } from '../elf/byte-source.ts';
import { Elf } from '../elf/elf.ts';
import { ElfError } from '../elf/elf-error.ts';
import { storedMember } from '../elf/stored-member.ts';
import type { UsdtProbe } from '../elf/usdt-notes.ts';
import { isInstructionStart } from '../elf/x86-length.ts';
import type { SourceLocation, UsdtSite, UserFunction, UserParameter } from '../program/target.ts';
import type { StructType } from '../program/types.ts';
import type { DebugFolder } from '../symbols/debug-file.ts';
import { FileSource } from '../symbols/file-source.ts';
import { UserDebug } from './user-debug.ts';

interface OpenBinary {
  readonly elf: Elf;
  readonly source: FileSource;
  /** The program as it lies in the file. */
  readonly image: ByteSource;
  /** Where it begins in the file: not at 0 in an archive. */
  readonly start: number;
}

const mostOpen = 64;
/** Numbers of ELF headers: EM_X86_64. */
const machineX86 = 62;

export class UserBinaries {
  readonly #open = new Map<string, OpenBinary>();
  readonly #debug: UserDebug;

  /** Folders with debug information in files apart, besides the usual ones. */
  constructor(debugFolders: readonly DebugFolder[] = []) {
    this.#debug = new UserDebug(debugFolders);
  }

  /**
   * Ascending by name. Functions without a place in the file are left out.
   * @throws ElfError for a file that is not ELF or is damaged
   */
  functions(path: string, pattern: string): readonly UserFunction[] {
    const { elf, start } = this.#binary(path);
    const found = elf.functions(pattern).flatMap(({ name, address, size }) => {
      const offset = elf.offsetOf(address);
      if (offset === undefined) return [];
      return [{ name, address: BigInt(address), size: BigInt(size), offset: BigInt(start + offset) }];
    });
    return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.address - b.address)));
  }

  /** The virtual address at which a place in the file is loaded. */
  addressOf(path: string, offset: bigint): bigint | undefined {
    const address = this.#binary(path).elf.addressOf(Number(offset));
    return address === undefined ? undefined : BigInt(address);
  }

  usdtProbes(path: string): readonly UsdtSite[] {
    const { elf, start } = this.#binary(path);
    return elf.usdtProbes().flatMap((probe) => siteOf(elf, start, probe));
  }

  /** Why a file cannot be looked into. */
  problem(path: string): string | undefined {
    try {
      this.#binary(path);
      return undefined;
    } catch (error) {
      if (error instanceof ElfError) return error.problem;
      if (error instanceof Error && 'code' in error) return error.message;
      throw error;
    }
  }

  isInstructionStart(path: string, fn: UserFunction, offset: bigint): boolean | undefined {
    const { elf, image, start } = this.#binary(path);
    if (elf.header.machine !== machineX86) return undefined;
    return isInstructionStart(image.read(Number(fn.offset) - start, Number(offset) + 16), Number(offset));
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

  /** @throws ElfError for damaged debug information */
  parameters(path: string, address: bigint): readonly UserParameter[] | undefined {
    return this.#debug.parameters(path, this.#binary(path).elf, address);
  }

  /** @throws ElfError for damaged debug information */
  sourceLine(path: string, file: string, line: number, column: number | undefined): SourceLocation {
    const { elf, start } = this.#binary(path);
    const wanted = { file, line, ...(column === undefined ? {} : { column }) };
    const found = this.#debug.sourceLine(path, elf, wanted);
    if (found.kind !== 'found') return found;
    const places = found.addresses.flatMap((address) => {
      const offset = elf.offsetOf(address);
      return offset === undefined ? [] : [{ address: BigInt(address), offset: BigInt(start + offset) }];
    });
    return { kind: 'found', places };
  }

  userType(origin: string): StructType | undefined {
    return this.#debug.types.find(origin);
  }

  #binary(path: string): OpenBinary {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const { archive, member } = archivePath(path);
    const source = new FileSource(archive);
    try {
      const found = member === undefined ? source : storedMember(source, member);
      if (found === undefined) throw new ElfError(archive, 0, `the archive has no '${member}'`);
      const opened = {
        ...{ source, image: found, elf: Elf.open(found) },
        start: 'start' in found ? found.start : 0,
      };
      this.#open.set(path, opened);
      this.#closeOldest();
      return opened;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  /** A pattern may lead through thousands of files. */
  #closeOldest(): void {
    const [oldest] = this.#open;
    if (this.#open.size <= mostOpen || oldest === undefined) return;
    oldest[1].source.close();
    this.#open.delete(oldest[0]);
  }

  close(): void {
    this.#debug.close();
    for (const { source } of this.#open.values()) source.close();
    this.#open.clear();
  }
}

/** None when the instruction is not in the file. */
function siteOf(elf: Elf, start: number, probe: UsdtProbe): UsdtSite[] {
  const offset = elf.offsetOf(probe.address);
  const semaphore = probe.semaphore === 0 ? undefined : elf.offsetOf(probe.semaphore);
  if (offset === undefined) return [];
  return [
    {
      provider: probe.provider,
      name: probe.name,
      args: probe.arguments,
      offset: BigInt(start + offset),
      ...(semaphore === undefined ? {} : { semaphoreOffset: BigInt(start + semaphore) }),
    },
  ];
}
