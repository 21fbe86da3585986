/**
 * BPF instructions as text, in the style of the kernel's verifier log and of bpftool. {@link assemble} reads it
 * back to the same bytes. Where those two print what cannot be read back (resolved map addresses), the written
 * form is `r1 = map[fd:3] ll`, `r1 = map[fd:3][0]+16 ll`, `r1 = subprog[+5] ll`, `call kfunc#1234`.
 */
import { MalformedProgramError } from './errors.ts';
import { decode, type Insn, slotIndexes, slotSize } from './instruction.ts';
import { describeMismatch, findEntry } from './instruction-set/lookup.ts';
import { printerOf } from './text/syntax.ts';

export interface DisassemblyOptions {
  /** Begin each line as the verifier does, with the slot and the opcode: `12: (b7) r1 = 0`. */
  readonly numbered?: boolean;
}

/** One instruction; undefined when the instruction set has none with these fields. */
export function formatInsn(insn: Insn): string | undefined {
  const entry = findEntry(insn);
  return (
    entry &&
    printerOf(entry)
      .map((piece) => (typeof piece === 'string' ? piece : piece.print(insn)))
      .join('')
  );
}

/** One line an instruction. @throws {MalformedProgramError} for bytes or fields that are no instruction. */
export function disassemble(
  program: Uint8Array | readonly Insn[],
  options: DisassemblyOptions = {},
): string[] {
  const insns = program instanceof Uint8Array ? decode(program) : program;
  const slots = slotIndexes(insns);
  return insns.map((insn, index) => {
    const slot = slots[index] ?? 0;
    const text = formatInsn(insn);
    if (text === undefined)
      throw new MalformedProgramError(slot * slotSize, describeMismatch(insn) ?? 'invalid');
    return options.numbered ? `${slot}: (${insn.opcode.toString(16).padStart(2, '0')}) ${text}` : text;
  });
}
