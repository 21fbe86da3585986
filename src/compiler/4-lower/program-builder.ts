/**
 * What grows while the probes of a program are lowered one after the other: its maps, its events, its map of
 * counters for what gets lost.
 */
import { must } from '../../base/assert.ts';
import { sizeOf } from '../../program/layout.ts';
import {
  type EventAction,
  type EventSpec,
  LossCounters,
  type MapSpec,
  type RecordField,
  type UnwindMaps,
  type UserMap,
} from '../../program/program.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { StackMapRequest } from '../3-check/checker.ts';
import type { MapSymbol } from '../3-check/typed.ts';
import type { Span } from '../ast.ts';
import { toSourceRange } from '../messages/position.ts';
import { ringBufferSize, stackMapSpec, stackOverflowSpec, storageOf } from './map-storage.ts';
import { unwindMappingsSpec, unwindProcessesSpec, unwindRowsSpec } from './unwind/maps.ts';

interface StackOverflow {
  readonly table: number;
  readonly scratch: number;
  /** Bytes of a stack. */
  readonly size: number;
}

export class ProgramBuilder {
  readonly target: Target;
  readonly config: Config;
  /** `-k`: failures of memory reads and look-ups, which otherwise just give zero, are said. */
  readonly reportsFailures: boolean;
  readonly maps: MapSpec[] = [];
  readonly userMaps: UserMap[] = [];
  readonly events: EventSpec[] = [];
  #unwind: UnwindMaps | undefined;
  readonly #unwindStates = new Map<number, number>();
  readonly #eventIds = new Map<string, number>();
  #ring: number | undefined;
  #loss: number | undefined;
  #zeros: number | undefined;
  #stop: number | undefined;
  #zerosSize = 0;
  #stackNumbers: number | undefined;
  readonly #stackOverflows = new Map<number, StackOverflow>();

  /** `stackMaps`: those that the checker numbered; they come first. */
  constructor(
    target: Target,
    config: Config,
    stackMaps: readonly StackMapRequest[],
    reportsFailures: boolean,
  ) {
    this.target = target;
    this.config = config;
    this.reportsFailures = reportsFailures;
    for (const request of stackMaps) this.addMap(stackMapSpec(request, config));
  }

  addMap(spec: MapSpec): number {
    return this.maps.push(spec) - 1;
  }

  /** The script's maps come first, in order of first use, so that their numbers are known to everybody. */
  addUserMap(symbol: MapSymbol): void {
    const { spec, userMap } = storageOf(symbol, this.config, this.target);
    symbol.index = this.userMaps.length;
    this.userMaps.push({ ...userMap, map: this.addMap(spec) });
  }

  userMap(symbol: MapSymbol): UserMap {
    return must(this.userMaps[symbol.index], `storage of ${symbol.name}`);
  }

  get ring(): number {
    this.#ring ??= this.addMap({
      name: 'events',
      type: 'ringbuf',
      keySize: 0,
      valueSize: 0,
      maxEntries: ringBufferSize(this.config, 'unbounded'),
      flags: 0,
    });
    return this.#ring;
  }

  /** All probes fire at a bounded rate: the ring buffer may be small. */
  boundRate(): void {
    const ring = this.#ring === undefined ? undefined : this.maps[this.#ring];
    if (ring !== undefined)
      this.maps[this.#ring!] = { ...ring, maxEntries: ringBufferSize(this.config, 'bounded') };
  }

  get ringIndex(): number | undefined {
    return this.#ring;
  }

  get lossIndex(): number | undefined {
    return this.#loss;
  }

  /** Address of a loss counter: map and offset in its value. */
  lossCounter(counter: 'ringBufferFull' | 'stackCollision' | UserMap): {
    readonly map: number;
    readonly offset: number;
  } {
    const count = LossCounters.firstUserMap + this.userMaps.length;
    this.#loss ??= this.addMap({
      name: 'losses',
      type: 'array',
      keySize: 4,
      valueSize: count * 8,
      maxEntries: 1,
      flags: 0,
    });
    const index =
      typeof counter === 'string'
        ? LossCounters[counter]
        : LossCounters.firstUserMap + this.userMaps.indexOf(counter);
    return { map: this.#loss, offset: index * 8 };
  }

  /** Where stacks go that find their bucket of a stack map taken: the table, and memory to copy one to. */
  stackOverflow(stackMap: number): StackOverflow {
    const known = this.#stackOverflows.get(stackMap);
    if (known !== undefined) return known;
    const spec = must(this.maps[stackMap], 'stack map');
    const size = spec.valueSize;
    const scratch: MapSpec = {
      name: `copy_${spec.name}`,
      type: 'percpu_array',
      keySize: 4,
      valueSize: size,
      maxEntries: 1,
      flags: 0,
    };
    const made = {
      table: this.addMap(stackOverflowSpec(stackMap, spec)),
      scratch: this.addMap(scratch),
      size,
    };
    this.#stackOverflows.set(stackMap, made);
    return made;
  }

  /** The counter that numbers copied stacks. */
  get stackNumbers(): number {
    this.#stackNumbers ??= this.addMap({
      name: 'stack_numbers',
      type: 'array',
      keySize: 4,
      valueSize: 8,
      maxEntries: 1,
      flags: 0,
    });
    return this.#stackNumbers;
  }

  /** The tables for unwinding, made when a probe first needs them. */
  get unwindMaps(): UnwindMaps {
    this.#unwind ??= {
      rows: this.addMap(unwindRowsSpec(this.target.unwindRows ?? 0)),
      mappings: this.addMap(unwindMappingsSpec),
      processes: this.addMap(unwindProcessesSpec),
    };
    return this.#unwind;
  }

  get unwindIndexes(): UnwindMaps | undefined {
    return this.#unwind;
  }

  /** Working memory of the unwinder for stacks of at most `limit` frames. */
  unwindState(limit: number, size: number): number {
    const known = this.#unwindStates.get(limit);
    if (known !== undefined) return known;
    const spec = { type: 'percpu_array', keySize: 4, valueSize: size, maxEntries: 1, flags: 0 } as const;
    const made = this.addMap({ name: `unwind_${limit}`, ...spec });
    this.#unwindStates.set(limit, made);
    return made;
  }

  /** A map value of at least `size` zero bytes, for initial values and absent elements. */
  zeros(size: number): number {
    const wanted = Math.max(this.#zerosSize, (size + 7) & ~7);
    if (this.#zeros === undefined) this.#zeros = this.addMap(zeroMap(wanted));
    else if (wanted > this.#zerosSize) this.maps[this.#zeros] = zeroMap(wanted);
    this.#zerosSize = wanted;
    return this.#zeros;
  }

  /**
   * The flag that exit() sets, when the program has one: the runtime hears of the exit only some milliseconds later,
   * and until then no other probe shall count or print.
   */
  get stopFlag(): number {
    this.#stop ??= this.addMap({
      name: 'stopped',
      type: 'array',
      keySize: 4,
      valueSize: 8,
      maxEntries: 1,
      flags: 0,
    });
    return this.#stop;
  }

  /** A read-only table; equal ones are one map. */
  table(name: string, bytes: Uint8Array): number {
    const same = this.maps.findIndex(
      (map) => map.name === name && map.initial !== undefined && sameBytes(map.initial, bytes),
    );
    if (same >= 0) return same;
    return this.addMap({
      name,
      type: 'array',
      keySize: 4,
      valueSize: bytes.length,
      maxEntries: 1,
      flags: 0,
      readOnly: true,
      initial: bytes,
    });
  }

  /** The id of an event; equal ones (the same place compiled for several probes) share it. */
  event(action: EventAction, fields: readonly RecordField[], fixedSize: number, span: Span): number {
    const spec: EventSpec = { ...action, fields, fixedSize, range: toSourceRange(span) };
    const key = JSON.stringify(spec, (_, value) =>
      typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value,
    );
    let id = this.#eventIds.get(key);
    if (id === undefined) {
      id = this.events.push(spec) - 1;
      this.#eventIds.set(key, id);
    }
    return id;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function zeroMap(size: number): MapSpec {
  return {
    name: 'zeros',
    type: 'array',
    keySize: 4,
    valueSize: size,
    maxEntries: 1,
    flags: 0,
    readOnly: true,
    initial: new Uint8Array(size),
  };
}

/** Fields of a record in order, naturally aligned after the header; long strings become tails. */
export function layOutRecord(
  types: readonly RecordField['type'][],
  tailFrom: number,
): { fields: RecordField[]; fixedSize: number; tails: number } {
  let at = 8;
  let tails = 0;
  const fields = types.map((type): RecordField => {
    if (type.kind === 'string' && type.size > tailFrom) {
      tails += type.size;
      at = (at + 3) & ~3;
      const offset = at;
      at += 4;
      return { offset, type, tail: true };
    }
    // Aligning everything to 8 keeps wide stores possible for strings and tuples too.
    const size = sizeOf(type);
    const align = size >= 8 || type.kind !== 'int' ? 8 : size;
    const offset = (at + align - 1) & ~(align - 1);
    at = offset + size;
    return { offset, type, tail: false };
  });
  return { fields, fixedSize: (at + 7) & ~7, tails };
}
