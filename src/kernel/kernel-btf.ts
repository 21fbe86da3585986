/**
 * The types of the running kernel, read once for the process: they are 5 MB and do not change until it reboots. Those
 * of its modules (5.11) continue them.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Btf } from '../btf/btf.ts';
import { nativeKernel } from './native.ts';

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

/** Types from a file of the user's. Undefined when it cannot be read, or holds none. */
export function readBtfFile(path: string): Btf | undefined {
  try {
    return Btf.parse(readFileSync(path), { name: path });
  } catch {
    return undefined;
  }
}

function readKernelBtf(): Btf | undefined {
  return readBtf(kernelBtfPath, {});
}

function readBtf(path: string, options: { readonly base?: Btf }): Btf | undefined {
  try {
    return Btf.parse(mappedFile(path) ?? readFileSync(path), { ...options, name: path });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const protRead = 1;
const mapPrivate = 2;

/**
 * sysfs gives a page at each read(2): 1,347 calls, 10 ms and more. Since 6.16 the file can be mapped, privately and
 * read-only; the mapping stays as long as the types are needed, which is as long as the process lives.
 */
function mappedFile(path: string): Uint8Array | undefined {
  const kernel = nativeKernel();
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const address = kernel.mmap(size, protRead, fd, 0, mapPrivate);
    return address < 0 ? undefined : new Uint8Array(kernel.view(address, size));
  } finally {
    closeSync(fd);
  }
}
