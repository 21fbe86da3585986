/** The machine that line number programs run on (DWARF 5, 6.2.2 and 6.2.5). */
import type { LineHeader } from './line-header.ts';
import type { LineRow } from './line-table.ts';

const rowLimit = 16 << 20;

/** The machine's registers; `operation` is an index into a long instruction word, on machines that have those. */
interface Registers {
  address: number;
  operation: number;
  file: number;
  line: number;
  column: number;
  isStatement: boolean;
}

const standard = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStatement: 6,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;
const extended = { endSequence: 1, setAddress: 2 } as const;

export function* runLineProgram(header: LineHeader): Generator<LineRow> {
  const { program, opcodeBase, lineBase, lineRange } = header;
  let registers = initial(header);
  for (let count = 0; program.left > 0; count++) {
    if (count > rowLimit) throw program.fail('a line table has too many rows');
    const opcode = program.u8();
    if (opcode >= opcodeBase) {
      advance(registers, header, Math.floor((opcode - opcodeBase) / lineRange));
      registers.line += lineBase + ((opcode - opcodeBase) % lineRange);
      yield rowOf(registers);
    } else if (opcode === 0) {
      if (!runExtended(registers, header)) continue;
      yield rowOf(registers, true);
      registers = initial(header);
    } else if (opcode === standard.copy) yield rowOf(registers);
    else runStandard(registers, header, opcode);
  }
}

function initial({ defaultIsStatement }: LineHeader): Registers {
  return { address: 0, operation: 0, file: 1, line: 1, column: 0, isStatement: defaultIsStatement };
}

function rowOf({ address, file, line, column, isStatement }: Registers, endsSequence = false): LineRow {
  return { address, file, line, column, isStatement, endsSequence };
}

function advance(registers: Registers, header: LineHeader, operations: number): void {
  const { minimumLength, operationsPerInstruction: width } = header;
  if (width <= 1) {
    registers.address += minimumLength * operations;
    return;
  }
  const total = registers.operation + operations;
  registers.address += minimumLength * Math.floor(total / width);
  registers.operation = total % width;
}

function runStandard(registers: Registers, header: LineHeader, opcode: number): void {
  const { program, opcodeBase, lineRange, argumentCounts } = header;
  switch (opcode) {
    case standard.advancePc:
      return advance(registers, header, program.uleb());
    case standard.advanceLine:
      registers.line += program.sleb();
      return;
    case standard.setFile:
      registers.file = program.uleb();
      return;
    case standard.setColumn:
      registers.column = program.uleb();
      return;
    case standard.negateStatement:
      registers.isStatement = !registers.isStatement;
      return;
    case standard.constAddPc:
      return advance(registers, header, Math.floor((255 - opcodeBase) / lineRange));
    case standard.fixedAdvancePc:
      registers.address += program.u16();
      registers.operation = 0;
      return;
    default:
      for (let i = argumentCounts[opcode - 1] ?? 0; i > 0; i--) program.uleb();
  }
}

/** Whether it was the end of a sequence. */
function runExtended(registers: Registers, { program }: LineHeader): boolean {
  const length = program.uleb();
  const end = program.at + length;
  if (length === 0) return false;
  const opcode = program.u8();
  if (opcode === extended.setAddress) {
    registers.address = program.unsigned(length - 1);
    registers.operation = 0;
  }
  program.skip(end - program.at);
  return opcode === extended.endSequence;
}
