/**
 * The benchmarks: kscope beside bpftrace on this machine. Medians and ratios as a table, all values as JSON.
 *
 *     npm run bench                       everything but the soak; about ten minutes, most of them bpftrace's
 *     npm run bench -- --short            part of `npm test`: gross regressions only
 *     npm run bench -- --only 'ns an'     cases whose name contains the words
 *     npm run bench -- --soak 10 --only steady    memory over ten minutes at 100,000 records a second
 *     npm run bench -- --json FILE --rounds 9
 *     npm run bench -- --itself           beside kscope without attach lowering instead of bpftrace
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureDebianTools } from '../scripts/lib/dependencies.mjs';
import { delivery } from './cases/delivery.ts';
import { eventCosts, meanOfEventCosts } from './cases/event-cost.ts';
import { firstEvent } from './cases/first-event.ts';
import { installedSize } from './cases/installed-size.ts';
import { largeMap, soak } from './cases/memory.ts';
import { slowdownCases } from './cases/slowdown.ts';
import { startCases } from './cases/start.ts';
import type { Bench, BenchOptions, Case } from './lib/case.ts';
import { type Measurement, runCase } from './lib/runner.ts';
import { tracers } from './lib/tracers.ts';
import { type Judging, judge, meanRow, type Row, summary, table } from './lib/verdict.ts';
import { Workload } from './lib/workload.ts';

const cases: readonly Case[] = [
  ...startCases,
  firstEvent,
  ...eventCosts,
  ...slowdownCases,
  delivery,
  largeMap,
  installedSize,
];

const tools = [
  { command: 'time', package: 'time', why: 'measures the memory of a process' },
  { command: 'gcc', package: 'gcc', why: 'builds the traced programs' },
];

/** What a short run allows beyond a bar. */
const shortTolerance = 2.5;

/** @returns the exit status: 1 when a bar was missed */
export async function main(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  if (process.getuid?.() !== 0) return refuse('Measuring needs root: programs are loaded into the kernel.');
  if (!ensureDebianTools(tools)) return 1;
  const [own, peer] = tracers(options.itself);
  const againstBpftrace = peer.name === 'bpftrace';
  if (!againstBpftrace && !options.itself)
    console.log('bpftrace is not installed: kscope is compared with itself, attached without lowering.');
  const judging = { tolerance: options.short ? shortTolerance : 1, againstBpftrace };
  const begin = performance.now();
  const { rows, measurements } = await measureAll([own, peer], options, judging);
  console.log(`${table(rows, peer.name)}\n${Math.round((performance.now() - begin) / 1000)} s`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(report(rows, measurements), undefined, 2)}\n`);
  return rows.every(({ holds }) => holds) ? 0 : 1;
}

function parseOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      soak: { type: 'string' },
      itself: { type: 'boolean', default: false },
    },
  });
  return {
    short: values.short,
    rounds: Number(values.rounds ?? (values.short ? 2 : 5)),
    only: values.only,
    json: values.json,
    itself: values.itself,
    soakMinutes: Number(values.soak ?? 0),
  };
}

function refuse(message: string): number {
  console.error(message);
  return 1;
}

async function measureAll(
  both: ReturnType<typeof tracers>,
  options: BenchOptions,
  judging: Judging,
): Promise<{ rows: readonly Row[]; measurements: readonly Measurement[] }> {
  using workload = new Workload();
  const bench: Bench = { workload, options };
  const all = options.soakMinutes > 0 ? [...cases, soak] : cases;
  const chosen = all.filter(
    ({ name, short }) => name.includes(options.only) && (!options.short || short === true),
  );
  const rows: Row[] = [];
  const measurements: Measurement[] = [];
  for (const one of chosen) {
    const measured = await runCase(one, both, bench, (text) => console.error(text));
    measurements.push(...measured);
    const judged = measured.map((each) => judge(each, one.metrics[each.metric]!, judging));
    console.error(judged.map(summary).join('\n'));
    rows.push(...judged);
  }
  const mean = meanRow(
    meanOfEventCosts.name,
    rows.filter((row) => meanOfEventCosts.cases.includes(row.case)),
    judging.againstBpftrace ? meanOfEventCosts.bar * judging.tolerance : 1.5,
  );
  return { rows: mean === undefined ? rows : [...rows, mean], measurements };
}

function report(rows: readonly Row[], measurements: readonly Measurement[]) {
  const kernel = spawnSync('uname', ['-rm'], { encoding: 'utf8' }).stdout.trim();
  return { kernel, node: process.version, rows, measurements };
}
