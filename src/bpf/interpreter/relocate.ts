/**
 * Map references of a compiled program made explicit: where the loader puts file descriptors, the interpreter puts
 * indexes of the machine's maps (BPF_PSEUDO_MAP_IDX).
 */
import { assert } from '../../base/assert.ts';
import type { Relocation } from '../../program/program.ts';
import { slotSize, wideOpcode } from '../instruction.ts';
import { wideSource } from '../opcode.ts';

/** A changed copy; `relocations` count slots. */
export function relocate(code: Uint8Array, relocations: readonly Relocation[]): Uint8Array {
  const relocated = code.slice();
  const view = new DataView(relocated.buffer);
  for (const { instruction, kind, map, offset } of relocations) {
    const at = instruction * slotSize;
    assert(code[at] === wideOpcode, `there is no 64-bit load at instruction ${instruction} to relocate`);
    const source = kind === 'map' ? wideSource.mapIdx : wideSource.mapIdxValue;
    view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (source << 4));
    view.setInt32(at + 4, map, true);
    view.setInt32(at + 12, kind === 'map' ? 0 : offset, true);
  }
  return relocated;
}
