/**
 * The functions of the kernel and its modules that can be traced: the kernel's own list (ftrace), or, where that may
 * not be read, the functions that its types and its symbols both know.
 */
import { readFileSync } from 'node:fs';
import { compileWildcard } from '../base/wildcard.ts';
import type { Btf } from '../btf/btf.ts';
import { KernelFileError } from '../kernel/errors.ts';
import type { Tracefs } from '../kernel/tracefs.ts';
import type { KernelFunction } from '../program/target.ts';
import type { KernelSymbols } from '../symbols/kernel-symbols.ts';
import { once } from './once.ts';

const blacklistPath = '/sys/kernel/debug/kprobes/blacklist';

export interface FunctionSources {
  tracefs(): Tracefs;
  btf(): Btf | undefined;
  readonly symbols: KernelSymbols;
  /** A list to take instead of the kernel's own, in its form. */
  readonly list?: readonly string[];
}

export class KernelFunctions {
  readonly #sources: FunctionSources;
  readonly #lines = once(() => this.#readList());
  readonly #forbidden = once(() => new Set(forbiddenFunctions()));

  constructor(sources: FunctionSources) {
    this.#sources = sources;
  }

  /** By name in byte order, each name once for each module. */
  matching(pattern: string): readonly KernelFunction[] {
    const matches = compileWildcard(pattern);
    const lines = this.#lines();
    const found = [...(lines === undefined ? this.#typedSymbols(pattern) : listed(lines, matches))];
    const unique = new Map<string, KernelFunction>();
    for (const fn of found) {
      const key = `${fn.name} ${fn.module ?? ''}`;
      unique.set(key, unique.has(key) ? { ...fn, notByName: 'ambiguous' } : this.#judged(fn));
    }
    return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  #judged(fn: KernelFunction): KernelFunction {
    return this.#forbidden().has(fn.name) ? { ...fn, notByName: 'forbidden' } : fn;
  }

  /** Undefined when the kernel has no list, or keeps it from us. */
  #readList(): readonly string[] | undefined {
    if (this.#sources.list !== undefined) return this.#sources.list;
    try {
      return this.#sources.tracefs().availableFunctions();
    } catch (error) {
      if (error instanceof KernelFileError) return undefined;
      throw error;
    }
  }

  *#typedSymbols(pattern: string): Generator<KernelFunction> {
    const btf = this.#sources.btf();
    if (btf === undefined) return;
    const typed = new Set([...btf.findAll(pattern, 'func')].map(({ name }) => name));
    if (typed.size === 0) return;
    for (const { name, module, type } of this.#sources.symbols.find(pattern)) {
      if (module === undefined && /[tT]/.test(type) && typed.has(name)) yield { name, module };
    }
  }
}

/** Lines are `name` or `name [module]`; ftrace marks places that it gave up with an invented name. */
function* listed(lines: readonly string[], matches: (name: string) => boolean): Generator<KernelFunction> {
  for (const line of lines) {
    const space = line.indexOf(' ');
    const name = space < 0 ? line : line.slice(0, space);
    if (!matches(name) || name.startsWith('__ftrace_invalid_address')) continue;
    yield { name, module: space < 0 ? undefined : line.slice(space + 2, -1) };
  }
}

/** Lines are `0xSTART-0xEND<tab>NAME`. Without debugfs nothing is known, and the kernel refuses such a kprobe itself. */
function forbiddenFunctions(): readonly string[] {
  try {
    const lines = readFileSync(blacklistPath, 'latin1').split('\n');
    return lines.map((line) => line.slice(line.indexOf('\t') + 1)).filter(Boolean);
  } catch {
    return [];
  }
}
