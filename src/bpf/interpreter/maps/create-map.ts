/** The simulated map for a specification. */
import type { BpfMapType, MapSpec } from '../../../program/program.ts';
import { ArrayMap } from './array-map.ts';
import { HashMap } from './hash-map.ts';
import { PerfEventArray } from './perf-event-array.ts';
import { RingBuffer } from './ring-buffer.ts';
import { type MapContext, SimulatedMap } from './simulated-map.ts';
import { StackTraceMap } from './stack-trace-map.ts';

/** Programs can hold it, but every operation on it fails: tail calls are not simulated. */
class OpaqueMap extends SimulatedMap {}

const classes: { readonly [type in BpfMapType]: new (spec: MapSpec, context: MapContext) => SimulatedMap } = {
  array: ArrayMap,
  percpu_array: ArrayMap,
  hash: HashMap,
  percpu_hash: HashMap,
  lru_hash: HashMap,
  lru_percpu_hash: HashMap,
  stack_trace: StackTraceMap,
  ringbuf: RingBuffer,
  perf_event_array: PerfEventArray,
  prog_array: OpaqueMap,
};

export const createMap = (spec: MapSpec, context: MapContext): SimulatedMap =>
  new classes[spec.type](spec, context);
