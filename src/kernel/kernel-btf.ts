/** The types of the running kernel, read once for the process: they are 5 MB and do not change until it reboots. */
import { readFileSync } from 'node:fs';
import { Btf } from '../btf/btf.ts';

export const kernelBtfPath = '/sys/kernel/btf/vmlinux';

let cached: { readonly btf: Btf | undefined } | undefined;

/** Undefined when the kernel has no BTF. @throws BtfError when it is damaged. */
export function kernelBtf(): Btf | undefined {
  cached ??= { btf: readKernelBtf() };
  return cached.btf;
}

function readKernelBtf(): Btf | undefined {
  try {
    return Btf.parse(readFileSync(kernelBtfPath), { name: kernelBtfPath });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
