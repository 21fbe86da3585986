/**
 * The fuzzer's command: npm run fuzz -- [--seconds N] [--count N] [--seed N] [--kind NAME,…] [--replay SEED].
 * Programs and files are made at random, repeatably by seed. A program must be refused with a diagnostic or be
 * accepted by the verifier of the running kernel; a damaged file must end in an error that names it.
 */

import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { runCampaign } from './campaign.ts';
import type { Finding } from './kind.ts';
import { fuzzKinds } from './kinds/table.ts';
import { inputOf, minimised, openWorld, tryInput } from './round.ts';
import { work } from './worker.ts';

const help = `Usage: npm run fuzz -- [OPTIONS]
  --seconds N   stop after N seconds (default 60)
  --count N     stop after N inputs
  --seed N      the first seed (default: from the clock)
  --kind NAME   only these kinds of input, separated by commas:
${fuzzKinds.map(({ name, about }) => `                  ${name.padEnd(18)} ${about}`).join('\n')}
  --replay N    print and check the input of one seed; with one --kind
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      count: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      kind: { type: 'string', default: fuzzKinds.map(({ name }) => name).join(',') },
      replay: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const kinds = values.kind.split(',');
  const unknown = kinds.find((name) => !fuzzKinds.some((kind) => kind.name === name));
  if (values.help || unknown !== undefined) {
    process.stdout.write(`${unknown === undefined ? '' : `There is no kind ${unknown}.\n`}${help}`);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  if (values.replay !== undefined) return replay(kinds[0] ?? '', Number(values.replay));
  const inOrder = fuzzKinds.map(({ name }) => name).filter((name) => kinds.includes(name));
  const firstSeed = Number(values.seed);
  console.log(`first seed ${firstSeed}`);
  const start = performance.now();
  const report = await runCampaign({
    root: process.cwd(),
    kinds: inOrder,
    firstSeed,
    seconds: Number(values.seconds),
    count: Number(values.count),
    onFinding: print,
  });
  const seconds = (performance.now() - start) / 1000;
  for (const [label, count] of [...report.outcomes].sort())
    console.log(`${String(count).padStart(9)}  ${label}`);
  const rate = (report.inputs / seconds).toFixed(0);
  console.log(
    `${report.inputs} inputs in ${seconds.toFixed(0)} s (${rate} a second), ${report.findings} different defects`,
  );
  process.exitCode = report.findings === 0 ? 0 : 1;
}

async function replay(name: string, seed: number): Promise<void> {
  const kind = fuzzKinds.find((one) => one.name === name);
  if (kind === undefined) return;
  const world = openWorld(process.cwd());
  console.log(inputOf(kind, seed, world));
  const result = tryInput(kind, seed, world);
  if (typeof result === 'string') console.log(`→ ${result}`);
  else print(await minimised(kind, result, world));
}

function print({ kind, seed, signature, problem, input }: Finding): void {
  console.log(`\n=== ${signature}\n--- ${kind}, seed ${seed}\n${input}\n--- ${problem}\n`);
}

await (isMainThread ? main() : work());
