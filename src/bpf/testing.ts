/** Random valid instructions for property tests, drawn from the instruction set itself. */
import fc from 'fast-check';
import type { Insn } from './instruction.ts';
import type { Entry, FieldRule } from './instruction-set/entry.ts';
import { instructionSet } from './instruction-set/lookup.ts';

const int32 = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    fc.integer({ min: -70, max: 70 }),
    fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000),
  );
const int16 = (): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: -0x8000, max: 0x7fff }), fc.constantFrom(0, -8, 8));

function ruleValue(rule: FieldRule, any: fc.Arbitrary<number>): fc.Arbitrary<number> {
  if (rule === 'any') return any;
  return rule === 'register' ? fc.integer({ min: 0, max: 10 }) : fc.constant(rule);
}

/** Any instruction that fits the entry. */
export function insnOf({ opcode, fields }: Entry): fc.Arbitrary<Insn> {
  const narrow = {
    opcode: fc.constant(opcode),
    dst: ruleValue(fields.dst, int32()),
    src: ruleValue(fields.src, int32()),
    offset: ruleValue(fields.offset, int16()),
    imm: ruleValue(fields.imm, int32()),
  };
  return fields.high === undefined
    ? fc.record(narrow)
    : fc.record({ ...narrow, high: ruleValue(fields.high, int32()) });
}

/** Any valid instruction, each entry of the instruction set being equally likely. */
export const validInsn: fc.Arbitrary<Insn> = fc.constantFrom(...instructionSet).chain(insnOf);
