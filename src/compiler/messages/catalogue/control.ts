/** Control flow: where a jump may stand, loops, compile-time repetition. */
import { message } from '../define.ts';

export const controlMessages = {
  jumpNotAllowed: message(
    'jump-not-allowed',
    (jump: 'break' | 'continue' | 'return', where: 'probe' | 'macro' | 'for-loop' | 'function') =>
      `'${jump}' statement is not allowed in a ${where}`,
    { cause: '`exit()` counts as a return, because it ends the probe.' },
  ),
  builtinInLoop: message(
    'builtin-in-loop',
    (name: string) => `'${name}' builtin is not allowed in a for-loop`,
    { remedy: 'Store the value in a variable before the loop.' },
  ),
  probeReturn: message(
    'probe-return',
    (type: string) => `Probe return values can only be integers. Found ${type}`,
  ),
  functionReturn: message(
    'function-return',
    (name: string, declared: string, type: string) =>
      `Function ${name} is of type ${declared}, cannot return ${type}`,
  ),
  recursiveFunction: message(
    'recursive-function',
    (chain: string) => `Recursive function call detected. Call chain: ${chain}`,
    { cause: 'The kernel has no stack for it.' },
  ),
  redefinedFunction: message('redefined-function', (name: string) => `Redefinition of function: ${name}`),
  parameterType: message('parameter-type', (type: string) => `Invalid parameter type: ${type}`, {
    remedy: 'Strings need a length: `string[16]`.',
  }),
  returnType: message('return-type', (type: string) => `Invalid return type: ${type}`, {
    remedy: 'Strings need a length: `string[16]`.',
  }),
  functionArguments: message(
    'function-arguments',
    (name: string, expected: number, actual: number) =>
      `Function \`${name}\` requires ${expected} arguments, got only ${actual}`,
  ),
  functionArgument: message(
    'function-argument',
    (parameter: string, expected: string, actual: string) =>
      `Expected ${expected} for argument \`${parameter}\` got ${actual}`,
  ),
  /** In the words of the emitter. */
  tooMuchForBpf: message('too-much-for-bpf', (problem: string) => problem, {
    cause: 'The kernel limits the stack of a BPF program to 512 bytes, and how far its jumps reach.',
  }),
  rangeStart: message('range-start', () => 'Loop range requires an integer for the start value'),
  rangeEnd: message('range-end', () => 'Loop range requires an integer for the end value'),
  unrollValue: message('unroll-value', () => 'invalid unroll value', {
    cause: 'The number of repetitions must be known at compile time.',
    remedy: 'Use a literal or a positional parameter, or a for loop over a range.',
  }),
  unrollMinimum: message('unroll-minimum', () => 'unroll minimum value is 1'),
  unrollMaximum: message('unroll-maximum', () => 'unroll maximum value is 100'),
  importInBlock: message(
    'import-in-block',
    () =>
      'Import statements that are not at the top level are primarily for the standard library. If this is functionality you need, please file an issue to explain why.',
  ),
} as const;

/** Notes of {@link controlMessages}. */
export const subprogramNotes = {
  declaration: 'This is the declaration.',
} as const;
