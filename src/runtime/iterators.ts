/**
 * Runs of iterators: reading the descriptor to its end makes the kernel walk all objects. That happens in another
 * thread, so that what the program prints is taken out of the ring buffer meanwhile.
 */
import { read } from 'node:fs';
import type { Kernel } from '../kernel/kernel.ts';
import { type Link, openIterator } from '../kernel/link.ts';

const bufferSize = 4096;

/** Until the kernel has walked all objects. @throws SyscallError; errors of read(2) as Node has them */
export async function runIterator(kernel: Kernel, link: Link): Promise<void> {
  using run = openIterator(kernel, link);
  const buffer = new Uint8Array(bufferSize);
  while ((await readSome(run.number, buffer)) > 0);
}

function readSome(fd: number, buffer: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, null, (error, count) => (error ? reject(error) : resolve(count)));
  });
}
