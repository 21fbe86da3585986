/** Names for addresses in user programs, over all processes that a trace meets. */
import { demangle } from '../elf/demangle/demangle.ts';
import { BinaryCache } from './binary-cache.ts';
import { ProcessSymbols, type UserLocation } from './process-symbols.ts';
import type { SourceFrame } from './source-frames.ts';

export interface UserSymbolsOptions {
  /** Milliseconds; for tests. */
  readonly now?: () => number;
  /** Names of C++ as people write them; default true. */
  readonly demangle?: boolean;
  /** Source lines and inlined calls are looked up, too. */
  readonly withSources?: boolean;
}

/** A call at an address, with its place in the source where that is known. */
export interface SourceCall {
  readonly name: string | undefined;
  readonly place: SourceFrame['place'];
}

/** Where an address lies, whether or not a symbol is known for it. */
export interface UserPlace {
  readonly module: string;
  /** Offset in the file. */
  readonly fileOffset: number;
  readonly buildId: string | undefined;
}

/** Files with debug information name the version of the interface, too: `clock_nanosleep@GLIBC_2.2.5`. */
export function withoutVersion(symbol: string): string {
  return symbol.replace(/@@?[A-Z][\w.]*$/, '');
}

export class UserSymbols implements Disposable {
  readonly #binaries: BinaryCache;
  readonly #processes = new Map<number, ProcessSymbols>();
  readonly #now: () => number;
  readonly #nameOf: (symbol: string) => string;

  constructor(options: UserSymbolsOptions = {}) {
    this.#binaries = new BinaryCache({ withSources: options.withSources ?? false });
    this.#now = options.now ?? (() => performance.now());
    this.#nameOf =
      options.demangle === false ? withoutVersion : (symbol) => demangle(symbol) ?? withoutVersion(symbol);
  }

  /** Undefined when no symbol is known there. */
  lookup(pid: number, address: bigint): UserLocation | undefined {
    return this.#process(pid).lookup(toNumber(address));
  }

  /** The calls at an address with their source lines, innermost first; empty without debug information. */
  sources(pid: number, address: bigint): readonly SourceCall[] {
    const frames = this.#process(pid).sources(toNumber(address));
    return frames.map(({ function: name, linkageName, place }) => ({
      name: linkageName === undefined ? name : this.#nameOf(linkageName),
      place,
    }));
  }

  /** The mapped file that holds an address. */
  place(pid: number, address: bigint): UserPlace | undefined {
    const process = this.#process(pid);
    const mapping = process.mappingAt(toNumber(address));
    if (mapping === undefined || mapping.path === '') return undefined;
    const fileOffset = toNumber(address) - mapping.start + mapping.offset;
    return { module: mapping.path, fileOffset, buildId: process.binaryOf(mapping)?.buildId };
  }

  /** Learns what the process has mapped while it lives, so that its addresses have names after it ended. */
  prefetch(pid: number): void {
    this.#process(pid).prefetch();
  }

  /** Drops what is known of a process, e.g. when its number was given to another. */
  forget(pid: number): void {
    this.#processes.delete(pid);
  }

  /** Files that could not be read, and why; for verbose output. */
  get problems(): readonly string[] {
    return this.#binaries.problems;
  }

  #process(pid: number): ProcessSymbols {
    let process = this.#processes.get(pid);
    if (process === undefined) {
      process = new ProcessSymbols(pid, this.#binaries, this.#now, this.#nameOf);
      this.#processes.set(pid, process);
    }
    return process;
  }

  close(): void {
    this.#binaries.close();
    this.#processes.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** User addresses are below 2^47 (2^56 with five-level paging). */
const toNumber = (address: bigint) => Number(BigInt.asUintN(64, address));

export type { UserLocation };
