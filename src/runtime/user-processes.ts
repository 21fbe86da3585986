/**
 * User stacks and symbols in maps are printed when the maps are, and by then the process may have ended and its
 * addresses mean nothing any more. So while a program runs, its maps are looked through for processes not seen
 * before, and what those have mapped is learnt while they live. (Events are resolved as they arrive.)
 */
import { layoutOf, memberTypes, sizeOf } from '../program/layout.ts';
import type { UserMap } from '../program/program.ts';
import type { Type } from '../program/types.ts';
import type { UserSymbols } from '../symbols/user-symbols.ts';
import type { UserMaps } from './user-maps.ts';

/** Where in a key or value the numbers of processes lie. */
interface PidPlaces {
  readonly map: UserMap;
  readonly inKey: readonly number[];
  readonly inValue: readonly number[];
}

/** A stack or symbol of a user program has the pid behind the id or address. */
const pidOffset = 8;

export class UserProcesses {
  readonly #maps: UserMaps;
  readonly #symbols: UserSymbols;
  readonly #places: readonly PidPlaces[];
  readonly #known = new Set<number>();

  constructor(maps: UserMaps, userMaps: readonly UserMap[], symbols: UserSymbols) {
    this.#maps = maps;
    this.#symbols = symbols;
    this.#places = userMaps.map(placesOf).filter(({ inKey, inValue }) => inKey.length + inValue.length > 0);
  }

  /** Whether there is anything to look for. */
  get needed(): boolean {
    return this.#places.length > 0;
  }

  /** Learns about the processes that are new in the maps. */
  look(): void {
    for (const { map, inKey, inValue } of this.#places) {
      const { count, keySize, keys, elementSize, values } = this.#maps.snapshot(map);
      for (let element = 0; element < count; element++) {
        this.#meet(keys, element * keySize, inKey);
        this.#meet(values, element * elementSize + map.valueOffset, inValue);
      }
    }
  }

  #meet(bytes: Uint8Array, base: number, offsets: readonly number[]): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (const offset of offsets) {
      const pid = view.getUint32(base + offset, true);
      if (pid === 0 || this.#known.has(pid)) continue;
      this.#known.add(pid);
      this.#symbols.prefetch(pid);
    }
  }
}

function placesOf(map: UserMap): PidPlaces {
  const inKey = map.key === undefined ? [] : pidOffsets(map.key);
  return { map, inKey, inValue: pidOffsets(map.value) };
}

/** Byte offsets of all pids in a value of the type. */
export function pidOffsets(type: Type, base = 0): readonly number[] {
  switch (type.kind) {
    case 'ustack':
    case 'usym':
      return [base + pidOffset];
    case 'tuple':
    case 'record': {
      const { offsets } = layoutOf(type);
      return memberTypes(type).flatMap((member, index) => pidOffsets(member, base + (offsets[index] ?? 0)));
    }
    case 'array':
      return Array.from({ length: type.length }, (_, index) =>
        pidOffsets(type.element, base + index * sizeOf(type.element)),
      ).flat();
    default:
      return [];
  }
}
