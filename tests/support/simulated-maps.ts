/** The script's maps in the interpreter's memory, for the actions that print, clear and zero them. */
import { must } from '../../src/base/assert.ts';
import type { SimulatedMap } from '../../src/bpf/interpreter/maps/simulated-map.ts';
import type { MapContents } from '../../src/output/map-contents.ts';
import type { Output } from '../../src/output/output.ts';
import type { Program, UserMap } from '../../src/program/program.ts';
import type { ActionMaps } from '../../src/runtime/actions/action.ts';
import {
  allElements,
  isAbsent,
  type MapOptions,
  type MapSnapshot,
  readMapContents,
} from '../../src/runtime/decode/map.ts';
import type { Resolvers } from '../../src/runtime/decode/resolvers.ts';

export class SimulatedMaps implements ActionMaps {
  readonly #program: Program;
  readonly #maps: readonly SimulatedMap[];
  readonly #output: Output;
  readonly #resolvers: Resolvers;
  /** Aggregates without a presence flag: all zero, but not absent. */
  readonly #zeroed = new Set<UserMap>();

  constructor(program: Program, maps: readonly SimulatedMap[], output: Output, resolvers: Resolvers) {
    this.#program = program;
    this.#maps = maps;
    this.#output = output;
    this.#resolvers = resolvers;
  }

  print(userMap: number, options: MapOptions): void {
    this.#output.map(this.#contents(this.#userMap(userMap), options));
  }

  clear(userMap: number): void {
    const map = this.#userMap(userMap);
    this.#zeroed.delete(map);
    for (const { key, values } of this.#mapOf(map).entries()) {
      if (this.#mapOf(map).remove(key) !== 0) for (const value of values) value.fill(0);
    }
  }

  zero(userMap: number): void {
    const map = this.#userMap(userMap);
    const { presenceOffset } = map;
    if (isAbsent(map, this.#snapshot(map))) return;
    if (map.scalar && presenceOffset === undefined) this.#zeroed.add(map);
    for (const value of this.#mapOf(map)
      .entries()
      .flatMap(({ values }) => values)) {
      value.fill(0);
      if (presenceOffset !== undefined) value[presenceOffset] = 1;
    }
  }

  /** As at the end of a run: what has a value, by name. */
  printAll(): void {
    const byName = [...this.#program.userMaps].sort((a, b) =>
      Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
    );
    for (const map of byName) {
      if (this.#zeroed.has(map) || !isAbsent(map, this.#snapshot(map)))
        this.#output.map(this.#contents(map, allElements));
    }
  }

  #contents(map: UserMap, options: MapOptions): MapContents {
    return readMapContents(map, this.#snapshot(map), options, this.#resolvers);
  }

  #snapshot(map: UserMap): MapSnapshot {
    const simulated = this.#mapOf(map);
    const { keySize, valueSize, type } = simulated.spec;
    const entries = simulated.entries();
    const perCpu = type.includes('percpu');
    const copyStride = perCpu ? Math.ceil(valueSize / 8) * 8 : valueSize;
    const copies = perCpu ? (entries[0]?.values.length ?? 1) : 1;
    const elementSize = copies * copyStride;
    const values = new Uint8Array(entries.length * elementSize);
    for (const [element, entry] of entries.entries()) {
      for (const [copy, bytes] of entry.values.entries())
        values.set(bytes, element * elementSize + copy * copyStride);
    }
    const keys = Buffer.concat(entries.map(({ key }) => key));
    return { count: entries.length, keySize, elementSize, keys, values, copies, copyStride };
  }

  #userMap(index: number): UserMap {
    return must(this.#program.userMaps[index], `user map ${index}`);
  }

  #mapOf({ map, name }: UserMap): SimulatedMap {
    return must(this.#maps[map], `map of ${name}`);
  }
}
