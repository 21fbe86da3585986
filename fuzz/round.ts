/** One input of one kind, made from a seed and checked. The same seed and kind give the same input. */
import { hostTarget } from '../src/host/target.ts';
import { nativeKernel } from '../src/kernel/native.ts';
import { type Finding, type FuzzKind, type FuzzWorld, SlowError } from './kind.ts';
import { minimise } from './minimise.ts';
import { Random } from './random.ts';
import { readSeeds } from './seeds.ts';
import { problemOf, signatureOf } from './signature.ts';

export function openWorld(root: string): FuzzWorld {
  const kernel = nativeKernel();
  const target = hostTarget(kernel);
  return { kernel, target, btf: target.btf, seeds: readSeeds(root), verified: new Set() };
}

export function inputOf(kind: FuzzKind, seed: number, world: FuzzWorld): string {
  return kind.make(new Random(seed), world);
}

/** What became of the input, or the finding. */
export function tryInput(kind: FuzzKind, seed: number, world: FuzzWorld): string | Finding {
  const input = inputOf(kind, seed, world);
  try {
    return kind.check(input, world);
  } catch (error) {
    return { kind: kind.name, seed, input, signature: signatureOf(error), problem: problemOf(error) };
  }
}

/** The finding with the smallest input that shows it. */
export async function minimised(kind: FuzzKind, finding: Finding, world: FuzzWorld): Promise<Finding> {
  const shows = (input: string): boolean => {
    try {
      kind.check(input, world);
      return false;
    } catch (error) {
      return signatureOf(error) === finding.signature;
    }
  };
  const tries = finding.signature.startsWith(SlowError.name) ? 30 : 200;
  // Whole lines first: most of them have nothing to do with it.
  const lines = await minimise(finding.input.split(/(?<=\n)/), { tries: 40, shows });
  return { ...finding, input: await minimise(kind.pieces?.(lines) ?? [...lines], { tries, shows }) };
}
