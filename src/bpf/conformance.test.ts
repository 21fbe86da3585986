import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from './assembler.ts';
import { answer, ConformanceInputError, parseArguments, parseHex } from './conformance.ts';

const hex = (text: string): string => Buffer.from(assemble(text).bytes).toString('hex');
const result = (text: string, memory = '', helpers: 'kernel' | 'sample' = 'sample'): string =>
  answer({ memory, program: undefined, debug: false, helpers }, hex(text)).result;

describe('input', () => {
  it('reads hex with white space and prefixes', () => {
    expect(parseHex(' b7 00\n0x01 0xFF\t', 'x')).toEqual(Uint8Array.of(0xb7, 0, 1, 0xff));
    expect(parseHex('', 'x')).toEqual(new Uint8Array());
    expect(() => parseHex('b70', 'memory')).toThrow('memory: 3 hexadecimal digits are no whole bytes');
    expect(() => parseHex('b7zz', 'program')).toThrow('program: `z` at digit 2');
  });

  it('reads arguments in any order', () => {
    expect(parseArguments([])).toEqual({ memory: '', program: undefined, debug: false, helpers: 'sample' });
    expect(parseArguments(['', '--debug'])).toMatchObject({ memory: '', debug: true });
    expect(parseArguments(['aa bb', '--program', '95', '--helpers', 'kernel'])).toMatchObject({
      memory: 'aa bb',
      program: '95',
      helpers: 'kernel',
    });
    for (const wrong of [['--program'], ['--elf'], ['--what']])
      expect(() => parseArguments(wrong)).toThrow(ConformanceInputError);
  });
});

describe('programs as conformance suites have them', () => {
  it.each([
    ['r0 = 5\nexit', '', '5'],
    ['r0 = -1\nexit', '', 'ffffffffffffffff'],
    ['w0 = -1\nexit', '', 'ffffffff'],
    ['r0 = *(u32 *)(r1 +0)\nexit', 'aa bb 11 cc', 'cc11bbaa'],
    ['r0 = r2\nexit', '0102030405', '5'],
    ['r0 = r1\nexit', '', '0'],
    ['*(u16 *)(r1 +1) = 0x1234\nr0 = *(u32 *)(r1 +0)\nexit', 'aabbccdd', 'dd1234aa'],
    ['r0 = *(u16 *)(r1 +0)\nr0 = be16 r0\nexit', '1122', '1122'],
    ['w0 = -2147483648\nw1 = -1\nw0 s/= w1\nexit', '', '80000000'],
    ['r0 = 0x8000000000000000 ll\nr0 s/= -1\nexit', '', '8000000000000000'],
    ['r0 = 0x8000000000000000 ll\nr0 s%= -1\nexit', '', '0'],
    ['r0 = -13\nr1 = 3\nr0 s%= r1\nexit', '', 'ffffffffffffffff'],
    ['r0 = 7\nr1 = 0\nr0 /= r1\nexit', '', '0'],
    ['r0 = 0x1122334455667788 ll\nr1 = 0\nw0 %= w1\nexit', '', '55667788'],
    ['r0 = 0x1122334455667788 ll\nr1 = 0\nr0 %= r1\nexit', '', '1122334455667788'],
    ['w0 = 1\nw1 = 33\nw0 <<= w1\nexit', '', '2'],
    ['r0 = 0x80 ll\nr0 = (s8)r0\nexit', '', 'ffffffffffffff80'],
    ['r0 = 0\ngotol pc+1\nr0 = 1\nexit', '', '0'],
    ['r1 = 2\ncall f\nexit\nf: r0 = r1\nr0 *= 21\nexit', '', '2a'],
  ])('%s on [%s]', (text, memory, expected) => {
    expect(result(text, memory)).toBe(expected);
  });

  it.each([
    ['r1 = 1\nr2 = 2\nr3 = 3\nr4 = 4\nr5 = 5\ncall 0\nexit', '', '102030405'],
    ['r2 = 2\ncall 1\nr0 = *(u16 *)(r0 +0)\nexit', '0102', '282b'],
    ['r1 = 0x123456789\nr1 = 1000001\ncall 3\nexit'.replace('r1 = 0x123456789\n', ''), '', '3e8'],
    ['r2 = r1\nr2 += 3\ncall 4\nexit', '616200616200', '0'],
    ['r1 = -1\ncall 5\nr0 = 2\nexit', '', '2'],
    ['r1 = 0\ncall 5\nr0 = 2\nexit', '', '0'],
  ])('sample helpers: %s', (text, memory, expected) => {
    expect(result(text, memory)).toBe(expected);
  });

  it('offers the kernel helpers instead', () => {
    expect(result('call bpf_get_smp_processor_id\nexit', '', 'kernel')).toBe('0');
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpf-interpreter-'));
  const bundle = join(folder, 'bpf-interpreter.mjs');
  beforeAll(() =>
    build({
      entryPoints: ['scripts/bpf-interpreter.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: bundle,
    }),
  );
  afterAll(() => rmSync(folder, { recursive: true }));
  const plugin = (args: readonly string[], input: string) =>
    spawnSync(process.execPath, [bundle, ...args], { input, encoding: 'utf8' });

  it('answers on standard output', () => {
    const { stdout, status } = plugin(['11 22 33 44'], `${hex('r0 = *(u8 *)(r1 +3)\nexit')}\n`);
    expect({ stdout, status }).toEqual({ stdout: '44\n', status: 0 });
  });

  it('lists the program on standard error with --debug', () => {
    const { stdout, stderr } = plugin(['', '--debug', '--program', hex('r0 = 7\nexit')], '');
    expect({ stdout, stderr }).toEqual({ stdout: '7\n', stderr: '0: (b7) r0 = 7\n1: (95) exit\n' });
  });

  it('fails with status 1 and a message', () => {
    const { stdout, stderr, status } = plugin(['112233'], hex('r0 = *(u8 *)(r1 +3)\nexit'));
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toMatch(
      /at instruction 0 \(r0 = \*\(u8 \*\)\(r1 \+3\)\): load of 1 bytes .* 3 bytes of the memory/,
    );
  });
});
