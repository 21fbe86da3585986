/** A short run of the fuzzer with a fixed seed: nothing crashes, what compiles is accepted by the verifier. */
import { afterAll, expect, it } from 'vitest';
import type { FuzzWorld } from '../../fuzz/kind.ts';
import { fuzzKinds } from '../../fuzz/kinds/table.ts';
import { openWorld, tryInput } from '../../fuzz/round.ts';
import { describeTracing } from '../runtime/support.ts';

/** Inputs of each kind, by what they cost. */
const counts: Readonly<Record<string, number>> = {
  grammar: 25,
  confused: 15,
  settings: 10,
  'attach-points': 15,
};

describeTracing('random input', () => {
  let world: FuzzWorld | undefined;
  afterAll(() => world?.target.close());

  it.each(fuzzKinds.map((kind) => [kind.name, kind] as const))(
    '%s',
    (name, kind) => {
      world ??= openWorld(process.cwd());
      const outcomes: string[] = [];
      for (let seed = 7000; seed < 7000 + (counts[name] ?? 60); seed++) {
        const outcome = tryInput(kind, seed, world);
        if (typeof outcome !== 'string') expect(outcome).toEqual({ noFinding: true });
        else outcomes.push(outcome);
      }
      if (name === 'grammar') expect(outcomes.filter((one) => one === 'loaded').length).toBeGreaterThan(8);
    },
    120_000,
  );
});
