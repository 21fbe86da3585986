/**
 * A program as a list of steps: one closure an instruction, with everything known beforehand worked out. Slots that
 * are the second half of a 64-bit immediate have no step, so that a jump into them is found.
 */
import { assertNever, must } from '../../../base/assert.ts';
import { formatInsn } from '../../disassembler.ts';
import { decode, type Insn, immediate64, slotIndexes } from '../../instruction.ts';
import type { Operation } from '../../instruction-set/entry.ts';
import { findEntry } from '../../instruction-set/lookup.ts';
import { Fault } from '../errors.ts';
import type { Step } from '../execution.ts';
import type { Host } from '../host.ts';
import type { SimulatedMap } from '../maps/simulated-map.ts';
import * as access from './access.ts';
import * as compute from './compute.ts';
import * as flow from './flow.ts';
import { reads, writes } from './registers.ts';

export interface CompiledStep {
  readonly run: Step;
  /** Bit sets of the registers that it reads, and that it gives a value. */
  readonly reads: number;
  readonly writes: number;
  readonly next: number;
  readonly text: string;
}

/** Indexed by slot. @throws {MalformedProgramError} */
export function compileSteps(code: Uint8Array): (CompiledStep | undefined)[] {
  const insns = decode(code);
  const slots = slotIndexes(insns);
  const steps: (CompiledStep | undefined)[] = new Array(slots.at(-1) ?? 0).fill(undefined);
  insns.forEach((insn, index) => {
    const { operation } = must(findEntry(insn), 'instruction');
    const slot = slots[index] ?? 0;
    steps[slot] = {
      run: stepOf(operation, insn, slot),
      reads: reads(operation, insn),
      writes: writes(operation, insn),
      next: slots[index + 1] ?? 0,
      text: formatInsn(insn) ?? '',
    };
  });
  return steps;
}

function stepOf(operation: Operation, insn: Insn, slot: number): Step {
  switch (operation.kind) {
    case 'alu':
      return compute.aluStep(operation, insn);
    case 'neg':
      return compute.negStep(operation, insn);
    case 'mov-signed':
      return compute.movSignedStep(operation, insn);
    case 'byte-order':
      return compute.byteOrderStep(operation, insn);
    case 'load':
      return access.loadStep(operation, insn);
    case 'store':
      return access.storeStep(operation, insn);
    case 'atomic':
      return access.atomicStep(operation, insn);
    case 'exchange':
      return access.exchangeStep(operation, insn);
    case 'compare-exchange':
      return access.compareExchangeStep(operation, insn);
    case 'load-acquire':
      return access.loadAcquireStep(operation, insn);
    case 'store-release':
      return access.storeReleaseStep(operation, insn);
    case 'load-immediate':
      return constantStep(insn, () => immediate64(insn));
    case 'load-map':
      return constantStep(insn, ({ host }) => mapOf(host, operation.by, insn).address);
    case 'load-map-value':
      return constantStep(insn, ({ host }) => mapOf(host, operation.by, insn).directAddress(insn.high ?? 0));
    case 'load-function':
      return constantStep(insn, (e) => e.functionAddress(slot + 1 + insn.imm));
    case 'jump':
      return flow.jumpStep(operation, insn);
    case 'branch':
      return flow.branchStep(operation, insn);
    case 'may-goto':
      return flow.mayGotoStep(insn);
    case 'call-helper':
      return flow.callHelperStep(insn);
    case 'call-local':
      return flow.callLocalStep(insn);
    case 'call-kfunc':
      return flow.callKfuncStep(insn);
    case 'exit':
      return (execution) => execution.leave();
    case 'load-btf-variable':
    case 'load-packet':
      return unsupported(operation.kind);
    default:
      return assertNever(operation);
  }
}

const constantStep =
  ({ dst }: Insn, value: (execution: Parameters<Step>[0]) => bigint): Step =>
  (execution) => {
    execution.registers[dst] = value(execution);
  };

const unsupported =
  (kind: string): Step =>
  () => {
    throw new Fault(`${kind} is not simulated`);
  };

/** Descriptors mean nothing here: relocation has replaced those of compiled programs. */
function mapOf({ maps }: Host, by: 'fd' | 'index', { imm }: Insn): SimulatedMap {
  const map = by === 'index' ? maps[imm] : undefined;
  if (!map)
    throw new Fault(
      by === 'fd' ? `descriptor ${imm} is no map without a relocation` : `there is no map ${imm}`,
    );
  return map;
}
