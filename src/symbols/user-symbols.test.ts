import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatUserStack, userSymbolText } from './stack-text.ts';
import { buildTraced, startTraced, type TracedProcess } from './testing/traced-process.ts';
import { UserSymbols, withoutVersion } from './user-symbols.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-symbols-'));
const program = join(folder, 'traced');
beforeAll(() => buildTraced(program));
afterAll(() => rmSync(folder, { recursive: true }));

let symbols: UserSymbols;
let running: TracedProcess | undefined;
afterEach(async () => {
  symbols.close();
  await running?.stop();
});

async function start(path = program): Promise<(name: string) => bigint> {
  let now = 0;
  symbols = new UserSymbols({ now: () => (now += 5000) });
  running = await startTraced(path);
  const { addresses } = running;
  return (name) => addresses.get(name) ?? 0n;
}

describe('a living process', () => {
  it('has names for functions, also local ones, with module and offset', async () => {
    const at = await start();
    const pid = running!.pid;
    expect(symbols.lookup(pid, at('leaf') + 2n)).toEqual({ name: 'leaf', offset: 2, module: program });
    expect(symbols.lookup(pid, at('hidden'))).toEqual({ name: 'hidden', offset: 0, module: program });
    const write = symbols.lookup(pid, at('write') + 1n);
    expect(write).toMatchObject({ name: 'write', offset: 1 });
    expect(write?.module).toMatch(/libc\.so\.6$/);
  });

  it('has names in the vDSO', async () => {
    const at = await start();
    const found = symbols.lookup(running!.pid, at('vdso'));
    expect(found?.name).toMatch(/clock_gettime$/);
    expect(found).toMatchObject({ offset: 0, module: '[vdso]' });
  });

  it('has the names that a just-in-time compiler wrote, the latest for a place', async () => {
    const at = await start();
    const { pid } = running!;
    expect(symbols.lookup(pid, at('anonymous') + 16n)).toBeUndefined();
    const map = `/tmp/perf-${pid}.map`;
    const place = at('anonymous').toString(16);
    writeFileSync(map, `${place} 40 old name\n${place} 20 Main.run(int, String)\nnonsense\n`);
    try {
      expect(symbols.lookup(pid, at('anonymous') + 16n)).toMatchObject({
        name: 'Main.run(int, String)',
        offset: 16,
      });
      expect(symbols.lookup(pid, at('anonymous') + 0x20n)).toBeUndefined();
    } finally {
      unlinkSync(map);
    }
  });

  it('has no names where nothing is mapped', async () => {
    await start();
    expect(symbols.lookup(running!.pid, 16n)).toBeUndefined();
    expect(symbols.place(running!.pid, 16n)).toBeUndefined();
    expect(symbols.lookup(1 << 30, 0x400000n)).toBeUndefined();
  });
});

describe('files and processes that vanish', () => {
  it('a deleted program is still read', async () => {
    const copy = join(folder, 'deleted');
    copyFileSync(program, copy);
    const at = await start(copy);
    unlinkSync(copy);
    expect(symbols.lookup(running!.pid, at('leaf'))).toEqual({ name: 'leaf', offset: 0, module: copy });
  });

  it('what was learnt is kept when the process ends, even with its program deleted', async () => {
    const copy = join(folder, 'gone');
    copyFileSync(program, copy);
    const at = await start(copy);
    const { pid } = running!;
    symbols.prefetch(pid);
    await running!.stop();
    unlinkSync(copy);
    expect(symbols.lookup(pid, at('hidden'))?.name).toBe('hidden');
    expect(symbols.lookup(pid, at('write'))?.name).toBe('write');
  });

  it('without that, addresses stay numbers', async () => {
    const at = await start();
    const { pid } = running!;
    await running!.stop();
    expect(symbols.lookup(pid, at('leaf'))).toBeUndefined();
    expect(userSymbolText(symbols, pid, at('leaf'))).toBe(`0x${at('leaf').toString(16)}`);
  });
});

describe('stripped programs', () => {
  it('take names from the debug file that the debug link names', async () => {
    const stripped = join(folder, 'stripped');
    const debug = join(folder, 'stripped.debug');
    execFileSync('objcopy', ['--only-keep-debug', program, debug]);
    execFileSync('objcopy', ['--strip-all', `--add-gnu-debuglink=${debug}`, program, stripped]);
    const at = await start(stripped);
    expect(symbols.lookup(running!.pid, at('hidden') + 1n)).toEqual({
      name: 'hidden',
      offset: 1,
      module: stripped,
    });
  });
});

describe('stack text', () => {
  it('in each mode', async () => {
    const at = await start();
    const { pid } = running!;
    const [leaf, anonymous] = [at('leaf') + 3n, at('anonymous')];
    const frames = [leaf, anonymous];
    const format = (mode: 'bpftrace' | 'perf' | 'raw' | 'build_id' | 'folded') =>
      formatUserStack(symbols, pid, frames, mode);
    const hex = (value: bigint) => value.toString(16);
    expect(format('bpftrace')).toBe(`\n        leaf+3\n        0x${hex(anonymous)}\n`);
    expect(format('perf')).toBe(
      `\n\t${hex(leaf)} leaf+3 (${program})\n\t${hex(anonymous)} 0x${hex(anonymous)} ([unknown])\n`,
    );
    expect(format('raw')).toBe(`\n${hex(leaf)}\n${hex(anonymous)}\n`);
    expect(format('folded')).toBe(`0x${hex(anonymous)};leaf`);
    const notes = execFileSync('readelf', ['-n', program], { encoding: 'utf8' });
    const place = execFileSync('nm', [program], { encoding: 'utf8' }).match(/^([0-9a-f]+) T leaf$/m);
    // The text segment of a small position-independent program lies at the same place in file and memory.
    const offset = (Number.parseInt(place![1]!, 16) + 3).toString(16);
    const buildId = /Build ID: (\w+)/.exec(notes)![1];
    expect(format('build_id')).toBe(`\n${buildId} 0x${offset}\n0x${hex(anonymous)}\n`);
  });

  it('a single name', async () => {
    const at = await start();
    expect(userSymbolText(symbols, running!.pid, at('leaf') + 3n)).toBe('leaf');
    expect(userSymbolText(symbols, running!.pid, 0n)).toBe('0');
  });
});

it('leaves the version of an interface out of names', () => {
  const names = ['clock_nanosleep@GLIBC_2.2.5', 'f@@OPENSSL_3.0.0', 'plain', 'odd@name'];
  expect(names.map(withoutVersion)).toEqual(['clock_nanosleep', 'f', 'plain', 'odd@name']);
});
