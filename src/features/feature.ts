/**
 * What a feature probe is. Features are tried on the running kernel, never derived from its version: distributions
 * backport and configure. `unknown` means that the trial itself was prevented, mostly by missing privileges.
 */
import type { Btf } from '../btf/btf.ts';
import type { ProgramSource } from '../kernel/bpf-program.ts';
import type { Kernel } from '../kernel/kernel.ts';

export type Answer = 'yes' | 'no' | 'unknown';

export interface FeatureProbe {
  /** Kernel spelling where there is one. */
  readonly name: string;
  readonly description: string;
  /** Version of the kernel that brought it, for people; nothing compares it. */
  readonly since: string;
  readonly probe: (trial: Trial) => Answer;
}

/** What probes try things with. */
export interface Trial {
  readonly kernel: Kernel;
  /** The kernel's types, if it has any. */
  readonly btf: Btf | undefined;
  /** Whether the simplest tracing program loads: if not, EPERM says nothing about a feature. */
  readonly mayLoad: boolean;
  /** Whether the program loads. */
  loads(source: TrialSource): Answer;
  /** What a call that answered `result` says, closing the descriptor it may have made. */
  judge(result: number): Answer;
}

export type TrialSource = Pick<ProgramSource, 'type' | 'code' | 'expectedAttachType' | 'attachBtfId'>;
