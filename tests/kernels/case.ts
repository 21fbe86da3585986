/**
 * Cases that run on more than one kernel: on the host's, and on that of the virtual machine. A case says what it
 * needs; the kernel is asked whether it has that (`kscope --info`), so that nothing here knows kernel versions.
 */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export interface KernelCase {
  readonly name: string;
  /** Names of features as in src/features; `!name` when the kernel must lack it. */
  readonly needs: readonly string[];
  /** Arguments of the command, `-e` included; or a line for the shell in which `kscope` is the command. */
  readonly args: readonly string[] | string;
  /** Shell commands before and after. */
  readonly before?: string;
  readonly after?: string;
  readonly timeoutMs?: number;
  /** Checks with expect(). */
  readonly check: (outcome: Outcome) => void;
}

/** Why the kernel cannot run it; undefined when it can. */
export function lacking(test: KernelCase, features: ReadonlySet<string>): string | undefined {
  const unmet = test.needs.filter((need) =>
    need.startsWith('!') ? features.has(need.slice(1)) : !features.has(need),
  );
  if (unmet.length === 0) return undefined;
  return unmet.map((need) => (need.startsWith('!') ? `has ${need.slice(1)}` : `no ${need}`)).join(', ');
}

/** Names of the features that `kscope --info` answers with yes. */
export function featuresOf(info: string): ReadonlySet<string> {
  return new Set([...info.matchAll(/^ +(\w+): +yes\b/gm)].map((line) => line[1] ?? ''));
}

/** `@name[key]: value` and `@name: value` lines. */
export function mapValue(stdout: string, element: string): number {
  const line = stdout.split('\n').find((text) => text.startsWith(`${element}: `));
  return line === undefined ? Number.NaN : Number(line.slice(element.length + 2));
}

/** The sum of all buckets of a histogram. */
export function histogramTotal(stdout: string, name: string): number {
  const [, rest = ''] = stdout.split(`\n${name}:`);
  const buckets = rest.split('\n\n')[0] ?? '';
  return [...buckets.matchAll(/^[[(].*[)\]]\s+(\d+) \|/gm)].reduce((sum, line) => sum + Number(line[1]), 0);
}

/** A child process that reads and writes one byte so many times. */
export const readsAndWrites = (count: number) =>
  `dd if=/dev/zero of=/dev/null bs=1 count=${count} status=none`;
