/** The rows that the kernel's programs search, compared with what `readelf` reads of the same information. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rowKinds, rowSize, savedAtItself } from '../../../program/unwind-table.ts';
import { bytesSource } from '../../byte-source.ts';
import { Elf } from '../../elf.ts';
import { ElfError } from '../../elf-error.ts';
import { readElf, run, Workshop } from '../testing/compiled.ts';
import { type UnwindRows, unwindRows } from './unwind-rows.ts';

const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());
const source = readFileSync(join(import.meta.dirname, '../../../../tests/programs/stacks.c'), 'utf8');

interface Row {
  readonly kind: number;
  readonly distance: number;
  readonly saved: number;
}

function rowAt({ bytes, base, count }: UnwindRows, address: number): Row {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let found = 0;
  for (let low = 0, high = count; low < high; ) {
    const middle = (low + high) >>> 1;
    if (view.getUint32(middle * rowSize, true) <= address - base) low = found = middle;
    else high = middle;
    if (high - low <= 1) break;
  }
  const at = found * rowSize;
  return { distance: view.getInt16(at + 4, true), kind: view.getUint8(at + 6), saved: view.getInt8(at + 7) };
}

interface Expected {
  readonly address: number;
  readonly cfa: string;
  readonly base: string;
  readonly returnAddress: string;
}

/** Rows of `readelf --debug-dump=frames-interp`: `LOC CFA rbx rbp … ra`, `u` for what is not said. */
function readelfRows(path: string): Expected[] {
  const rows: Expected[] = [];
  let columns: string[] = [];
  for (const line of run('readelf', '--debug-dump=frames-interp', path).split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'LOC') columns = words;
    if (!/^[0-9a-f]{16} +\S+[+]\S+|^[0-9a-f]{16} +exp/.test(line)) continue;
    // A row of a function begins at its address; those of shared entries all stand at 0.
    const address = Number.parseInt(words[0]!, 16);
    const at = (name: string) => words[columns.indexOf(name)] ?? 'u';
    if (address > 0) rows.push({ address, cfa: at('CFA'), base: at('rbp'), returnAddress: at('ra') });
  }
  return rows;
}

const kinds: ReadonlyMap<string, number> = new Map([
  ['rsp', rowKinds.stackPointer],
  ['rbp', rowKinds.basePointer],
]);

function check(path: string): number {
  const rows = unwindRows(readElf(path), rowKinds)!;
  const expected = readelfRows(path);
  let compared = 0;
  expected.forEach((row, i) => {
    // Of rows at one address the last counts.
    if (expected[i + 1]?.address === row.address) return;
    const [, register, offset] = /^(\w+)\+(\d+)$/.exec(row.cfa) ?? [];
    const kind = kinds.get(register ?? '');
    if (kind === undefined || row.returnAddress !== 'c-8') return;
    const saved = /^c-(\d+)$/.exec(row.base)?.[1];
    if (row.base !== 'u' && row.base !== 's' && saved === undefined) return;
    compared++;
    expect([row.address.toString(16), rowAt(rows, row.address)]).toEqual([
      row.address.toString(16),
      { kind, distance: Number(offset) / 8, saved: saved === undefined ? 0 : -Number(saved) / 8 },
    ]);
  });
  return compared / expected.length;
}

describe('rows say what readelf says', () => {
  it.each([['-O0'], ['-O2', '-fomit-frame-pointer'], ['-O2', '-fno-omit-frame-pointer'], ['-O1', '-static']])(
    '%s %s',
    (...flags) => {
      expect(check(workshop.build('stacks.c', source, flags))).toBeGreaterThan(0.9);
    },
  );

  it('of the C library, the dynamic loader and Python', () => {
    for (const path of ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2', '/usr/bin/python3'])
      expect(check(path)).toBeGreaterThan(0.9);
  });

  it('of .debug_frame where there is no .eh_frame', () => {
    const flags = [
      '-O2',
      '-g',
      '-fno-asynchronous-unwind-tables',
      '-fno-unwind-tables',
      '-nostdlib',
      '-static',
      '-Wl,-e,main',
    ];
    const path = workshop.build(
      'plain.c',
      'int main(void) { volatile char c[100]; c[3] = 1; return c[4]; }',
      flags,
    );
    const rows = unwindRows(readElf(path), rowKinds)!;
    expect(rows.count).toBeGreaterThan(1);
  });
});

describe('rows for special code', () => {
  const libc = readElf('/lib/x86_64-linux-gnu/libc.so.6');
  const rows = unwindRows(libc, rowKinds)!;

  it('linkage table entries, signal returns, code without information', () => {
    const plt = libc.section('.plt')!;
    expect(rowAt(rows, plt.address + 32)).toEqual({ kind: rowKinds.linkage, distance: 11, saved: 0 });
    const all = Array.from({ length: rows.count }, (_, i) => rows.bytes[i * rowSize + 6]);
    expect(all.filter((kind) => kind === rowKinds.signal).length).toBe(1);
    expect(rowAt(rows, rows.base - 1 + 2 ** 30)).toEqual({ kind: rowKinds.none, distance: 0, saved: 0 });
  });

  it('functions that align their stack, and the start of a program', () => {
    const path = workshop.build('stacks.c', source, ['-O2', '-fomit-frame-pointer', '-mstackrealign']);
    const elf = readElf(path);
    const own = unwindRows(elf, rowKinds)!;
    const { address, size } = elf.functions('aligned')[0]!;
    const inside = Array.from({ length: size }, (_, i) => rowAt(own, address + i));
    const aligned = inside.filter(
      ({ kind }) => kind === rowKinds.behindBasePointer || kind === rowKinds.basePointer,
    );
    expect(aligned.length).toBeGreaterThan(size / 2);
    expect(inside.some(({ saved }) => saved === savedAtItself || saved === -2)).toBe(true);
    expect(rowAt(own, elf.functions('_start')[0]!.address)).toMatchObject({ kind: rowKinds.outermost });
  });
});

it('damaged information ends in rows or in an ElfError', () => {
  const path = workshop.build('stacks.c', source, ['-O2']);
  const bytes = new Uint8Array(readFileSync(path));
  const { offset, size } = readElf(path).section('.eh_frame')!;
  const changes = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(changes, (places) => {
      const damaged = Uint8Array.from(bytes);
      for (const [at, value] of places) damaged[offset + at] = value;
      try {
        unwindRows(Elf.open(bytesSource(damaged, 'damaged')), rowKinds);
      } catch (error) {
        if (!(error instanceof ElfError)) throw error;
      }
    }),
    { numRuns: 500, seed: 3 },
  );
});
