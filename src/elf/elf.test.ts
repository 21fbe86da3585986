import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { ByteSource } from './byte-source.ts';
import { Elf } from './elf.ts';
import { parseUsdtArguments } from './usdt-args.ts';

const path = '/usr/lib/postgresql/15/bin/postgres';
const fd = openSync(path, 'r');
afterAll(() => closeSync(fd));

let bytesRead = 0;
const source: ByteSource = {
  name: path,
  size: fstatSync(fd).size,
  read(offset, length) {
    const bytes = Buffer.alloc(length);
    bytesRead += length;
    return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
  },
};
const postgres = Elf.open(source);
const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, [...args, path], { encoding: 'latin1', maxBuffer: 1 << 28 });

describe('a large program of the distribution, compared with binutils', () => {
  it('has the same sections and segments', () => {
    const expected = [
      ...run('readelf', '-SW').matchAll(/^ {2}\[ *\d+\] (\.\S+) +\S+ +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)/gm),
    ];
    expect(expected.length).toBeGreaterThan(20);
    const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
    expect(
      postgres.sections.slice(1).map((s) => [s.name, hex(s.address, 16), hex(s.offset, 6), hex(s.size, 6)]),
    ).toEqual(expected.map((match) => match.slice(1)));
    expect(postgres.segments.length).toBe(
      Number(/There are (\d+) program headers/.exec(run('readelf', '-lW'))?.[1]),
    );
  });

  it('names the same functions', () => {
    const expected = [...run('nm', '-D', '--defined-only').matchAll(/^([0-9a-f]+) [Ti] ([^@\n]+)/gm)];
    expect(expected.length).toBeGreaterThan(1000);
    const ours = new Map(postgres.functions('*').map((symbol) => [symbol.name, symbol.address]));
    expect(expected.filter(([, address, name]) => ours.get(name!) !== Number.parseInt(address!, 16))).toEqual(
      [],
    );
  });

  it('finds functions by name, by pattern and by address', () => {
    const [found, ...others] = postgres.functions('heap_insert');
    expect(others).toEqual([]);
    expect(run('nm', '-D', '-S')).toContain(
      `${found!.address.toString(16).padStart(16, '0')} ${found!.size.toString(16).padStart(16, '0')} T heap_insert\n`,
    );
    expect(postgres.functions('heap_ins*t').map(({ name }) => name)).toEqual(['heap_insert']);
    expect(postgres.functions('heap_inser')).toEqual([]);
    expect(postgres.functionAt(found!.address + 5)).toMatchObject({ name: 'heap_insert', offset: 5 });
    expect(postgres.functionAt(found!.address + found!.size - 1)?.name).toBe('heap_insert');
    expect(postgres.functionAt(found!.address + found!.size)?.name).not.toBe('heap_insert');
    expect(postgres.functionAt(0)).toBeUndefined();
  });

  it('knows build id, debug link and needed libraries', () => {
    const dynamic = run('readelf', '-dW');
    expect(postgres.buildId).toBe(/Build ID: ([0-9a-f]+)/.exec(run('readelf', '-nW'))?.[1]);
    expect(postgres.debugLink?.file).toBe(`${postgres.buildId!.slice(2)}.debug`);
    expect(postgres.dynamic.needed).toEqual(
      [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1]),
    );
  });

  it('has the same USDT probes', () => {
    const pattern =
      /Provider: (\S+)\n\s+Name: (\S+)\n\s+Location: 0x([0-9a-f]+), Base: 0x[0-9a-f]+, Semaphore: 0x([0-9a-f]+)\n\s+Arguments: ?(.*)/g;
    const expected = [...run('readelf', '-nW').matchAll(pattern)].map((match) => match.slice(1));
    expect(expected.length).toBeGreaterThan(60);
    const hex = (value: number) => value.toString(16).padStart(16, '0');
    const ours = postgres.usdtProbes();
    expect(ours.map((p) => [p.provider, p.name, hex(p.address), hex(p.semaphore), p.arguments])).toEqual(
      expected,
    );
    for (const probe of ours) {
      // The probe is a one-byte nop in executable bytes of the file.
      expect(source.read(postgres.offsetOf(probe.address)!, 1)[0]).toBe(0x90);
      expect(postgres.addressOf(postgres.offsetOf(probe.semaphore)!)).toBe(probe.semaphore);
      const kinds = parseUsdtArguments(probe.arguments, 'x86-64').map(({ kind }) => kind);
      expect(kinds).not.toContain('unsupported');
    }
  });

  it('is not read whole', () => {
    expect(bytesRead).toBeLessThan(source.size / 2);
  });
});
