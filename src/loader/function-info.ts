/**
 * The BTF that a program of several functions needs: without a type for each function the kernel refuses callbacks
 * ("missing btf func_info"). All functions get the type `int (…)` of as many `long` parameters as they have. The
 * verifier reads prototypes of static functions for their number of parameters only, so no more is said.
 * Format: Documentation/bpf/btf.rst; records of struct bpf_func_info in linux/bpf.h.
 */
import { BtfBuilder, btfKinds, btfSigned, littleEndian } from '../btf/btf-builder.ts';
import type { LocalFunction } from '../program/program.ts';

export interface FunctionInfo {
  readonly btf: Uint8Array;
  /** Pairs of instruction and type id, by instruction. */
  readonly records: Uint8Array;
  readonly recordSize: number;
}

export function functionInfo(functions: readonly LocalFunction[]): FunctionInfo {
  const btf = new BtfBuilder();
  const int = btf.add('int', btfKinds.int, 4, [btfSigned | 32]);
  const long = btf.add('long', btfKinds.int, 8, [btfSigned | 64]);
  const records: number[] = [];
  const inOrder = [...functions].sort((a, b) => a.instruction - b.instruction);
  for (const { name, instruction, parameters } of inOrder) {
    const words = Array.from({ length: parameters }, (_, n) => [btf.name(`a${n}`), long]).flat();
    const prototype = btf.add('', btfKinds.funcProto, int, words, parameters);
    records.push(instruction, btf.add(shortened(name), btfKinds.func, prototype));
  }
  return { btf: btf.bytes(), records: littleEndian(records), recordSize: 8 };
}

/** Kernels before 6.1 take names of at most 127 bytes; the number at the end is what tells names apart. */
const longestName = 120;

function shortened(name: string): string {
  return name.length <= longestName ? name : name.slice(0, longestName / 2) + name.slice(-longestName / 2);
}
