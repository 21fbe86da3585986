/**
 * A plugin for BPF conformance suites: bytecode in hex on standard input, memory in hex as the argument, r0 in hex
 * on standard output; on failure a message on standard error and status 1.
 */
import { readFileSync } from 'node:fs';
import { answer, parseArguments } from '../src/bpf/conformance.ts';

const usage = `Usage: bpf-interpreter [MEMORY] [OPTIONS] < PROGRAM
Runs eBPF bytecode and prints r0. PROGRAM and MEMORY are hexadecimal digits; r1 points to the memory, r2 is its length.
    --program HEX             the program, instead of standard input
    --helpers kernel|sample   helper functions: the kernel's, or those of conformance suites (default)
    --debug                   list the program on standard error
    --help                    this text`;

try {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  const request = parseArguments(process.argv.slice(2));
  const { result, listing } = answer(request, request.program ?? readFileSync(0, 'utf8'));
  for (const line of listing) console.error(line);
  console.log(result);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
