/**
 * The last phase: an IR module in, the code of one BPF program out. The order of the steps is the text of
 * {@link emitFunction}; linking puts the functions one behind the other, the entry first.
 */
import { must } from '../../base/assert.ts';
import { encode, slotCount } from '../../bpf/instruction.ts';
import type { FactPlace, FunctionSpec, LocalFunction, Relocation } from '../../program/program.ts';
import { cloneFunction } from '../ir/clone.ts';
import { removeUnreachable } from '../ir/remove-unreachable.ts';
import type { IrFunction, IrModule } from '../ir.ts';
import { allocate } from './allocate.ts';
import { type AssembledInsn, assemble } from './assemble.ts';
import { reachableFunctions, stackDepthOf } from './call-graph.ts';
import { splitCriticalEdges } from './critical-edges.ts';
import { expandSwitches } from './expand-switch.ts';
import { layoutFrame } from './frame.ts';
import { layOut } from './layout.ts';
import { type Isa, legalise } from './legalise.ts';
import { machinePeephole } from './peephole.ts';
import { select } from './select.ts';

export * from './errors.ts';
export type { Isa } from './legalise.ts';

export interface EmitOptions {
  /** Version of the instruction set that the kernel has. */
  readonly isa: Isa;
  /** For messages. */
  readonly name: string;
}

export interface EmittedProgram {
  readonly code: Uint8Array;
  /** By instruction *slot*, as the kernel counts: a 64-bit immediate load occupies two. */
  readonly relocations: readonly Relocation[];
  readonly facts: readonly FactPlace[];
  readonly sourceMap: FunctionSpec['sourceMap'];
  /** Bytes of the deepest chain of calls, as the kernel counts them. */
  readonly stackDepth: number;
  /** Where each function begins; what BTF func_info needs for callbacks. */
  readonly functions: readonly LocalFunction[];
}

/**
 * @throws {StackLimitError} when the stack objects do not fit
 * @throws {ProgramTooLargeError} when a jump does not reach
 * @throws {UnsupportedInstructionError} when `isa` lacks an atomic operation
 */
export function emit(module: IrModule, options: EmitOptions): EmittedProgram {
  const prepared: IrModule = { functions: module.functions.map(prepare) };
  const emitted = new Map<number, EmittedFunction>();
  for (const index of reachableFunctions(prepared)) {
    emitted.set(index, emitFunction(must(prepared.functions[index], `function ${index}`), options.isa));
  }
  const frames = new Map([...emitted].map(([index, fn]) => [index, fn.frameSize]));
  const stackDepth = stackDepthOf(prepared, frames);
  return { ...link(prepared, emitted), stackDepth };
}

interface EmittedFunction {
  readonly insns: readonly AssembledInsn[];
  readonly frameSize: number;
}

/** A copy without switches, and without the blocks that only a case in the shadow of an equal one led to. */
function prepare(original: IrFunction): IrFunction {
  const fn = cloneFunction(original);
  expandSwitches(fn);
  removeUnreachable(fn);
  return fn;
}

function emitFunction(fn: IrFunction, isa: Isa): EmittedFunction {
  legalise(fn, isa);
  splitCriticalEdges(fn);
  const machine = select(fn, layoutFrame(fn));
  allocate(machine);
  machinePeephole(machine);
  layOut(machine);
  return { insns: assemble(machine, isa), frameSize: machine.frameSize };
}

function link(
  module: IrModule,
  emitted: ReadonlyMap<number, EmittedFunction>,
): Omit<EmittedProgram, 'stackDepth'> {
  const starts = new Map<number, number>();
  const all: (AssembledInsn & { slot: number })[] = [];
  let slot = 0;
  for (const [index, fn] of emitted) {
    starts.set(index, slot);
    for (const item of fn.insns) {
      all.push({ ...item, slot });
      slot += slotCount(item.insn);
    }
  }
  const relocations: Relocation[] = [];
  const facts: FactPlace[] = [];
  const insns = all.map(({ insn, link, slot }) => {
    if (!link) return insn;
    if (link.kind === 'map' || link.kind === 'map-value') {
      relocations.push({ instruction: slot, kind: link.kind, map: link.map, offset: link.offset });
      return insn;
    }
    if (link.kind === 'fact') {
      facts.push({ instruction: slot, fact: link.fact });
      return insn;
    }
    const target = must(starts.get(link.function), `start of function ${link.function}`);
    return { ...insn, imm: target - slot - 1 };
  });
  const functions = [...starts].map(([index, instruction]): LocalFunction => {
    const { name, parameters } = must(module.functions[index], 'function');
    return { name, instruction, parameters: parameters.length };
  });
  return { code: encode(insns), relocations, sourceMap: sourceMapOf(all), functions, facts };
}

function sourceMapOf(all: readonly (AssembledInsn & { slot: number })[]): FunctionSpec['sourceMap'] {
  const map: { instruction: number; line: number; column: number }[] = [];
  for (const { span, slot } of all) {
    const last = map.at(-1);
    if (!span || (last && last.line === span.line && last.column === span.column)) continue;
    map.push({ instruction: slot, line: span.line, column: span.column });
  }
  return map;
}
