/**
 * Scripts as people write them, in the style of all versions of the language: each compiles without an error for
 * the running kernel, as if it could trace functions, and its verifier takes the result.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { render } from '../../src/compiler/messages/render.ts';
import { HostTarget } from '../../src/host/target.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { load } from '../../src/loader/load.ts';

const folder = new URL('.', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.bt'));

/** Programs for kprobes load on kernels that have none; only attaching them fails. */
class TargetWithKprobes extends HostTarget {
  override has(feature: string): boolean {
    return feature === 'kprobe_pmu' || super.has(feature);
  }
}

describe.skipIf(process.getuid?.() !== 0)('scripts (need root)', () => {
  const kernel = nativeKernel();
  const target = new TargetWithKprobes(kernel);
  afterAll(() => target.close());

  test.each(scripts)('%s', (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    // Tracepoints and functions differ from kernel to kernel.
    const environment = { BPFTRACE_MISSING_PROBES: 'warn' };
    const { program, diagnostics } = compile(source, target, { name, positionals: ['1', '20'], environment });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map((one) => render(one)).join('\n')).toBe('');
    if (program === undefined) throw new Error('nothing of this script is there on this kernel');
    using loaded = load(program, kernel);
    expect(loaded.functions.length).toBeGreaterThan(0);
  });
});

test('there are scripts', () => {
  expect(scripts.length).toBeGreaterThan(30);
});
