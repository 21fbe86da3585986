/** `perf_event_array`: what bpf_perf_event_output was given, in order. */
import { SimulatedMap } from './simulated-map.ts';

export class PerfEventArray extends SimulatedMap {
  readonly #records: Uint8Array[] = [];

  output(data: Uint8Array): void {
    this.#records.push(data.slice());
  }

  records(): Uint8Array[] {
    return [...this.#records];
  }
}
