/**
 * Declares a test for each case that a kernel can run, and a skipped one, with the reason, for each other. `npm test`
 * reads what ran where from files that are left in the folder of KSCOPE_CASE_REPORTS; see scripts/lib/kernel-cases.mjs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtCommand } from '../runtime/harness.ts';
import { featuresOf, type KernelCase, lacking, type Outcome } from './case.ts';
import { groups } from './cases.ts';

export interface Machine {
  /** For people: the kernel's release. */
  readonly kernel: string;
  shell(command: string): Promise<Outcome>;
  /** Arguments of the command, or a line for the shell in which `kscope` is the command. */
  kscope(args: readonly string[] | string, timeoutMs: number): Promise<Outcome>;
}

/** The program to run, and its arguments. */
export function kscopeCommand(args: readonly string[] | string): readonly [string, readonly string[]] {
  if (typeof args !== 'string') return [process.execPath, [builtCommand(), ...args]];
  return ['/bin/sh', ['-c', `kscope() { '${process.execPath}' '${builtCommand()}' "$@"; }; ${args}`]];
}

const defaultTimeoutMs = 60_000;

export function declareCases(where: string, machine: () => Machine): void {
  const report = { ran: [] as string[], skipped: new Map<string, string>() };
  let features: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    const { stdout } = await machine().kscope(['--info'], defaultTimeoutMs);
    features = featuresOf(stdout);
    expect([...features]).toContain('ringbuf');
  }, defaultTimeoutMs);

  afterAll(() => {
    const { ran, skipped } = report;
    const folder = process.env.KSCOPE_CASE_REPORTS;
    const text = JSON.stringify({
      kernel: machine().kernel,
      where,
      ran,
      skipped: Object.fromEntries(skipped),
    });
    if (folder !== undefined) writeFileSync(join(folder, `cases-${where.replace(' ', '-')}.json`), text);
  });

  for (const [group, cases] of groups) {
    describe(`${group} on ${where}`, () => {
      for (const test of cases) {
        it(test.name, { timeout: 2 * (test.timeoutMs ?? defaultTimeoutMs) }, async ({ skip }) => {
          const reason = lacking(test, features);
          if (reason !== undefined) {
            report.skipped.set(`${group}: ${test.name}`, reason);
            skip(`this kernel: ${reason}`);
          }
          report.ran.push(`${group}: ${test.name}`);
          await runCase(test, machine());
        });
      }
    });
  }
}

async function runCase(test: KernelCase, machine: Machine): Promise<void> {
  if (test.before !== undefined) {
    const { status, stderr } = await machine.shell(test.before);
    expect(status, stderr).toBe(0);
  }
  const outcome = await machine.kscope(test.args, test.timeoutMs ?? defaultTimeoutMs);
  try {
    test.check(outcome);
  } catch (error) {
    console.error(`${[test.args].flat().join(' ')}\n${outcome.stdout}${outcome.stderr}`);
    throw error;
  } finally {
    if (test.after !== undefined) await machine.shell(test.after);
  }
}
