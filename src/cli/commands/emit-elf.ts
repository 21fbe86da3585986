/** `--emit-elf FILE`: the program as a BPF object file, before it runs. */
import { writeFileSync } from 'node:fs';
import { reasonOf } from '../../kernel/strerror.ts';
import { bpfObject } from '../../loader/bpf-object.ts';
import type { Program } from '../../program/program.ts';
import { UserError } from '../mistakes.ts';

/** @throws UserError */
export function emitElf(program: Program, path: string): void {
  try {
    writeFileSync(path, bpfObject(program));
  } catch (error) {
    throw new UserError(`Failed to write the object file: "${path}": ${reasonOf(error)}`);
  }
}
