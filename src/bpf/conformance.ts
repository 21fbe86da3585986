/**
 * The conventions of conformance-suite plugins (README of Alan-Jowett/bpf_conformance): program and memory as base-16
 * text, r0 as the answer. Pure; scripts/bpf-interpreter.ts connects it to arguments, standard input and output.
 *
 *     <plugin> [<memory in hex>] [--program <hex>] [--debug] [--helpers kernel|sample] < program in hex
 */
import { disassemble } from './disassembler.ts';
import { kernelHelpers } from './interpreter/helpers/kernel-helpers.ts';
import { sampleHelpers } from './interpreter/helpers/sample-helpers.ts';
import { runBytes } from './interpreter/run-bytes.ts';

/** Arguments or hex text that cannot be understood. */
export class ConformanceInputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConformanceInputError';
  }
}

/** Base-16 text with any white space, and an optional 0x before each group. */
export function parseHex(text: string, what: string): Uint8Array {
  const digits = text.replace(/\b0x/gi, '').replace(/\s+/g, '');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong)
    throw new ConformanceInputError(
      `${what}: \`${wrong[0]}\` at digit ${wrong.index} is no hexadecimal digit`,
    );
  if (digits.length % 2 !== 0)
    throw new ConformanceInputError(`${what}: ${digits.length} hexadecimal digits are no whole bytes`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export interface ConformanceRequest {
  readonly memory: string;
  /** Undefined: read it from standard input. */
  readonly program: string | undefined;
  readonly debug: boolean;
  readonly helpers: 'kernel' | 'sample';
}

export function parseArguments(args: readonly string[]): ConformanceRequest {
  let request: ConformanceRequest = { memory: '', program: undefined, debug: false, helpers: 'sample' };
  const rest = [...args];
  const value = (option: string): string => {
    const next = rest.shift();
    if (next === undefined) throw new ConformanceInputError(`${option} needs a value`);
    return next;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--debug') request = { ...request, debug: true };
    else if (arg === '--program') request = { ...request, program: value(arg) };
    else if (arg === '--helpers')
      request = { ...request, helpers: value(arg) === 'kernel' ? 'kernel' : 'sample' };
    else if (arg === '--elf') throw new ConformanceInputError('--elf: only raw bytecode is supported');
    else if (arg.startsWith('--')) throw new ConformanceInputError(`unknown option ${arg}`);
    else request = { ...request, memory: arg };
  }
  return request;
}

export interface ConformanceAnswer {
  /** r0 in hex, without 0x. */
  readonly result: string;
  /** With --debug: the program as text. */
  readonly listing: readonly string[];
}

/** @throws {ConformanceInputError}, {MalformedProgramError} or {ExecutionError} */
export function answer(request: ConformanceRequest, program: string): ConformanceAnswer {
  const code = parseHex(program, 'program');
  const memory = parseHex(request.memory, 'memory');
  const listing = request.debug ? disassemble(code, { numbered: true }) : [];
  const helpers = request.helpers === 'kernel' ? kernelHelpers : sampleHelpers;
  return { result: runBytes(code, memory, { helpers }).toString(16), listing };
}
