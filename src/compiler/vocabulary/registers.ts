/** Registers of struct pt_regs on x86-64 (arch/x86/include/asm/ptrace.h): offsets of 8-byte slots, in order. */
import { must } from '../../base/assert.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import type { ValueId } from '../ir.ts';

const slots = [
  'r15',
  'r14',
  'r13',
  'r12',
  'bp',
  'bx',
  'r11',
  'r10',
  'r9',
  'r8',
  'ax',
  'cx',
  'dx',
  'si',
  'di',
  'orig_ax',
  'ip',
  'cs',
  'flags',
  'sp',
  'ss',
];
const offsets: ReadonlyMap<string, number> = new Map([
  ...slots.map((name, i): [string, number] => [name, i * 8]),
  ['orig_rax', slots.indexOf('orig_ax') * 8],
  ['pc', slots.indexOf('ip') * 8],
]);

export function findRegister(name: string): number | undefined {
  return offsets.get(name);
}

export function registerOffset(name: string): number {
  return must(findRegister(name), `register ${name}`);
}

/** A register of the traced thread: the context is its pt_regs, and does not change while the program runs. */
export function loadRegister(l: Lowering, name: string): ValueId {
  return l.b.load(8, l.context, registerOffset(name), { invariant: true });
}
