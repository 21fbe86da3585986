/** `-d libbpf` and `-d verifier`: what is made in the kernel, and what its verifier says of each program. */

import { verifierLog } from '../kernel/bpf-program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { LoadedObject, LoadOptions } from '../loader/load.ts';
import type { DebugStage } from './invocation.ts';

const instructionSize = 8;

export function loadingDumps(kernel: Kernel, wanted: ReadonlySet<DebugStage>): Pick<LoadOptions, 'onLoaded'> {
  if (!wanted.has('libbpf') && !wanted.has('verifier')) return {};
  return {
    onLoaded: (object) => {
      if (wanted.has('libbpf')) process.stderr.write(`${describe(object)}\n`);
      if (wanted.has('verifier') && object.kind === 'program') sayVerifierLog(kernel, object);
    },
  };
}

function describe(object: LoadedObject): string {
  if (object.kind === 'map') {
    const { name, type, keySize, valueSize, maxEntries, flags } = object.spec;
    return `map ${name}: ${type}, key ${keySize} B, value ${valueSize} B, ${maxEntries} entries, flags ${flags}`;
  }
  const { name, type, tracing } = object.spec;
  const target = tracing === undefined ? '' : ` (${tracing.kind} ${tracing.target})`;
  return `program ${name}: ${type}${target}, ${object.source.code.length / instructionSize} instructions`;
}

function sayVerifierLog(
  kernel: Kernel,
  { spec, source }: Extract<LoadedObject, { readonly kind: 'program' }>,
): void {
  const title = `${spec.name}: log of the verifier`;
  process.stderr.write(`\n${title}\n${'-'.repeat(title.length)}\n${verifierLog(kernel, source).trimEnd()}\n`);
}
