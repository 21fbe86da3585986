/** Reading a case of the corpus. Numbers of 64 bits are written as strings in options.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../src/bpf/interpreter/world.ts';
import type { FixtureOptions } from '../support/fixture-target.ts';
import type { Firing } from '../support/simulate.ts';

export interface Case {
  readonly folder: string;
  readonly source: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
  readonly format: 'text' | 'json';
  readonly world: Partial<World>;
  readonly firings: readonly Firing[];
  readonly target: FixtureOptions;
}

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly positionals?: readonly string[];
  readonly format?: 'text' | 'json';
  readonly world?: WorldOptions;
  readonly firings?: readonly FiringOptions[];
  /** Instead of the fixture machine's. */
  readonly features?: readonly string[];
}

interface WorldOptions {
  readonly pid?: number;
  readonly tgid?: number;
  readonly comm?: string;
  readonly uid?: number;
  readonly cpu?: number;
  readonly nsecs?: string;
  readonly nsecsStep?: string;
  /** Address → text of a string in user memory. */
  readonly strings?: Readonly<Record<string, string>>;
}

interface FiringOptions extends WorldOptions {
  readonly probe: string;
  readonly times?: number;
  /** Arguments of a raw tracepoint. */
  readonly args?: readonly string[];
  /** Fields of a tracepoint's record: offset → u64. */
  readonly record?: Readonly<Record<string, string>>;
}

const recordBytes = 256;

export function readCase(folder: string): Case {
  const path = join(folder, 'options.json');
  const options: Options = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  return {
    folder,
    source: readFileSync(join(folder, 'program.bt'), 'utf8'),
    environment: options.environment ?? {},
    positionals: options.positionals ?? [],
    format: options.format ?? 'text',
    world: worldOf(options.world ?? {}),
    firings: (options.firings ?? []).flatMap(firingsOf),
    target: options.features === undefined ? {} : { features: options.features },
  };
}

function worldOf({ pid, tgid, comm, uid, cpu, nsecs, nsecsStep, strings }: WorldOptions): Partial<World> {
  return {
    ...(pid === undefined ? {} : { pid, namespacePid: pid }),
    ...(tgid === undefined ? {} : { tgid, namespaceTgid: tgid }),
    ...(comm === undefined ? {} : { comm }),
    ...(uid === undefined ? {} : { uid }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(nsecs === undefined ? {} : { nsecs: BigInt(nsecs) }),
    ...(nsecsStep === undefined ? {} : { nsecsStep: BigInt(nsecsStep) }),
    ...(strings === undefined ? {} : { memory: Object.entries(strings).map(userString) }),
  };
}

function userString([address, text]: readonly [string, string]): World['memory'][number] {
  return { space: 'user', address: BigInt(address), bytes: new TextEncoder().encode(`${text}\0`) };
}

function firingsOf({ probe, times = 1, args, record, ...world }: FiringOptions): readonly Firing[] {
  const context = args === undefined ? recordOf(record ?? {}) : { args: args.map(BigInt) };
  return Array.from({ length: times }, () => ({ probe, world: worldOf(world), context }));
}

function recordOf(fields: Readonly<Record<string, string>>): Uint8Array {
  const view = new DataView(new ArrayBuffer(recordBytes));
  for (const [offset, value] of Object.entries(fields))
    view.setBigUint64(Number(offset), BigInt.asUintN(64, BigInt(value)), true);
  return new Uint8Array(view.buffer);
}
