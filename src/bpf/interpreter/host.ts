/** What helpers reach beside memory and world: the maps of the machine, and what programs did to the outside. */
import type { SimulatedMap } from './maps/simulated-map.ts';

export interface SentSignal {
  readonly signal: number;
  /** To the thread (bpf_send_signal_thread) instead of the process. */
  readonly thread: boolean;
}

export interface Host {
  readonly maps: readonly SimulatedMap[];
  /** The map whose handle a program passed. @throws {Fault} */
  readonly mapAt: (address: bigint) => SimulatedMap;
  /** Lines written with bpf_trace_printk. */
  readonly printed: string[];
  readonly signals: SentSignal[];
  /** How many random numbers were taken from the world's sequence. */
  randomDrawn: number;
  /** Words of the context, when it is a list of arguments. */
  argumentCount: number;
}
