/** Small programs, one for each point of the language: what they say and print, and that the kernel takes them. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { Btf } from '../../src/btf/btf.ts';
import { compile } from '../../src/compiler/compile.ts';
import { hostTarget } from '../../src/host/target.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { load } from '../../src/loader/load.ts';
import type { Target } from '../../src/program/target.ts';
import { vectorOptions } from '../support/compile-vector.ts';
import { fixtureFeatures, fixtureTarget } from '../support/fixture-target.ts';
import { type Printed, printed } from '../support/printed.ts';
import { programFiles, readPrograms, type SmallProgram, updatePrograms } from './programs.ts';

const update = process.env.UPDATE === '1';
const isRoot = process.getuid?.() === 0;

const plainTarget = fixtureTarget();
let typesOfKernel: Btf | undefined;

function machine({ needsTypes }: SmallProgram): Target {
  if (!needsTypes) return plainTarget;
  typesOfKernel ??= Btf.parse(readFileSync('/sys/kernel/btf/vmlinux'), { name: 'vmlinux' });
  return fixtureTarget({ btf: typesOfKernel, features: [...fixtureFeatures, 'btf'] });
}

function compileFor(one: SmallProgram, target: Target) {
  return compile(one.program, target, vectorOptions(one));
}

describe.each(programFiles())('%s', (file) => {
  const programs = readPrograms(file);
  const seen = new Map<string, Printed>();

  test.each(programs.map((one) => [one.title, one] as const))('%s', (_, one) => {
    const result = compileFor(one, machine(one));
    const output = printed(result, one.program, vectorOptions(one));
    seen.set(one.title, output);
    if (update) return;
    expect(output).toEqual({
      status: one.status,
      stdout: one.stdout,
      stderr: one.stderr,
    });
  });

  afterAll(() => {
    if (update) updatePrograms(file, seen);
  });

  test('titles are unique', () => {
    expect(new Set(programs.map(({ title }) => title)).size).toBe(programs.length);
  });
});

describe.skipIf(!isRoot)('the verifier of this kernel (needs root)', () => {
  const kernel = nativeKernel();
  const target = hostTarget(kernel);
  afterAll(() => target.close());

  test.each(programFiles())('accepts %s', (file) => {
    const refused = readPrograms(file).flatMap((one) => {
      const { program } = compileFor(one, target);
      if (program === undefined) return [];
      try {
        load(program, kernel)[Symbol.dispose]();
        return [];
      } catch (error) {
        return [`${one.title}: ${error}`];
      }
    });
    expect(refused).toEqual([]);
  });
});
