/** The whole instruction set, and the entry that an instruction belongs to. */
import type { Insn } from '../instruction.ts';
import { registerCount } from '../opcode.ts';
import { arithmetic } from './arithmetic.ts';
import { atomics } from './atomics.ts';
import { control } from './control.ts';
import type { Entry, FieldRule } from './entry.ts';
import { memory } from './memory.ts';

/** Where two entries fit the same bits, the more specific one comes first. */
export const instructionSet: readonly Entry[] = [...arithmetic, ...memory, ...atomics, ...control];

const byOpcode = new Map<number, Entry[]>();
for (const entry of instructionSet) {
  const same = byOpcode.get(entry.opcode);
  if (same) same.push(entry);
  else byOpcode.set(entry.opcode, [entry]);
}

const fieldNames = ['dst', 'src', 'offset', 'imm', 'high'] as const;
type FieldName = (typeof fieldNames)[number];

/** The entry of a valid instruction; undefined when no instruction has these bits. */
export function findEntry(insn: Insn): Entry | undefined {
  return byOpcode.get(insn.opcode)?.find((entry) => firstMismatch(entry, insn) === undefined);
}

function firstMismatch(entry: Entry, insn: Insn): FieldName | undefined {
  return fieldNames.find((name) => !obeys(entry.fields[name], insn[name]));
}

function obeys(rule: FieldRule | undefined, value: number | undefined): boolean {
  if (rule === undefined || value === undefined) return rule === undefined && value === undefined;
  if (rule === 'any') return true;
  return rule === 'register' ? value >= 0 && value < registerCount : value === rule;
}

/** Why an instruction is invalid, in words; undefined for a valid one. */
export function describeMismatch(insn: Insn): string | undefined {
  const candidates = byOpcode.get(insn.opcode);
  const opcode = `opcode 0x${insn.opcode.toString(16).padStart(2, '0')}`;
  if (!candidates) return `${opcode} is no BPF instruction`;
  const wrong = candidates.map((entry) => firstMismatch(entry, insn));
  if (wrong.includes(undefined)) return undefined;
  // Blame the field that the closest candidate, the one failing last in field order, stumbles over.
  const field = fieldNames.findLast((name) => wrong.includes(name)) ?? 'imm';
  const allowed = [
    ...new Set(candidates.filter((_, i) => wrong[i] === field).map((entry) => show(entry.fields[field]))),
  ];
  return `${opcode} has ${field} ${insn[field] ?? 'missing'}, allowed: ${allowed.join(', ')}`;
}

function show(rule: FieldRule | undefined): string {
  if (rule === undefined) return 'none';
  return rule === 'register' ? 'r0 to r10' : String(rule);
}
