// @ts-check
/**
 * `npm run bench`: kscope beside bpftrace on this machine, alternating, so that both see the same weather. Prints
 * medians and ratios; `--json FILE` writes all measurements, `--rounds N` sets how often each is run (default 9).
 *
 * The bars (docs/architecture.md): start to exit at most 0.6 times bpftrace's, all system calls at most 0.02 times,
 * peak memory at most 0.7 times.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDebianTools } from '../scripts/lib/dependencies.mjs';
import { fail, root, which } from '../scripts/lib/run.mjs';
import { summarise, table } from './summary.mjs';

/** @typedef {import('./summary.mjs').Measurement} Measurement */

const { values } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '9' }, only: { type: 'string' } },
});
const rounds = Number(values.rounds);
const command = join(root, 'dist/kscope.cjs');
if (!existsSync(command)) fail('dist/ is missing. Run: npm run build');
if (process.getuid?.() !== 0) fail('Measuring needs root: programs are loaded into the kernel.');
if (
  !ensureDebianTools([{ command: 'time', package: 'time', why: 'measures time and memory of a process' }])
) {
  process.exit(1);
}

/**
 * A case runs the same program with both; bpftrace as often as its time allows.
 * @type {readonly { name: string, program: string, peerRounds: number }[]}
 */
const cases = [
  { name: 'start to exit', program: 'BEGIN { exit(); }', peerRounds: rounds },
  {
    name: 'one tracepoint, counted by process',
    program: 'tracepoint:syscalls:sys_enter_openat { @[comm] = count(); } BEGIN { exit(); }',
    peerRounds: rounds,
  },
  {
    name: 'all system calls: attach and detach',
    program: 'tracepoint:syscalls:sys_enter_* { @ = count(); } interval:ms:1 { exit(); }',
    peerRounds: 1,
  },
];

const commands = {
  kscope: [process.execPath, command],
  ...(which('bpftrace') === undefined ? {} : { bpftrace: ['bpftrace'] }),
};

/** @type {Measurement[]} */
const measurements = [];
for (const { name, program, peerRounds } of cases.filter((one) => one.name.includes(values.only ?? ''))) {
  // The first run of each fills caches: of files, and kscope's of its code.
  for (let round = -1; round < rounds; round++) {
    for (const [tool, words] of Object.entries(commands)) {
      if (tool !== 'kscope' && (round >= peerRounds || (round < 0 && peerRounds === 1))) continue;
      const measured = measure(words, program);
      if (round >= 0) measurements.push({ name, tool, ...measured });
    }
  }
}
console.log(table(summarise(measurements)));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measurements, undefined, 2)}\n`);

/** @param {readonly string[]} words @param {string} program */
function measure(words, program) {
  const [first = '', ...rest] = words;
  const env = { ...process.env, BPFTRACE_MAX_PROBES: '4096' };
  const started = process.hrtime.bigint();
  const args = ['-q', '-f', '%M', first, ...rest, '-e', program];
  const { status, stderr } = spawnSync('/usr/bin/time', args, { env, encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) fail(`${words.join(' ')} failed:\n${stderr}`);
  const kilobytes = Number(stderr.trim().split('\n').at(-1));
  return { seconds, megabytes: kilobytes / 1024 };
}
