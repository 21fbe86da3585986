/**
 * What this kernel can do, tried when asked and remembered: most runs ask for a handful of the table's entries.
 */
import { assert, must } from '../base/assert.ts';
import type { Btf } from '../btf/btf.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBtf } from '../kernel/kernel-btf.ts';
import type { BpfProgramType } from '../program/program.ts';
import type { Answer, FeatureProbe, Trial } from './feature.ts';
import { tryKfunc } from './probes/kfuncs.ts';
import { featureProbes } from './table.ts';
import { KernelTrial } from './trial.ts';

export interface FeatureReport extends Pick<FeatureProbe, 'name' | 'description' | 'since'> {
  readonly answer: Answer;
}

export class Features {
  readonly #trial: Trial;
  readonly #probes: ReadonlyMap<string, FeatureProbe>;
  readonly #answers = new Map<string, Answer>();

  constructor(
    kernel: Kernel,
    options: { readonly btf?: () => Btf | undefined; readonly probes?: readonly FeatureProbe[] } = {},
  ) {
    this.#trial = new KernelTrial(kernel, options.btf ?? (() => kernelBtf()));
    this.#probes = new Map((options.probes ?? featureProbes).map((probe) => [probe.name, probe]));
  }

  /** Whether the kernel has it for certain; an inconclusive trial counts as no. */
  has(name: string): boolean {
    return this.answer(name) === 'yes';
  }

  /** @throws InternalError for a name that is not in the table. */
  answer(name: string): Answer {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    assert(this.#probes.has(name), `there is no feature "${name}"`);
    const answer = must(this.#probes.get(name), name).probe(this.#trial);
    this.#answers.set(name, answer);
    return answer;
  }

  /** Whether programs of a type may call a function of the kernel. */
  allowsKfunc(name: string, type: BpfProgramType): boolean {
    const key = `${type} ${name}`;
    const answer = this.#answers.get(key) ?? tryKfunc(this.#trial, name, type);
    this.#answers.set(key, answer);
    return answer === 'yes';
  }

  /** The newest instruction set that the verifier takes: each includes the ones before. */
  isa(): 1 | 2 | 3 | 4 {
    if (!this.has('isa_v2')) return 1;
    if (!this.has('isa_v3')) return 2;
    return this.has('isa_v4') ? 4 : 3;
  }

  /** Tries everything, in the order of the table. */
  all(): readonly FeatureReport[] {
    return [...this.#probes.values()].map(({ name, description, since }) => {
      return { name, description, since, answer: this.answer(name) };
    });
  }
}
