/**
 * What a compiled program depends on and what cannot be put right later: the kernel, whose structures and types have
 * their places in the code, and what its maps are made for.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { arch, release, version } from 'node:os';
import type { HostTarget } from '../../host/target.ts';

export interface Machine {
  readonly architecture: string;
  /** Release and build of the kernel, as uname(2) has them. */
  readonly kernel: string;
  /** Of the notes of the kernel image, which have its build id, and of the size of its types. */
  readonly build: string;
  readonly possibleCpus: number;
  readonly inPidNamespace: boolean;
}

export function thisMachine(target: HostTarget): Machine {
  return {
    architecture: arch(),
    kernel: `${release()} ${version()}`,
    build: kernelBuild(),
    possibleCpus: target.possibleCpus,
    inPidNamespace: target.pidNamespace !== undefined,
  };
}

function kernelBuild(): string {
  const hash = createHash('sha256');
  for (const read of [
    () => readFileSync('/sys/kernel/notes'),
    () => String(statSync('/sys/kernel/btf/vmlinux').size),
  ]) {
    try {
      hash.update(read());
    } catch {
      // Kernels without the one or the other are told apart by what is left.
      hash.update('none');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Why a program compiled for `then` cannot run on `now`; undefined when it can. */
export function difference(then: Machine, now: Machine): string | undefined {
  if (then.architecture !== now.architecture)
    return `it is for ${then.architecture}, and this machine is ${now.architecture}`;
  if (then.kernel !== now.kernel) return `it is for Linux ${then.kernel}, and this is Linux ${now.kernel}`;
  if (then.build !== now.build) return `it is for another build of Linux ${now.kernel}`;
  if (then.possibleCpus !== now.possibleCpus)
    return `it is for ${then.possibleCpus} CPUs, and this machine may have ${now.possibleCpus}`;
  if (then.inPidNamespace !== now.inPidNamespace)
    return `it was compiled ${then.inPidNamespace ? 'inside' : 'outside'} of a pid namespace`;
  return undefined;
}
