/** Helpers on hash and array maps. */
import { errno, Fault } from '../errors.ts';
import type { Execution } from '../execution.ts';
import type { SimulatedMap } from '../maps/simulated-map.ts';
import { helper, type NamedHelpers } from './helper.ts';

const keyAt = ({ memory }: Execution, map: SimulatedMap, address: bigint): Uint8Array =>
  memory.slice(address, map.spec.keySize);

/** Callbacks get pointers to keys that live only as long as the call. */
function withCopy<T>({ memory }: Execution, name: string, bytes: Uint8Array, use: (address: bigint) => T): T {
  const region = memory.allocate(name, bytes.slice(), 'read-only');
  try {
    return use(region.base);
  } finally {
    memory.remove(region);
  }
}

function forEachElement(execution: Execution, map: SimulatedMap, callback: bigint, context: bigint): bigint {
  const slot = execution.functionSlot(callback);
  let visited = 0n;
  for (const key of map.keys()) {
    const value = map.lookup(key, execution.world.cpu);
    if (value === 0n) continue;
    visited++;
    const stop = withCopy(execution, `a key of map ${map.name}`, key, (address) =>
      execution.call(slot, [map.address, address, value, context]),
    );
    if (stop !== 0n) break;
  }
  return visited;
}

export const mapHelpers: NamedHelpers = {
  map_lookup_elem: helper(2, (execution, mapAddress, key) => {
    const map = execution.host.mapAt(mapAddress);
    return map.lookup(keyAt(execution, map, key), execution.world.cpu);
  }),
  map_lookup_percpu_elem: helper(3, (execution, mapAddress, key, cpu) => {
    const map = execution.host.mapAt(mapAddress);
    if (!map.spec.type.includes('percpu')) throw new Fault(`map ${map.name} is not per CPU`);
    return map.lookup(keyAt(execution, map, key), Number(BigInt.asUintN(32, cpu)));
  }),
  map_update_elem: helper(4, (execution, mapAddress, key, value, flags) => {
    const map = execution.host.mapAt(mapAddress);
    const bytes = execution.memory.slice(value, map.spec.valueSize);
    return BigInt(map.update(keyAt(execution, map, key), bytes, flags, execution.world.cpu));
  }),
  map_delete_elem: helper(2, (execution, mapAddress, key) => {
    const map = execution.host.mapAt(mapAddress);
    return BigInt(map.remove(keyAt(execution, map, key)));
  }),
  for_each_map_elem: helper(4, (execution, mapAddress, callback, context, flags) => {
    if (flags !== 0n) return BigInt(-errno.EINVAL);
    return forEachElement(execution, execution.host.mapAt(mapAddress), callback, context);
  }),
};
