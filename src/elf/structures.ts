/** The structures of elf.h as tables: [offset, size] in the 64-bit class, then in the 32-bit class. */
import type { Structure } from './reader.ts';

const structure = <const F extends string>(
  size64: number,
  size32: number,
  fields: Structure<F>['fields'],
): Structure<F> => ({ size64, size32, fields });

export const fileHeader = structure(64, 52, {
  type: [16, 2, 16, 2],
  machine: [18, 2, 18, 2],
  entry: [24, 8, 24, 4],
  programHeaders: [32, 8, 28, 4],
  sectionHeaders: [40, 8, 32, 4],
  programHeaderSize: [54, 2, 42, 2],
  programHeaderCount: [56, 2, 44, 2],
  sectionHeaderSize: [58, 2, 46, 2],
  sectionHeaderCount: [60, 2, 48, 2],
  sectionNames: [62, 2, 50, 2],
});

export const programHeader = structure(56, 32, {
  type: [0, 4, 0, 4],
  flags: [4, 4, 24, 4],
  offset: [8, 8, 4, 4],
  address: [16, 8, 8, 4],
  fileSize: [32, 8, 16, 4],
  memorySize: [40, 8, 20, 4],
});

export const sectionHeader = structure(64, 40, {
  name: [0, 4, 0, 4],
  type: [4, 4, 4, 4],
  flags: [8, 8, 8, 4],
  address: [16, 8, 12, 4],
  offset: [24, 8, 16, 4],
  size: [32, 8, 20, 4],
  link: [40, 4, 24, 4],
  info: [44, 4, 28, 4],
  alignment: [48, 8, 32, 4],
  entrySize: [56, 8, 36, 4],
});

/** Field order differs: name, info, other, section, value, size — name, value, size, info, other, section. */
export const symbol = structure(24, 16, {
  name: [0, 4, 0, 4],
  info: [4, 1, 12, 1],
  section: [6, 2, 14, 2],
  value: [8, 8, 4, 4],
  size: [16, 8, 8, 4],
});

export const dynamicEntry = structure(16, 8, {
  tag: [0, 8, 0, 4],
  value: [8, 8, 4, 4],
});

export const segmentTypes = { load: 1, dynamic: 2, note: 4 } as const;
export const segmentFlags = { execute: 1, write: 2, read: 4 } as const;
export const sectionTypes = { symbols: 2, dynamic: 6, note: 7, noBits: 8, dynamicSymbols: 11 } as const;
export const sectionFlags = { write: 1, alloc: 2, execute: 4, compressed: 0x800 } as const;
