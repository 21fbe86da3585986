import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadProgram } from '../kernel/bpf-program.ts';
import { returnValue } from '../kernel/mini-code.ts';
import { nativeKernel } from '../kernel/native.ts';
import { Kallsyms } from './kallsyms.ts';
import { KernelSymbols } from './kernel-symbols.ts';
import { formatKernelStack, kernelSymbolText } from './stack-text.ts';

const text = readFileSync('/proc/kallsyms', 'latin1');
const lines = text
  .trimEnd()
  .split('\n')
  .map((line) => line.split(/[ \t]/));
const symbols = new KernelSymbols();

describe('the symbols of the running kernel', () => {
  const sample = lines.filter((_, index) => index % 1009 === 0);

  it('leads from each address to a name that has it', () => {
    const names = new Map<string, Set<string>>();
    for (const [address = '', , name = ''] of lines) {
      const known = names.get(address) ?? new Set();
      names.set(address, known.add(name));
    }
    expect(sample.length).toBeGreaterThan(100);
    for (const [address = ''] of sample) {
      const found = symbols.lookup(BigInt(`0x${address}`));
      expect(names.get(address)).toContain(found?.name);
      expect(found?.offset).toBe(0);
    }
  });

  it('leads from each name to its first address', () => {
    for (const [, , name = ''] of sample) {
      const first = lines.find((line) => line[2] === name)![0];
      expect(symbols.address(name)).toBe(BigInt(`0x${first}`));
    }
    expect(symbols.address('vfs_rea')).toBeUndefined();
    expect(symbols.address('no such symbol')).toBeUndefined();
  });

  it('finds by pattern', () => {
    const expected = new Set(lines.flatMap(([, , name = '']) => (/^vfs_re.*d$/.test(name) ? [name] : [])));
    expect(new Set([...symbols.find('vfs_re*d')].map(({ name }) => name))).toEqual(expected);
    expect(expected.size).toBeGreaterThan(0);
  });

  it('names BPF programs, also those loaded after the list was read', () => {
    let now = 0;
    const late = new KernelSymbols({ now: () => now });
    late.load();
    using _program = loadProgram(nativeKernel(), {
      name: 'kscope_named',
      type: 'raw_tracepoint',
      code: returnValue(0),
      license: 'GPL',
    });
    expect([...late.find('bpf_prog_*_kscope_named')]).toEqual([]);
    const [symbol] = new KernelSymbols().find('bpf_prog_*_kscope_named');
    expect(symbol?.module).toBe('bpf');
    now = 10_000;
    expect(late.lookup(symbol!.address + 1n)).toEqual({ name: symbol!.name, offset: 1, module: 'bpf' });
  });

  it('formats stacks and names', () => {
    const read = symbols.address('vfs_read')!;
    const hex = read.toString(16);
    const frames = [read, 0x1234n];
    expect(formatKernelStack(symbols, frames, 'bpftrace')).toBe('\n        vfs_read+0\n        0x1234\n');
    expect(formatKernelStack(symbols, [BigInt.asIntN(64, read)], 'perf')).toBe(`\n\t${hex} vfs_read+0\n`);
    expect(formatKernelStack(symbols, frames, 'raw')).toBe(`\n${hex}\n1234\n`);
    expect(formatKernelStack(symbols, frames, 'folded')).toBe('0x1234;vfs_read');
    expect(kernelSymbolText(symbols, read + 5n)).toBe('vfs_read');
    expect(kernelSymbolText(symbols, 0n)).toBe('0');
    expect(kernelSymbolText(symbols, -1n)).toBe('0xffffffffffffffff');
  });
});

const written = `ffffffff81000000 T first
ffffffff81000000 T alias
ffffffff81000010 t second
ffffffffc0002000 t in_module	[nfs]
ffffffffc0001000 t bpf_prog_6deef7357e7b4530_begin	[bpf]
ffffffffc0500000 t trampoline	[__builtin__ftrace]
not a line
0000000000000000 A fixed_percpu_data
ffffffff8100`;

describe('the format', () => {
  const list = new Kallsyms(Buffer.from(written));

  it('sorts late comers in, keeps the first of several names, and skips what is no kernel address', () => {
    expect([...list].map(({ name, module }) => [name, module])).toEqual([
      ['first', undefined],
      ['alias', undefined],
      ['second', undefined],
      ['bpf_prog_6deef7357e7b4530_begin', 'bpf'],
      ['in_module', 'nfs'],
      ['trampoline', '__builtin__ftrace'],
    ]);
    expect(list.at(list.indexAtOrBelow(0xffff81000004)).name).toBe('first');
    expect(list.at(0)).toEqual({ name: 'first', module: undefined, address: 0xffffffff81000000n, type: 'T' });
  });

  it('is read again for an address that is in no symbol, after a while', () => {
    let now = 0;
    const path = '/proc/self/comm';
    const none = new KernelSymbols({ path, now: () => now });
    expect(none.hidden).toBe(true);
    expect(none.lookup(0xffffffff81000000n)).toBeUndefined();
    now = 10_000;
    expect(none.lookup(0xffffffff81000000n)).toBeUndefined();
    expect(new KernelSymbols({ path: '/nonexistent' }).hidden).toBe(true);
  });
});
