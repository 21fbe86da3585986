/**
 * Names for kernel addresses. The list is read when the first name is asked for (the kernel needs some 70 ms to
 * write it), and again when an address is in no symbol of it, since modules and BPF programs come and go, or seems to
 * be in a BPF program: those are packed closely, and the address may be in a later one.
 */
import { readFileSync } from 'node:fs';
import { compileWildcard } from '../base/wildcard.ts';
import { Kallsyms, type KernelSymbol, kernelKey } from './kallsyms.ts';

export interface KernelLocation {
  readonly name: string;
  /** Bytes from the symbol's start. */
  readonly offset: number;
  /** Undefined for the kernel itself, `bpf` for BPF programs. */
  readonly module: string | undefined;
}

export interface KernelSymbolsOptions {
  /** Default /proc/kallsyms. */
  readonly path?: string;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/** kallsyms has no sizes. An address further than this from the symbol before it is in none. */
const maximumOffset = 1 << 20;
/** Trampolines that the kernel lists under pseudo-modules named `__builtin__…` are a page long. */
const maximumTrampoline = 4096;
const refreshIntervalMs = 2000;
const maximumKnown = 50_000;

export class KernelSymbols {
  readonly #path: string;
  readonly #now: () => number;
  #list: Kallsyms | undefined;
  #readAt = 0;
  /** Stacks repeat the same addresses. */
  readonly #known = new Map<bigint, KernelLocation>();

  constructor(options: KernelSymbolsOptions = {}) {
    this.#path = options.path ?? '/proc/kallsyms';
    this.#now = options.now ?? (() => performance.now());
  }

  /** Reads the list now, when there is time, instead of at the first question. */
  load(): void {
    this.#current();
  }

  /** Reads the list again at the next question. */
  forget(): void {
    this.#list = undefined;
    this.#known.clear();
  }

  /** The kernel hides addresses (all zero) from readers without CAP_SYSLOG where kernel.kptr_restrict is set. */
  get hidden(): boolean {
    return this.#current().count === 0;
  }

  /** Undefined when the address is in no known symbol. */
  lookup(address: bigint): KernelLocation | undefined {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const found = this.#search(address);
    if (found !== undefined) {
      if (this.#known.size >= maximumKnown) this.#known.clear();
      this.#known.set(address, found);
    }
    return found;
  }

  #search(address: bigint): KernelLocation | undefined {
    const key = kernelKey(address);
    if (key === undefined) return undefined;
    const found = locate(this.#current(), key);
    const certain = found !== undefined && found.module !== 'bpf';
    if (certain || this.#now() - this.#readAt < refreshIntervalMs) return found;
    this.forget();
    return locate(this.#current(), key);
  }

  /** The address of the first symbol of that name. */
  address(name: string): bigint | undefined {
    return this.#current().address(name);
  }

  /** All symbols whose name matches a pattern with `*`, in order of address. */
  *find(pattern: string): Generator<KernelSymbol> {
    const matches = compileWildcard(pattern);
    for (const symbol of this.#current()) if (matches(symbol.name)) yield symbol;
  }

  #current(): Kallsyms {
    if (this.#list === undefined) {
      this.#list = new Kallsyms(readOrEmpty(this.#path));
      this.#readAt = this.#now();
    }
    return this.#list;
  }
}

/** A kernel without CONFIG_KALLSYMS has no names; addresses are then printed as numbers. */
function readOrEmpty(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array();
  }
}

function locate(list: Kallsyms, key: number): KernelLocation | undefined {
  const index = list.indexAtOrBelow(key);
  if (index < 0) return undefined;
  const offset = key - list.keyAt(index);
  if (offset >= maximumOffset) return undefined;
  const { name, module } = list.at(index);
  const trampoline = module?.startsWith('__builtin__') ?? false;
  return trampoline && offset >= maximumTrampoline ? undefined : { name, offset, module };
}
