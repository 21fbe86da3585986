/**
 * Moves constant parts of addresses into the offset field of loads, stores and atomics, which costs nothing there.
 * Addresses in map values are cut down to the value's start, so that accesses to different variables in one map
 * share the 64-bit immediate.
 */
import { must } from '../../base/assert.ts';
import { freshValue } from '../ir/ids.ts';
import { definitionsOf } from '../ir/uses.ts';
import type { Instruction, IrFunction, ValueId } from '../ir.ts';

type Access = Extract<Instruction, { op: 'load' | 'store' | 'atomic' }>;
const fits16 = (offset: bigint): boolean => offset >= -0x8000n && offset <= 0x7fffn;

export function foldAddresses(fn: IrFunction): boolean {
  const definitions = definitionsOf(fn);
  const starts = new Map<number, { id: ValueId; made: Instruction }>();
  let changed = false;

  const constant = (value: ValueId): bigint | undefined => {
    const definition = definitions.get(value)?.instruction;
    return definition?.op === 'const' ? BigInt.asIntN(64, definition.value) : undefined;
  };
  const startOf = (map: number): ValueId => {
    let start = starts.get(map);
    if (!start) {
      const id = freshValue(fn);
      start = { id, made: { op: 'map-value', result: id, map, offset: 0 } };
      starts.set(map, start);
    }
    return start.id;
  };
  const fold = (access: Access): Access => {
    const base = definitions.get(access.base)?.instruction;
    if (base?.op === 'map-value' && base.offset !== 0 && fits16(BigInt(access.offset + base.offset))) {
      return { ...access, base: startOf(base.map), offset: access.offset + base.offset };
    }
    if (base?.op !== 'binary' || base.operator !== 'add' || base.width !== 64) return access;
    const [a, b] = [constant(base.a), constant(base.b)];
    const [pointer, delta] = b !== undefined ? [base.a, b] : [base.b, a];
    if (delta === undefined || !fits16(BigInt(access.offset) + delta)) return access;
    return fold({ ...access, base: pointer, offset: access.offset + Number(delta) });
  };

  for (const block of fn.blocks) {
    block.instructions = block.instructions.map((i) => {
      if (i.op !== 'load' && i.op !== 'store' && i.op !== 'atomic') return i;
      const folded = fold(i);
      if (folded !== i) changed = true;
      return folded;
    });
  }
  must(fn.blocks[0], 'entry block').instructions.unshift(...[...starts.values()].map(({ made }) => made));
  return changed;
}
