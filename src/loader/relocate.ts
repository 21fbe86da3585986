/**
 * Pointing code at maps: 64-bit immediate loads whose immediates the compiler left zero get the map's descriptor
 * and, for an address inside the value, the offset (BPF_PSEUDO_MAP_FD and _VALUE, linux/bpf.h).
 */
import { assert, assertNever } from '../base/assert.ts';
import { PseudoSource } from '../kernel/bpf-constants.ts';
import type { FunctionSpec, Relocation } from '../program/program.ts';

const instructionSize = 8;
const loadImmediate64 = 0x18;

/** A copy of the function's code, with the numbers `fdOf` gives for its maps. */
export function relocate(spec: FunctionSpec, fdOf: (map: number) => number): Uint8Array {
  const code = spec.code.slice();
  const view = new DataView(code.buffer);
  for (const relocation of spec.relocations) {
    const at = relocation.instruction * instructionSize;
    const isLoad =
      at >= 0 && at + 2 * instructionSize <= code.length && view.getUint8(at) === loadImmediate64;
    assert(isLoad, `function ${spec.name} has no 64-bit load at instruction ${relocation.instruction}`);
    view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (pseudoSource(relocation.kind) << 4));
    view.setInt32(at + 4, fdOf(relocation.map), true);
    view.setInt32(at + 12, relocation.kind === 'map-value' ? relocation.offset : 0, true);
  }
  return code;
}

function pseudoSource(kind: Relocation['kind']): number {
  switch (kind) {
    case 'map':
      return PseudoSource.BPF_PSEUDO_MAP_FD;
    case 'map-value':
      return PseudoSource.BPF_PSEUDO_MAP_VALUE;
    default:
      return assertNever(kind, 'relocation');
  }
}
