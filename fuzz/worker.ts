/**
 * The thread that does the work: it notes in shared memory what it is at, so that its parent can tell and name an
 * input that never ends or takes all memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Finding, FuzzKind, FuzzWorld } from './kind.ts';
import { fuzzKinds } from './kinds/table.ts';
import { minimised, openWorld, tryInput } from './round.ts';

export interface WorkerTask {
  readonly root: string;
  readonly kinds: readonly string[];
  readonly firstSeed: number;
  /** Two numbers: the kind's index, and the seed. */
  readonly progress: SharedArrayBuffer;
}

export type WorkerMessage =
  | { readonly kind: 'outcomes'; readonly outcomes: ReadonlyMap<string, number>; readonly nextSeed: number }
  | { readonly kind: 'finding'; readonly finding: Finding };

/** How long between two messages. */
const batchMilliseconds = 1000;

export async function work(): Promise<void> {
  const task: WorkerTask = workerData;
  const kinds = fuzzKinds.filter(({ name }) => task.kinds.includes(name));
  const world = openWorld(task.root);
  const known = new Set<string>();
  const all: Work = { kinds, world, known, progress: new Int32Array(task.progress) };
  for (let seed = task.firstSeed; ; ) {
    const { outcomes, nextSeed } = await workBatch(all, seed);
    post({ kind: 'outcomes', outcomes, nextSeed });
    seed = nextSeed;
    await new Promise(setImmediate);
  }
}

interface Work {
  readonly kinds: readonly FuzzKind[];
  readonly world: FuzzWorld;
  readonly known: Set<string>;
  readonly progress: Int32Array;
}

async function workBatch(
  { kinds, world, known, progress }: Work,
  first: number,
): Promise<Pick<Extract<WorkerMessage, { kind: 'outcomes' }>, 'outcomes' | 'nextSeed'>> {
  const outcomes = new Map<string, number>();
  const end = performance.now() + batchMilliseconds;
  let seed = first;
  for (; performance.now() < end; seed++) {
    const index = seed % kinds.length;
    const kind = kinds[index];
    if (kind === undefined) break;
    Atomics.store(progress, 0, index);
    Atomics.store(progress, 1, seed);
    const result = tryInput(kind, seed, world);
    const label = `${kind.name}: ${typeof result === 'string' ? result : 'defect'}`;
    outcomes.set(label, (outcomes.get(label) ?? 0) + 1);
    if (typeof result === 'string' || known.has(result.signature)) continue;
    known.add(result.signature);
    Atomics.store(progress, 1, -1);
    post({ kind: 'finding', finding: await minimised(kind, result, world) });
  }
  return { outcomes, nextSeed: seed };
}

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
