/**
 * A long run: one worker at a time makes and checks inputs; this side counts, and ends a worker that is stuck with
 * one input or out of memory, to start another behind that input.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Finding } from './kind.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

export interface CampaignOptions {
  readonly root: string;
  /** In the order of the table. */
  readonly kinds: readonly string[];
  readonly firstSeed: number;
  readonly seconds: number;
  readonly count: number;
  readonly onFinding: (finding: Finding) => void;
}

export interface CampaignReport {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly inputs: number;
  readonly findings: number;
}

/** Processor time with one input after which it is taken for endless. */
const stuckSeconds = 10;
const memoryMegabytes = 1024;
/** In place of a seed, before the first. */
const settingUp = -2;

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const campaign = new Campaign(options);
  const end = performance.now() + options.seconds * 1000;
  while (performance.now() < end && campaign.inputs < options.count) await campaign.runWorker(end);
  return { outcomes: campaign.outcomes, inputs: campaign.inputs, findings: campaign.findings };
}

class Campaign {
  readonly outcomes = new Map<string, number>();
  inputs = 0;
  findings = 0;
  readonly #options: CampaignOptions;
  #seed: number;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#seed = options.firstSeed;
  }

  /** Until the end, or until the worker was lost. */
  runWorker(end: number): Promise<void> {
    const progress = new SharedArrayBuffer(8);
    new Int32Array(progress)[1] = settingUp;
    const { root, kinds } = this.#options;
    const workerData: WorkerTask = { root, kinds, firstSeed: this.#seed, progress };
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    });
    return new Promise((resolve, reject) => {
      const watch = new StuckWatch(new Int32Array(progress));
      const lost = (problem: string) => {
        const seed = watch.seed;
        if (seed === settingUp) return reject(new Error(problem));
        this.#found({ kind: kinds[watch.kind] ?? '', seed, signature: problem, problem, input: '' });
        this.#seed = seed + 1;
        stop();
      };
      const stop = () => {
        clearInterval(timer);
        worker.removeAllListeners();
        worker.terminate().then(() => resolve());
      };
      const timer = setInterval(() => {
        if (watch.stuck()) lost(`no end after ${stuckSeconds} s of processor time`);
        else if (performance.now() > end || this.inputs >= this.#options.count) stop();
      }, 500);
      worker.on('message', (message: WorkerMessage) => this.#take(message));
      worker.on('error', (error) => lost(`the worker ended: ${error.stack ?? error.message}`));
    });
  }

  #take(message: WorkerMessage): void {
    if (message.kind === 'finding') return this.#found(message.finding);
    this.#seed = message.nextSeed;
    for (const [label, count] of message.outcomes) {
      this.outcomes.set(label, (this.outcomes.get(label) ?? 0) + count);
      this.inputs += count;
    }
  }

  #found(finding: Finding): void {
    this.findings++;
    this.#options.onFinding(finding);
  }
}

/** Whether the worker is at the same input for too much processor time. */
class StuckWatch {
  readonly #progress: Int32Array;
  #last = -1;
  #since = process.cpuUsage();

  constructor(progress: Int32Array) {
    this.#progress = progress;
  }

  get kind(): number {
    return Atomics.load(this.#progress, 0);
  }

  get seed(): number {
    return Atomics.load(this.#progress, 1);
  }

  stuck(): boolean {
    const { seed } = this;
    if (seed !== this.#last || seed < 0) {
      this.#last = seed;
      this.#since = process.cpuUsage();
    }
    return process.cpuUsage(this.#since).user / 1e6 > stuckSeconds;
  }
}
