/**
 * The same programs, options and traced commands for Debian's bpftrace and for kscope: the same output, but for what
 * its later releases say differently. One runs after the other: user-space probes see the other's traced program, too.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtCommand } from '../runtime/harness.ts';
import { describeTracing } from '../runtime/support.ts';
import { type ComparedScript, readScripts } from './scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-differential-'));
const traced = join(folder, 'traced');
const longestMs = 60_000;

beforeAll(() => {
  const source = fileURLToPath(new URL('../programs/traced.c', import.meta.url));
  execFileSync('gcc', ['-O1', '-fno-inline', '-fno-ipa-icf', '-o', traced, source]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasReference = (() => {
  try {
    return execFileSync('bpftrace', ['--version'], { encoding: 'utf8' }).includes('bpftrace v0.');
  } catch {
    return false;
  }
})();

const filled = (text: string) => text.replaceAll('{traced}', traced);

async function output(command: readonly string[], script: ComparedScript): Promise<readonly string[]> {
  const [program = '', ...before] = command;
  const child = script.command === undefined ? [] : ['-c', filled(script.command)];
  const words = [...before, ...script.options, ...child, '-e', filled(script.program), ...script.arguments];
  const run = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  run.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  run.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const timer = setTimeout(() => run.kill('SIGKILL'), longestMs);
  const [status] = await once(run, 'close');
  clearTimeout(timer);
  expect({ status, stderr: stderr.includes('ERROR: stdin') ? stderr : '' }).toEqual({
    status: 0,
    stderr: '',
  });
  const lines = stdout
    .split('\n')
    .map(sameWords)
    .filter((line) => line !== '');
  return script.unordered ? lines.sort() : lines;
}

/** What later releases say differently, and what is about the run. */
function sameWords(line: string): string {
  if (/^Attaching \d+ probes?\.\.\.$/.test(line)) return '';
  if (line.startsWith('{"type": "attached_probes"')) return '';
  const statistics = /\{ \.count = (\d+), \.average = (-?\d+), \.total = (-?\d+) \}/g;
  return line.replaceAll(statistics, 'count $1, average $2, total $3').trimEnd();
}

const title = hasReference ? 'bpftrace and kscope' : 'bpftrace and kscope (bpftrace is not installed)';

describeTracing(title, () => {
  test.skipIf(!hasReference).each(readScripts().map((script) => [script.title, script] as const))(
    '%s',
    async (_, script) => {
      const reference = await output(['bpftrace'], script);
      const own = await output([process.execPath, builtCommand(), '--no-warnings'], script);
      expect(reference.length).toBeGreaterThan(0);
      expect(own).toEqual(reference);
    },
    2 * longestMs,
  );
});
