/**
 * Declares a test for each case that a kernel can run, and a skipped one, with the reason, for each other. Says at
 * the end, in one line, what ran on which kernel.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featuresOf, type KernelCase, lacking, type Outcome } from './case.ts';
import { groups } from './cases.ts';

export interface Machine {
  /** For people: the kernel's release. */
  readonly kernel: string;
  shell(command: string): Promise<Outcome>;
  kscope(args: readonly string[], timeoutMs: number): Promise<Outcome>;
}

const defaultTimeoutMs = 60_000;

export function declareCases(where: string, machine: () => Machine): void {
  const tally = { ran: 0, skipped: 0 };
  let features: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    const { stdout } = await machine().kscope(['--info'], defaultTimeoutMs);
    features = featuresOf(stdout);
    expect([...features]).toContain('ringbuf');
  }, defaultTimeoutMs);

  afterAll(() => {
    console.log(`Linux ${machine().kernel} (${where}): ${tally.ran} cases ran, ${tally.skipped} skipped`);
  });

  for (const [group, cases] of groups) {
    describe(`${group} on ${where}`, () => {
      for (const test of cases) {
        it(test.name, { timeout: 2 * (test.timeoutMs ?? defaultTimeoutMs) }, async ({ skip }) => {
          const reason = lacking(test, features);
          if (reason !== undefined) {
            tally.skipped++;
            skip(`this kernel: ${reason}`);
          }
          tally.ran++;
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
    console.error(`${test.args.join(' ')}\n${outcome.stdout}${outcome.stderr}`);
    throw error;
  } finally {
    if (test.after !== undefined) await machine.shell(test.after);
  }
}
