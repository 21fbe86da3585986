/**
 * What can go wrong with BPF programs as bytes, as text and as instructions. Each error names the place in the
 * terms of its input: byte offset, line and column, or instruction index.
 */

/** Bytes that are no BPF program. `offset` is in bytes from the start of the program. */
export class MalformedProgramError extends Error {
  readonly offset: number;
  constructor(offset: number, problem: string) {
    super(`malformed BPF program at byte ${offset} (instruction slot ${Math.floor(offset / 8)}): ${problem}`);
    this.name = 'MalformedProgramError';
    this.offset = offset;
  }
}

/** An instruction whose field does not fit its bits, such as a jump over more than 32767 slots. */
export class EncodeError extends Error {
  /** Position in the list that was being encoded. */
  readonly index: number;
  readonly field: string;
  constructor(index: number, field: string, problem: string) {
    super(`cannot encode instruction ${index}: ${problem}`);
    this.name = 'EncodeError';
    this.index = index;
    this.field = field;
  }
}

/** Assembly text that cannot be read. Line and column are 1-based. */
export class AssemblyError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(line: number, column: number, problem: string) {
    super(`${line}:${column}: ${problem}`);
    this.name = 'AssemblyError';
    this.line = line;
    this.column = column;
  }
}
