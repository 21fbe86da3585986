/**
 * The types of the running kernel, read once for the process: they are 5 MB and do not change until it reboots. Those
 * of its modules (5.11) continue them.
 */
import { readFileSync } from 'node:fs';
import { Btf } from '../btf/btf.ts';

const folder = '/sys/kernel/btf';
export const kernelBtfPath = `${folder}/vmlinux`;

let cached: { readonly btf: Btf | undefined } | undefined;

/** Undefined when the kernel has no BTF. @throws BtfError when it is damaged. */
export function kernelBtf(): Btf | undefined {
  cached ??= { btf: readKernelBtf() };
  return cached.btf;
}

/** Undefined when no such module is loaded, or the kernel has no types of modules. @throws BtfError */
export function readModuleBtf(module: string): Btf | undefined {
  const base = kernelBtf();
  return base && /^\w+$/.test(module) ? readBtf(`${folder}/${module}`, { base }) : undefined;
}

function readKernelBtf(): Btf | undefined {
  return readBtf(kernelBtfPath, {});
}

function readBtf(path: string, options: { readonly base?: Btf }): Btf | undefined {
  try {
    return Btf.parse(readFileSync(path), { ...options, name: path });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
