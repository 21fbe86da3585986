/** Each example that is a program runs as its head says, and shows what it promises. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { shell } from './harness.ts';
import { describeTracing } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'node_modules', '.kscope-examples', String(process.pid));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Node 20 does not read TypeScript: the example is bundled first. */
function start(name: string, ...args: readonly string[]): ChildProcess {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  const options = { bundle: true, format: 'esm', platform: 'node', target: 'node20' } as const;
  buildSync({
    ...options,
    entryPoints: [join(root, 'examples', `${name}.ts`)],
    outfile,
    external: ['koffi', '@koromix/*'],
  });
  return spawn(process.execPath, [outfile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describeTracing('examples/opens.ts', () => {
  it('shows the files that are opened, and counts them by program', async () => {
    const example = start('opens', '2');
    let stdout = '';
    example.stdout?.on('data', (bytes) => {
      stdout += bytes;
    });
    const ended = once(example, 'close');
    while (example.exitCode === null && !stdout.includes('/no/such/example')) {
      await shell('cat /no/such/example 2>/dev/null; sleep 0.05');
    }
    await ended;
    expect(stdout).toMatch(/^cat \/no\/such\/example$/m);
    expect(stdout).toMatch(/^\d+\tcat$/m);
  });

  it('is short', () => {
    expect(readFileSync(join(root, 'examples/opens.ts'), 'utf8').split('\n').length).toBeLessThanOrEqual(30);
  });
});
