/** Helpers that send data out: ring buffers, perf events, the trace pipe. */
import { errno, Fault } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { PerfEventArray } from '../maps/perf-event-array.ts';
import { RingBuffer } from '../maps/ring-buffer.ts';
import { formatPrintk } from './format-printk.ts';
import { helper, type NamedHelpers, size32 } from './helper.ts';

function ringBufferAt({ host }: Execution, address: bigint): RingBuffer {
  const map = host.mapAt(address);
  if (!(map instanceof RingBuffer)) throw new Fault(`map ${map.name} is no ring buffer`);
  return map;
}

function release({ host }: Execution, address: bigint, state: 'submitted' | 'discarded'): bigint {
  const released = host.maps.some((map) => map instanceof RingBuffer && map.release(address, state));
  if (!released) throw new Fault(`0x${address.toString(16)} is no reserved ring-buffer record`);
  return 0n;
}

const cString = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** For %s: a NUL-terminated string anywhere. */
function stringAt({ memory }: Execution, address: bigint): string {
  const region = memory.find(address, 1);
  return region ? cString(region.bytes.subarray(Number(address - region.base))) : '';
}

function words({ memory }: Execution, address: bigint, size: number): bigint[] {
  const bytes = memory.slice(address, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: size / 8 }, (_, i) => view.getBigUint64(i * 8, true));
}

export const outputHelpers: NamedHelpers = {
  ringbuf_reserve: helper(3, (execution, map, size, flags) =>
    flags === 0n ? ringBufferAt(execution, map).reserve(Number(size)) : 0n,
  ),
  ringbuf_submit: helper(2, (execution, address) => release(execution, address, 'submitted')),
  ringbuf_discard: helper(2, (execution, address) => release(execution, address, 'discarded')),
  ringbuf_output: helper(4, (execution, map, data, size) =>
    BigInt(ringBufferAt(execution, map).output(execution.memory.slice(data, Number(size)))),
  ),
  ringbuf_query: helper(2, (execution, map, what) => ringBufferAt(execution, map).query(what)),
  perf_event_output: helper(5, (execution, _context, address, _flags, data, size) => {
    const map = execution.host.mapAt(address);
    if (!(map instanceof PerfEventArray)) return BigInt(-errno.EINVAL);
    map.output(execution.memory.slice(data, size32(size)));
    return 0n;
  }),
  trace_printk: helper(2, (execution, format, size) => {
    const args = [...execution.registers.slice(3, 6)];
    const text = formatPrintk(cString(execution.memory.slice(format, size32(size))), args, (at) =>
      stringAt(execution, at),
    );
    execution.host.printed.push(text);
    return BigInt(text.length);
  }),
  trace_vprintk: helper(4, (execution, format, size, data, dataSize) => {
    const args = words(execution, data, size32(dataSize));
    const text = formatPrintk(cString(execution.memory.slice(format, size32(size))), args, (at) =>
      stringAt(execution, at),
    );
    execution.host.printed.push(text);
    return BigInt(text.length);
  }),
  snprintf: helper(5, (execution, to, size, format, data, dataSize) => {
    const text = formatPrintk(stringAt(execution, format), words(execution, data, size32(dataSize)), (at) =>
      stringAt(execution, at),
    );
    const bytes = new TextEncoder().encode(`${text}\0`);
    const target = execution.memory.writableSlice(to, size32(size));
    target.set(bytes.subarray(0, target.length));
    if (target.length > 0 && bytes.length > target.length) target[target.length - 1] = 0;
    return BigInt(bytes.length);
  }),
};
