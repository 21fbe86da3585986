/**
 * What can be fuzzed, as entries of one form. An input is always a byte string (one character a byte), be it a
 * program or a binary file, so that mutators and the minimiser need to know one type only.
 */
import type { Btf } from '../src/btf/btf.ts';
import type { HostTarget } from '../src/host/target.ts';
import type { Kernel } from '../src/kernel/kernel.ts';
import type { Random } from './random.ts';

/** What the kinds share: opened once for a run. */
export interface FuzzWorld {
  readonly kernel: Kernel;
  readonly target: HostTarget;
  readonly btf: Btf | undefined;
  /** Texts to start from; byte strings. */
  readonly seeds: SeedCorpus;
  /** Hashes of programs that the verifier has seen: the same code is not loaded twice. */
  readonly verified: Set<string>;
}

export interface SeedCorpus {
  readonly programs: readonly string[];
  readonly binaries: ReadonlyMap<'btf' | 'elf' | 'dwarf', readonly string[]>;
  readonly tracepointFormats: readonly string[];
}

export interface FuzzKind {
  readonly name: string;
  readonly about: string;
  make(random: Random, world: FuzzWorld): string;
  /** What became of the input, as a word to count. Throws when the input shows a defect. */
  check(input: string, world: FuzzWorld): string;
  /** Pieces that the minimiser leaves out; characters when not given. */
  pieces?(input: string): readonly string[];
}

export interface Finding {
  readonly kind: string;
  readonly seed: number;
  /** What is the same for all inputs with this defect. */
  readonly signature: string;
  readonly problem: string;
  readonly input: string;
}

/** An input that took too long: work must be in proportion to the input. */
export class SlowError extends Error {
  constructor(seconds: number) {
    super(`took ${seconds.toFixed(1)} s of processor time`);
    this.name = 'SlowError';
  }
}

export const slowSeconds = 2;
