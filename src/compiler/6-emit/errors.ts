/** What can be wrong with a program that is correct but does not fit the machine. The user sees these. */

/** BPF gives each chain of calls 512 bytes. */
export const stackLimit = 512;

export class StackLimitError extends Error {
  /** Bytes that the deepest chain of calls needs. */
  readonly sizeBytes: number;
  /** Functions of that chain, outermost first. */
  readonly chain: readonly string[];
  constructor(sizeBytes: number, chain: readonly string[]) {
    super(
      `${chain.join(' → ')} needs ${sizeBytes} bytes of stack, but BPF programs have ${stackLimit}; ` +
        'use fewer or smaller strings, tuples and arrays at the same time, or keep them in maps',
    );
    this.name = 'StackLimitError';
    this.sizeBytes = sizeBytes;
    this.chain = chain;
  }
}

export class ProgramTooLargeError extends Error {
  readonly instructions: number;
  constructor(name: string, instructions: number, distance: number) {
    super(
      `${name} is too large: ${instructions} instructions, with a jump over ${distance}, where this kernel's ` +
        'instruction set reaches 32767; split the probe, or unroll less',
    );
    this.name = 'ProgramTooLargeError';
    this.instructions = instructions;
  }
}

export class UnsupportedInstructionError extends Error {
  constructor(what: string, needed: number, isa: number) {
    super(`${what} needs version ${needed} of the BPF instruction set, and this kernel has version ${isa}`);
    this.name = 'UnsupportedInstructionError';
  }
}
