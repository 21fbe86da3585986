import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Writer, type WriterOptions } from './writer.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'writer-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is in the file after each step. */
function written(options: WriterOptions, ...steps: ((writer: Writer) => void)[]): string[] {
  const file = join(folder, 'out');
  const fd = openSync(file, 'w');
  const writer = new Writer(fd, options);
  const seen = steps.map((step) => {
    step(writer);
    return readFileSync(file, 'latin1');
  });
  closeSync(fd);
  return seen;
}

describe('Writer', () => {
  it('writes byte strings byte by byte', () => {
    expect(
      written(
        {},
        (writer) => writer.write('a\xff\x00é'),
        (writer) => writer.flush(),
      ),
    ).toEqual(['', 'a\xff\x00é']);
  });

  it('shows lines before waiting, full blocks not', () => {
    const steps = [
      (writer: Writer) => writer.write('x\n'),
      (writer: Writer) => writer.idle(),
      (writer: Writer) => writer.flush(),
    ];
    expect(written({ buffering: 'line' }, ...steps)).toEqual(['', 'x\n', 'x\n']);
    expect(written({ buffering: 'full' }, ...steps)).toEqual(['', '', 'x\n']);
    expect(written({ buffering: 'none' }, ...steps)).toEqual(['x\n', 'x\n', 'x\n']);
  });

  it('gathers small writes into large ones', () => {
    const sizes: number[] = [];
    const writer = new Writer(1, { write: (_fd, _bytes, _offset, length) => sizes.push(length) && length });
    for (let index = 0; index < 20_000; index++) writer.write('0123456789');
    writer.flush();
    expect(sizes.reduce((total, size) => total + size, 0)).toBe(200_000);
    expect(sizes.length).toBeLessThanOrEqual(4);
  });

  it('writes texts larger than a block', () => {
    const large = 'ab'.repeat(700_000);
    expect(
      written(
        {},
        (writer) => writer.write(large),
        (writer) => writer.write('!'),
        (writer) => writer.flush(),
      ).at(-1),
    ).toBe(`${large}!`);
  });

  it('goes on after short writes and interruptions', () => {
    let bytes = '';
    let calls = 0;
    const writer = new Writer(1, {
      write: (_fd, block, offset, length) => {
        calls++;
        if (calls === 2) throw Object.assign(new Error('EINTR'), { code: 'EINTR' });
        const taken = Math.min(3, length);
        bytes += Buffer.from(block).toString('latin1', offset, offset + taken);
        return taken;
      },
    });
    writer.write('0123456789');
    writer.flush();
    expect(bytes).toBe('0123456789');
  });

  it('reports other failures', () => {
    const writer = new Writer(12_345);
    writer.write('x');
    expect(() => writer.flush()).toThrow(/EBADF/);
  });
});

describe('Writer on pipes', () => {
  const program = (body: string) => `
    import { Writer } from ${JSON.stringify(join(import.meta.dirname, 'writer.ts'))};
    const writer = new Writer(1, { onClosed: () => { closed++; } });
    let closed = 0;
    ${body}`;
  const bundled = (body: string) => {
    const file = join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
    const esbuild = join(import.meta.dirname, '../../node_modules/.bin/esbuild');
    execFileSync(
      esbuild,
      [
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--loader=ts',
        `--outfile=${file}`,
        '--log-level=error',
      ],
      {
        input: program(body),
        cwd: import.meta.dirname,
      },
    );
    return file;
  };

  it('end quietly when the reader leaves', () => {
    const file = bundled(`
      for (let index = 0; index < 100000 && !writer.closed; index++) writer.write('a line of output\\n');
      writer.flush();
      process.stderr.write('closed ' + closed + ' ' + writer.closed);`);
    // The program's standard error goes to a file, so that head sees only its output.
    const errors = join(folder, 'errors');
    const shown = execFileSync('sh', ['-c', `"${process.execPath}" "${file}" 2>"${errors}" | head -n 2`], {
      encoding: 'latin1',
    });
    expect(shown).toBe('a line of output\na line of output\n');
    expect(readFileSync(errors, 'latin1')).toBe('closed 1 true');
  });

  it('wait for a slow reader of a non-blocking pipe', async () => {
    const file = bundled(`
      process.stdout._handle?.setBlocking?.(false);
      for (let index = 0; index < 40000; index++) writer.write('0123456789');
      writer.flush();`);
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    let length = 0;
    for await (const chunk of child.stdout) length += chunk.length;
    expect(length).toBe(400_000);
  });
});
