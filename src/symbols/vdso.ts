/**
 * The vDSO: a small shared object that the kernel maps into every process and that is in no file. It is read from
 * the memory of the process.
 */
import { bytesSource } from '../elf/byte-source.ts';
import { Binary } from './binary.ts';
import { FileSource } from './file-source.ts';
import type { Mapping } from './process-map.ts';

/** Undefined when the process is gone or its memory may not be read. */
export function readVdso(pid: number, { start, end, path }: Mapping): Binary | undefined {
  try {
    const memory = new FileSource(`/proc/${pid}/mem`, path, end);
    try {
      return new Binary(bytesSource(memory.read(start, end - start), path), path);
    } finally {
      memory.close();
    }
  } catch {
    return undefined;
  }
}
