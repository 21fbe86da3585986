/** What stops a program in the interpreter. In the kernel the verifier would have refused such a program. */

export class ExecutionError extends Error {
  /** Slot of the instruction. */
  readonly pc: number;
  /** The instruction as text, when there is one at `pc`. */
  readonly instruction: string | undefined;
  constructor(pc: number, problem: string, instruction?: string) {
    super(`at instruction ${pc}${instruction === undefined ? '' : ` (${instruction})`}: ${problem}`);
    this.name = 'ExecutionError';
    this.pc = pc;
    this.instruction = instruction;
  }
}

/** Raised by memory, maps and helpers, which do not know the place; becomes an {@link ExecutionError}. */
export class Fault extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'Fault';
  }
}

/** Linux error numbers that helpers return, negated. */
export const errno = {
  ENOENT: 2,
  E2BIG: 7,
  EAGAIN: 11,
  EFAULT: 14,
  EEXIST: 17,
  EINVAL: 22,
  ERANGE: 34,
  EOPNOTSUPP: 95,
} as const;
