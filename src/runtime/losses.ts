/**
 * What was lost: records that found no room, updates that a full map refused, stacks that could not be kept, hits
 * that the kernel did not deliver. The first kinds are counted by the program itself (see LossCounters), the last by
 * the kernel. Nothing may be missing from a result without being said.
 */
import type { BpfMap } from '../kernel/bpf-map.ts';
import type { BpfProgram } from '../kernel/bpf-program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { programInfo } from '../kernel/object-info.ts';
import type { Output } from '../output/output.ts';
import { LossCounters, type UserMap } from '../program/program.ts';
import type { MissedHits } from './missed-hits.ts';

export interface LossTotals {
  /** Records that found no room in the ring buffer. */
  readonly events: number;
  readonly stacks: number;
  /** Updates that a full map refused, by index in Program.userMaps. */
  readonly mapUpdates: readonly number[];
}

export class Losses {
  readonly #map: BpfMap | undefined;
  readonly #output: Output;
  readonly #userMaps: readonly UserMap[];
  readonly #key = new Uint8Array(4);
  readonly #value: Uint8Array;
  readonly #counters: DataView;
  #reported = 0;

  /** `map` holds the counters; undefined when the program can lose nothing. */
  constructor(map: BpfMap | undefined, userMaps: readonly UserMap[], output: Output) {
    this.#map = map;
    this.#userMaps = userMaps;
    this.#output = output;
    this.#value = new Uint8Array(map?.elementSize ?? 0);
    this.#counters = new DataView(this.#value.buffer);
  }

  /** Says how many events were lost since the last call. */
  report(): void {
    const { events } = this.totals();
    if (events <= this.#reported) return;
    this.#output.lostEvents(events - this.#reported);
    this.#reported = events;
  }

  totals(): LossTotals {
    this.#map?.lookup(this.#key, this.#value);
    return {
      events: this.#counter(LossCounters.ringBufferFull),
      stacks: this.#counter(LossCounters.stackCollision),
      mapUpdates: this.#userMaps.map((_, index) => this.#counter(LossCounters.firstUserMap + index)),
    };
  }

  #counter(index: number): number {
    const offset = 8 * index;
    return offset < this.#value.length ? Number(this.#counters.getBigUint64(offset, true)) : 0;
  }

  /** At the end, beside the number of events: what else the results lack. */
  reportRest(kernel: Kernel, programs: readonly BpfProgram[], missedHitsOf: readonly MissedHits[]): void {
    const { mapUpdates, stacks } = this.totals();
    for (const [index, count] of mapUpdates.entries()) {
      const name = this.#userMaps[index]?.name;
      if (count > 0) this.#output.warning(`${count} updates found ${name} full and are not in it`);
    }
    if (stacks > 0)
      this.#output.warning(`${stacks} stacks were not stored: another stack was in their place`);
    for (const { probes, count } of missedHitsOf) {
      const [first, ...others] = probes;
      const names = others.length > 0 ? `${first} and ${others.length} others` : first;
      this.#output.warning(
        `${count} hits of ${names} were not traced: the kernel keeps track of only so many at once`,
      );
    }
    const missed = missedHits(kernel, programs);
    if (missed > 0n) {
      this.#output.warning(
        `${missed} probe hits were not traced: they came while the same program was running`,
      );
    }
  }
}

/** As the kernel counts them (5.12). */
export function missedHits(kernel: Kernel, programs: readonly BpfProgram[]): bigint {
  return programs.reduce((sum, program) => sum + programInfo(kernel, program.fd).recursionMisses, 0n);
}
