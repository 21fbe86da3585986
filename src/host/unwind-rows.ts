/**
 * How many rows of unwind tables there must be room for, before any is made: from the size of call frame information
 * in what the processes have mapped, and in what a program that is still to be started will load. Room is left for
 * libraries that are loaded later.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Elf } from '../elf/elf.ts';
import { ElfError } from '../elf/elf-error.ts';
import { FileSource } from '../symbols/file-source.ts';
import { findLibrary } from '../symbols/library.ts';
import { parseProcessMap } from '../symbols/process-map.ts';

/** Bytes of information that make a row, at the least. */
const bytesPerRow = 4;
const spareRows = 128 << 10;
const mostRows = 8 << 20;
/** For a program that is kept: nobody knows yet which processes it will follow. */
export const rowsForLater = 1 << 20;
const mostFiles = 512;

export interface UnwoundProcesses {
  readonly pids: readonly number[];
  /** The program of a process that has not begun yet. */
  readonly program?: string;
}

export function unwindRowCount({ pids, program }: UnwoundProcesses): number {
  const files = new Set<string>(pids.flatMap(mappedFiles));
  if (program !== undefined) addWithLibraries(program, files);
  let rows = spareRows;
  for (const file of [...files].slice(0, mostFiles)) rows += rowsOf(file);
  return Math.min(rows, mostRows);
}

function mappedFiles(pid: number): string[] {
  try {
    const mappings = parseProcessMap(readFileSync(`/proc/${pid}/maps`, 'latin1'));
    const files = mappings.filter(({ executable, path }) => executable && path.startsWith('/'));
    return files.map(({ range }) => `/proc/${pid}/map_files/${range}`);
  } catch {
    return [];
  }
}

function rowsOf(path: string): number {
  return withElf(path, (elf) => Math.ceil((elf.section('.eh_frame')?.size ?? 0) / bytesPerRow)) ?? 0;
}

/** What the dynamic loader will map with a program. */
function addWithLibraries(path: string, files: Set<string>): void {
  if (files.has(path) || files.size >= mostFiles) return;
  files.add(path);
  for (const name of withElf(path, (elf) => elf.dynamic.needed) ?? []) {
    const beside = join(dirname(path), name);
    const found = findLibrary(name) ?? beside;
    addWithLibraries(found, files);
  }
}

function withElf<T>(path: string, use: (elf: Elf) => T): T | undefined {
  try {
    using source = new FileSource(path);
    return use(Elf.open(source));
  } catch (error) {
    if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}
