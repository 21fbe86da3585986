/** A short run of the fuzzer with a fixed seed: what compiles is accepted by the verifier of this kernel. */
import { expect, it } from 'vitest';
import { fuzzVerifier } from '../../fuzz/verifier.ts';
import { describeTracing } from '../runtime/support.ts';

describeTracing('random programs', () => {
  it('are refused with a diagnostic or load', () => {
    const report = fuzzVerifier(60, 7000);
    expect(report.failures).toEqual([]);
    expect(report.loaded).toBeGreaterThan(20);
  });
});
