/** Arguments of user functions by name, from the debug information of programs that gcc built. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const programs = join(import.meta.dirname, '../programs');
const folder = mkdtempSync(join(tmpdir(), 'kscope-arguments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(source: string, name: string, ...flags: string[]): string {
  const output = join(folder, name);
  execFileSync(source.endsWith('.cc') ? 'g++' : 'gcc', ['-o', output, join(programs, source), ...flags]);
  return output;
}

async function printed(program: string, binary: string): Promise<string[]> {
  const { stdout, stderr } = await trace(program.replaceAll('BIN', binary), {
    workload: () => shell(binary),
  });
  expect(stderr).toBe('Attached 1 probe\n');
  return stdout.trim().split('\n');
}

const builds: readonly (readonly string[])[] = [
  ['-O0', '-gdwarf-5'],
  ['-O2', '-gdwarf-5'],
  ['-O2', '-gdwarf-4', '-gz'],
  ['-O1', '-gdwarf-3', '-gstrict-dwarf'],
];

describeTracing('arguments of C functions', () => {
  it.each(builds)('lie where the calling convention says (%s %s)', async (...flags) => {
    const binary = build('parameters.c', `parameters${flags.join('')}`, ...flags);
    const cases: readonly (readonly [string, string, string])[] = [
      ['integers', 'print(args)', '{ .a = -1, .b = 255, .c = -2, .d = 65535, .e = -3, .f = 4000000000 }'],
      ['wide', 'print(args)', '{ .a = -1099511627776, .b = 1099511627776, .c = 5, .d = 1 }'],
      [
        'many',
        'print(args)',
        '{ .a = 1, .b = 2, .c = 3, .d = 4, .e = 5, .f = 6, .g = -7, .h = -8, .i = -9 }',
      ],
      ['mixed', 'print((args.b, args.d))', '(-2, -4)'],
      [
        'by_value',
        'print((args.s, args.p.first, str(args.p.second), args.l, args.last))',
        '({ .x = -7, .y = 8 }, 1099511627776, pair, { .words = [10,20,30] }, 99)',
      ],
      ['no_room', 'print((args.e, args.p.first, str(args.p.second), args.f))', '(5, 1099511627776, pair, 6)'],
      [
        'pointers',
        'print((args.n.value, args.n.name, args.n.matrix, args.n.matrix[1][0], str(args.s), str(args.v[1]), args.f))',
        '(1, first, [[1,2,3],[4,5,6]], 4, text, two, 0x0)',
      ],
      [
        'pointers',
        'print((args.n.next.value, args.n.next.name, args.n.u.c, args.n.next.u.i))',
        '(2, last, a, 3)',
      ],
      ['hidden', 'print(args)', '{ .a = 11, .b = 22 }'],
    ];
    const program = cases.map(([name, body]) => `uprobe:BIN:${name} { ${body} }`).join(' ');
    const { stdout, stderr } = await trace(program.replaceAll('BIN', binary), {
      workload: () => shell(binary),
    });
    expect(stderr).toBe(`Attached ${cases.length} probes\n`);
    expect(stdout.trim().split('\n')).toEqual(cases.map(([, , line]) => line));
  });

  it('are found in a file of their own, by build id, debug link and --debuginfo', async () => {
    const binary = build('parameters.c', 'split', '-O2', '-g', '-Wl,--build-id=0x1122334455');
    const debug = join(folder, 'symbols');
    await shell(
      `mkdir -p ${debug}/.build-id/11 && objcopy --only-keep-debug ${binary} ${debug}/.build-id/11/22334455.debug`,
    );
    await shell(`strip -g ${binary}`);
    const program = `uprobe:${binary}:hidden { print(args) }`;
    const refused = await trace(program, {});
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      `ERROR: No debug information found for 'hidden' in '${binary}', args needs it`,
    );
    const found = await trace(program, { args: ['--debuginfo', debug], workload: () => shell(binary) });
    expect(found.stdout).toContain('{ .a = 11, .b = 22 }\n');
    const linked = build('parameters.c', 'linked', '-O2', '-g', '-Wl,--build-id=none');
    await shell(
      `cd ${folder} && objcopy --only-keep-debug linked linked.debug && strip -g linked && objcopy --add-gnu-debuglink=linked.debug linked`,
    );
    const byLink = await trace(`uprobe:${linked}:hidden { print(args) }`, { workload: () => shell(linked) });
    expect(byLink.stdout).toContain('{ .a = 11, .b = 22 }\n');
  });

  it('are refused where they cannot be read', async () => {
    const binary = build('parameters.c', 'plain', '-O2', '-g');
    const inVector = await trace(`uprobe:${binary}:mixed { print(args.a) }`, {});
    expect(inVector.stderr).toContain(
      "ERROR: Parameter 'a' is passed in a vector register, which BPF programs cannot read",
    );
    const inside = await trace(`uprobe:${binary}:main+4 { print(args) }`, { args: ['--unsafe'] });
    expect(inside.stderr).toContain('ERROR: The args builtin needs a probe at the beginning of a function');
    const unknown = await trace(`uprobe:${binary}:many { print(args.q) }`, {});
    expect(unknown.stderr).toContain("ERROR: Can't find function parameter q");
  });
});

describeTracing('arguments of C++ functions', () => {
  const binary = build('classes.cc', 'classes', '-O1', '-g');

  it('members of base classes, references, and objects passed by address', async () => {
    expect(
      await printed(
        'uprobe:BIN:_ZNK4shop4Item5totalEiRKS0_ { print((args.this.id, args.this.price, args.count, args.other.id, args.other.price)) }',
        binary,
      ),
    ).toEqual(['(1, 100, 3, 2, 7)']);
    expect(
      await printed(
        'uprobe:BIN:_ZN4shop7consumeENS_5OwnedEi { print((args.owned.number, args.after)) }',
        binary,
      ),
    ).toEqual(['(42, 5)']);
  });
});

describeTracing('lines of the source', () => {
  it('are probed wherever their code is', async () => {
    const binary = build('parameters.c', 'lines', '-O0', '-g');
    const line = Number((await shell(`grep -n 'mixed(1.5' ${programs}/parameters.c | cut -d: -f1`)).trim());
    const { stdout } = await trace(`uprobe:${binary}@parameters.c:${line} { print((func, probe)) }`, {
      workload: () => shell(binary),
    });
    const offset = /starts at address (0x[0-9a-f]+)/.exec(
      await shell(`gdb -batch -nx -ex 'info line parameters.c:${line}' ${binary}`),
    );
    expect(stdout.trim()).toBe(`(main, uprobe:${binary}:${Number(offset?.[1])})`);
  });

  it.each([
    ['@parameters.c:900', "DWARF error: Unable to map 'parameters.c:900' to address"],
    ['@nosuch.c:9', 'DWARF error: No compilation unit matches nosuch.c'],
    ['@*.c:9', 'Cannot use wildcards with source code location'],
    ['@parameters.c:x', 'Invalid line number: x'],
  ])('%s is refused', async (where, message) => {
    const binary = build('parameters.c', 'lines', '-O0', '-g');
    const { stderr, status } = await trace(`uprobe:${binary}${where} { print(1) }`, {});
    expect(stderr).toContain(`ERROR: ${message}\n`);
    expect(status).toBe(1);
  });

  it('need debug information, and no return probe', async () => {
    const binary = build('parameters.c', 'stripped', '-O0', '-s');
    const none = await trace(`uprobe:${binary}@parameters.c:9 { print(1) }`, {});
    expect(none.stderr).toContain(
      `ERROR: No DWARF debug info found for '${binary}', cannot attach by source code location.\n`,
    );
    const returns = await trace(`uretprobe:${binary}@parameters.c:9 { print(1) }`, {});
    expect(returns.stderr).toContain('ERROR: Source code location not allowed\n');
  });
});
