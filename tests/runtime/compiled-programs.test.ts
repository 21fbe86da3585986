/** Programs that were compiled earlier: started without compiling, and only where they are right. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { plainFromJson, plainToJson } from '../../src/base/plain-json.ts';
import { type CompiledProgram, readCompiled, writeCompiled } from '../../src/cli/compiled/file.ts';
import { Tracer } from './harness.ts';
import { describeTracing } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-compiled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const command = async (...args: readonly string[]) => await new Tracer(args).ended;

async function emitted(name: string, ...words: readonly string[]): Promise<string> {
  const result = await command('--emit', at(name), ...words);
  expect(result).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return at(name);
}

describeTracing('a compiled program', () => {
  it('runs as it was written, with the parameters that it was compiled with', async () => {
    const text = 'begin { printf("%d %s\\n", $1, str($2)); @ = 7; } end { printf("end\\n"); }';
    const file = await emitted('parameters', '-e', text, '5', 'hello');
    expect(await command('run', file)).toMatchObject({
      stdout: '5 hello\nend\n\n\n@: 7\n',
      stderr: 'Attached 2 probes\n',
      status: 0,
    });
    expect((await command('run', '-q', '-f', 'json', file)).stdout).toContain(
      '{"type": "map", "data": {"@": 7}}',
    );
  });

  it('gets anew what holds for one run', async () => {
    const text =
      'begin { printf("%d\\n", elapsed < 20000000000); printf("%d\\n", cpid); printf("%s\\n", ksym(kaddr("vfs_read"))); }';
    const file = await emitted('facts', '-c', 'true', '-e', text);
    const compiled = readCompiled(file);
    const facts = compiled.program.functions.flatMap((spec) => spec.facts ?? []);
    expect(facts.map(({ fact }) => fact.kind)).toEqual(['start', 'child', 'kernel-symbol']);
    // Whatever stands in the code does not matter.
    const spoiled = plainFromJson<CompiledProgram>(plainToJson(compiled));
    for (const { code, facts: places } of spoiled.program.functions)
      for (const { instruction } of places ?? []) code.fill(0xee, instruction * 8 + 4, instruction * 8 + 8);
    writeCompiled(file, spoiled, { executable: false });
    const [early, child, symbol] = (await command('run', file)).stdout.split('\n');
    expect([early, symbol]).toEqual(['1', 'vfs_read']);
    expect(Number(child)).toBeGreaterThan(1);
  });

  it('keeps its config, and says what it knows about its source', async () => {
    const text =
      'config = { print_maps_on_exit = false } begin { @a = 1; printf("%d\\n", 1 / (uint64)@a - 1 / (@a - 1)); }';
    const { stdout, stderr } = await command('run', await emitted('config', '-e', text));
    expect(stdout.endsWith('\n\n\n')).toBe(true);
    expect(stderr).toContain('Divide or modulo by 0 detected.');
    expect(stderr).toContain(`\n${text}\n`);
  });

  it('is compiled again when what it traces has changed', async () => {
    copyFileSync('/usr/bin/true', at('traced'));
    const file = await emitted(
      'again',
      '-e',
      `uprobe:${at('traced')}:0x0 { } begin { printf("b\\n"); }`,
      '--unsafe',
    );
    const first = await command('run', '-v', '--dry-run', file);
    expect(first.stderr).not.toContain('Compiling again');
    utimesSync(at('traced'), new Date(), new Date(1_000_000));
    expect((await command('run', '-v', '--dry-run', file)).stderr).toContain(
      `Compiling again: ${at('traced')} has changed\n`,
    );
  });

  it.each<[string, (compiled: CompiledProgram) => CompiledProgram, string]>([
    [
      'another kernel',
      (one) => ({ ...one, machine: { ...one.machine, kernel: '5.15.0 #1' } }),
      'it is for Linux 5.15.0 #1, and this is Linux ',
    ],
    [
      'another build of it',
      (one) => ({ ...one, machine: { ...one.machine, build: '0' } }),
      'it is for another build of Linux ',
    ],
    [
      'more CPUs',
      (one) => ({ ...one, machine: { ...one.machine, possibleCpus: 999 } }),
      'it is for 999 CPUs, and this machine may have ',
    ],
  ])('is refused on a machine with %s', async (_, change, reason) => {
    const file = await emitted('machine', '-e', 'begin { }');
    writeCompiled(file, change(readCompiled(file)), { executable: false });
    const { status, stderr } = await command('run', file);
    expect(stderr).toContain(`ERROR: '${file}' cannot run here: ${reason}`);
    expect(status).toBe(1);
  });

  it('is refused when it is damaged, of another form, or none', async () => {
    const file = await emitted('damaged', '-e', 'begin { }');
    const text = readFileSync(file, 'utf8');
    const refusal = async (changed: string) => {
      writeFileSync(file, changed);
      return (await command('run', file)).stderr;
    };
    expect(await refusal(text.replace('"begin"', '"begun"'))).toContain('is damaged: its checksum is wrong');
    expect(await refusal(text.slice(0, -20))).toContain('is damaged');
    expect(await refusal(text.replace('kscope-program 1', 'kscope-program 99'))).toContain('has form 99');
    expect(await refusal('begin { }')).toContain('is not a compiled program. Make one with --emit FILE.');
  });

  it('takes no options that the compiler needed', async () => {
    const file = await emitted('options', '-e', 'begin { }');
    const said = async (...words: readonly string[]) => (await command('run', ...words)).stderr;
    expect(await said(file, '--unsafe')).toContain('--unsafe is decided when a program is compiled');
    expect(await said(file, '7')).toContain('parameters are decided when it is compiled');
    expect(await said()).toContain('USAGE: kscope run [options] FILE');
  });

  it('is the same whenever it is compiled', async () => {
    const text = 't:sched:sched_switch { @[comm] = count(); printf("%d\\n", elapsed); }';
    const one = readCompiled(await emitted('one', '-e', text)).program.functions;
    const other = readCompiled(await emitted('other', '-e', text)).program.functions;
    expect(other.map(({ relocations, facts }) => ({ relocations, facts }))).toEqual(
      one.map(({ relocations, facts }) => ({ relocations, facts })),
    );
  });

  it('starts itself when it was written with --aot', async () => {
    await command('--aot', at('self'), '-e', 'begin { printf("me\\n"); }');
    expect(execFileSync(at('self'), ['-q'], { encoding: 'utf8' })).toBe('me\n\n\n');
  });
});

describeTracing('--emit-elf', () => {
  it('writes an object that other tools read, and runs the program', async () => {
    const text = 'begin { @ = 1; } t:sched:sched_switch { @c[comm] = count(); } end { }';
    const { stdout } = await command('--emit-elf', at('x.o'), '-e', `${text} i:ms:50 { exit(); }`);
    expect(stdout).toContain('@: 1\n');
    const shown = execFileSync('readelf', ['-W', '-h', '-S', '-s', '-r', at('x.o')], { encoding: 'utf8' });
    expect(shown).toMatch(/Machine: +Linux BPF/);
    expect(shown).toMatch(/ \.maps +PROGBITS/);
    expect(shown).toMatch(/ FUNC +GLOBAL +DEFAULT +1 begin/);
    expect(shown).toMatch(/R_BPF_INSN_64 +\w+ AT_c\b/);
    expect(execFileSync('readelf', ['-p', 'license', at('x.o')], { encoding: 'utf8' })).toContain('GPL');
  });

  it('says why it cannot', async () => {
    const { status, stderr } = await command('--emit-elf', '/no/such/x.o', '-e', 'begin { }');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'ERROR: Failed to write the object file: "/no/such/x.o": No such file or directory\n',
    });
  });
});
