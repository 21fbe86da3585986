/**
 * What kprobe, kretprobe, fentry and fexit become, by what the kernel has: mechanism, context, sharing of programs.
 * Types are those of the running kernel; which functions there are, and what is supported, is made up.
 */
import { describe, expect, it } from 'vitest';
import { type FixtureOptions, fixtureTarget } from '../../tests/support/fixture-target.ts';
import { compile } from '../compiler/compile.ts';
import { kernelBtf } from '../kernel/kernel-btf.ts';
import type { BpfFunction, KernelFunction } from '../program/target.ts';

const functions: readonly KernelFunction[] = [
  { name: 'vfs_open', module: undefined },
  { name: 'vfs_read', module: undefined },
  { name: 'vfs_read.part.0', module: undefined },
  { name: 'vfs_twice', module: undefined, notByName: 'ambiguous' },
  { name: 'vfs_write', module: undefined },
  { name: 'vfs_forbidden', module: undefined, notByName: 'forbidden' },
  { name: 'nf_open', module: 'netmod' },
];
const basics = ['isa_v2', 'isa_v3', 'ringbuf', 'get_attach_cookie', 'perf_link'];

function target(features: readonly string[], more: FixtureOptions = {}) {
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return fixtureTarget({
    features: [...basics, ...features],
    btf: kernelBtf(),
    kernelFunctions: (pattern) => functions.filter(({ name }) => matches(pattern).test(name)),
    kernelModules: () => new Set(['netmod']),
    ...more,
  });
}

function compiled(source: string, features: readonly string[], more?: FixtureOptions) {
  const { program, diagnostics } = compile(source, target(features, more));
  return { program, messages: diagnostics.map((diagnostic) => diagnostic.message) };
}

const count = (program: ReturnType<typeof compiled>['program']) => ({
  functions: program?.functions.length,
  attachments: program?.attachments.length,
});

describe('kprobe', () => {
  it('takes one multi-kprobe link for all functions of a wildcard, numbered by cookies', () => {
    const { program, messages } = compiled('kprobe:vfs_* { @[func] = count() }', [
      'kprobe_multi',
      'kprobe_pmu',
    ]);
    expect(count(program)).toEqual({ functions: 1, attachments: 1 });
    expect(program?.functions[0]).toMatchObject({ type: 'kprobe', expectedAttach: 'kprobe_multi' });
    expect(program?.attachments[0]).toMatchObject({
      via: 'multi-kprobe link',
      probes: ['kprobe:vfs_open', 'kprobe:vfs_read', 'kprobe:vfs_write'],
      point: {
        kind: 'kprobe',
        return: false,
        targets: [
          { symbol: 'vfs_open', offset: 0n, cookie: 0n },
          { symbol: 'vfs_read', offset: 0n, cookie: 1n },
          { symbol: 'vfs_write', offset: 0n, cookie: 2n },
        ],
      },
    });
    expect(messages).toEqual([
      '1 of the functions are left out, because others have the same name: vfs_twice',
    ]);
  });

  it('takes a perf event for each, with one program, where there are no multi links', () => {
    const { program } = compiled('kretprobe:vfs_* { @[probe] = sum(retval) }', ['kprobe_pmu']);
    expect(count(program)).toEqual({ functions: 1, attachments: 3 });
    expect(program?.attachments.map(({ via }) => via)).toEqual(Array(3).fill('perf kretprobe'));
  });

  it('takes a program for each function that it tells apart, where there are no cookies', () => {
    const features = ['isa_v2', 'isa_v3', 'ringbuf', 'kprobe_pmu'];
    const { program } = compiled('kprobe:vfs_* { @[func] = count() }', [], { features });
    expect(count(program)).toEqual({ functions: 3, attachments: 3 });
  });

  it('goes inside a function by perf event only', () => {
    const inside = compiled('kprobe:vfs_read+5 { @ = reg("ip") }', ['kprobe_multi', 'kprobe_pmu']);
    expect(inside.program?.attachments[0]).toMatchObject({
      probes: ['kprobe:vfs_read+5'],
      via: 'perf kprobe',
    });
    expect(inside.program?.functions[0]?.expectedAttach).toBeUndefined();
    const impossible = compiled('kprobe:vfs_read+5 { @ = 1 }', ['kprobe_multi', 'fentry']);
    expect(impossible.messages[0]).toBe(
      'This kernel cannot probe inside a function or at an address: it has no kprobe event source (CONFIG_KPROBE_EVENTS)',
    );
  });

  it('falls back to a trampoline, with numbers for arguments and result', () => {
    const { program } = compiled(
      'kprobe:vfs_read { @[arg0, arg2, arg5] = count() } kretprobe:vfs_read { @r = sum(retval) }',
      ['fentry', 'fexit'],
    );
    expect(program?.functions.map(({ type, tracing }) => [type, tracing])).toEqual([
      ['tracing', { kind: 'fentry', target: 'vfs_read' }],
      ['tracing', { kind: 'fexit', target: 'vfs_read' }],
    ]);
    expect(program?.attachments.map(({ probes, point }) => [probes[0], point.kind])).toEqual([
      ['kprobe:vfs_read', 'trampoline'],
      ['kretprobe:vfs_read', 'trampoline'],
    ]);
  });

  it('does not let a trampoline show more than a kprobe would', () => {
    expect(compiled('kprobe:vfs_read { @ = args.count }', ['fentry']).messages[0]).toContain(
      'The args builtin can only be used with',
    );
    expect(compiled('kprobe:vfs_read { @ = arg6 }', ['fentry']).messages[0]).toBe(
      "x86_64 doesn't support arg6",
    );
  });

  it.each([
    [
      [],
      'it has no multi-kprobe links (CONFIG_FPROBE, Linux 5.18), no kprobe event source (CONFIG_KPROBE_EVENTS), and it refuses fentry programs',
    ],
  ])('with %j says what the kernel lacks', (features, text) => {
    expect(compiled('kprobe:vfs_read { @ = 1 }', features).messages[0]).toBe(
      `This kernel cannot trace its functions: ${text}`,
    );
  });

  it.each([
    ['kprobe:nosuch { }', 'No matches for kprobe nosuch.'],
    ['kprobe:gone:nf_open { }', 'specified module gone in probe kprobe:gone:nf_open is not loaded.'],
    ['kprobe:vfs_read:x { }', 'specified module vfs_read in probe kprobe:vfs_read:x is not loaded.'],
    ['kretprobe:vfs_read+1 { }', 'Offset not allowed'],
    ['kprobe:+1 { }', 'kprobes should be attached to a function or an address'],
  ])('rejects %s', (source, text) => {
    expect(compiled(source, ['kprobe_pmu']).messages).toContain(text);
  });

  it('takes addresses, and names that are in no list, only with --unsafe', () => {
    const at = { kernelFunctionAt: () => 'vfs_read' };
    const targets = (source: string) => {
      const { program, diagnostics } = compile(source, target(['kprobe_multi', 'kprobe_pmu'], at), {
        unsafe: true,
      });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      return program?.attachments.map(({ probes, point, via }) => [
        probes[0],
        via,
        'targets' in point && point.targets[0],
      ]);
    };
    expect(targets('kprobe:0xffffffff81000010 { @[func] = 1 }')).toEqual([
      ['kprobe:0xffffffff81000010', 'perf kprobe', { symbol: '', offset: 0xffffffff81000010n }],
    ]);
    expect(targets('kretprobe:nosuch { @ = 1 }')).toEqual([
      ['kretprobe:nosuch', 'multi-kprobe link', { symbol: 'nosuch', offset: 0n }],
    ]);
    expect(compiled('kprobe:0xffffffff81000010 { }', ['kprobe_pmu']).messages[0]).toBe(
      'Probing by address requires --unsafe',
    );
  });

  it('names the function of a module for the kernel only when the probe does', () => {
    const symbols = (source: string) => {
      const [first] = compiled(source, ['kprobe_pmu']).program?.attachments ?? [];
      return [
        first?.probes,
        first?.point.kind === 'kprobe' && first.point.targets.map(({ symbol }) => symbol),
      ];
    };
    expect(symbols('kprobe:netmod:nf_open { @ = 1 }')).toEqual([['kprobe:nf_open'], ['netmod:nf_open']]);
    expect(symbols('kprobe:nf_open { @ = 1 }')).toEqual([['kprobe:nf_open'], ['nf_open']]);
    expect(symbols('kprobe:vmlinux:vfs_open { @ = 1 }')).toEqual([['kprobe:vfs_open'], ['vfs_open']]);
  });
});

describe('fentry and fexit', () => {
  const has = ['fentry', 'fexit'];

  it('are a program for each function', () => {
    const { program } = compiled('fentry:vfs_r*,fexit:vmlinux:vfs_write { @ = count() }', has);
    expect(program?.attachments.map(({ probes }) => probes)).toEqual([
      ['fentry:vmlinux:vfs_read'],
      ['fexit:vmlinux:vfs_write'],
    ]);
  });

  it('have the old names', () => {
    const { program } = compiled('kfunc:vfs_read { @ = 1 } kretfunc:vfs_read { @ = 2 }', has);
    expect(program?.attachments.map(({ probes }) => probes[0])).toEqual([
      'fentry:vmlinux:vfs_read',
      'fexit:vmlinux:vfs_read',
    ]);
  });

  it.each([
    ['fentry:vfs_read { @ = args.nosuch }', "Can't find function parameter nosuch"],
    ['fentry:vfs_read { @ = retval }', "Can't find a field $retval"],
    ['fexit:nosuch { }', 'No matches for fexit nosuch.'],
    ['fentry:a:b:c { }', "Only the 'bpf' variant of this probe supports 4 arguments"],
  ])('reject %s', (source, text) => {
    expect(compiled(source, has).messages).toContain(text);
  });

  it('say so when the kernel refuses them, or has no types', () => {
    expect(compiled('fentry:vfs_read { }', []).messages[0]).toBe('This kernel refuses fentry programs');
    expect(compiled('fentry:vfs_read { }', has, { btf: undefined }).messages[0]).toBe(
      "fentry needs the kernel's types, and this kernel has none (CONFIG_DEBUG_INFO_BTF)",
    );
  });
});

describe('fentry and fexit of BPF programs', () => {
  const int = { size: 4, signed: true } as const;
  const loaded: readonly BpfFunction[] = [
    { programId: 5, name: 'filter', result: int },
    { programId: 5, name: 'parse', result: undefined },
    { programId: 12, name: 'filter', result: int },
  ];
  const has = ['fentry', 'fexit', 'get_func_ret'];
  const probes = (source: string) =>
    compiled(source, has, { bpfFunctions: () => loaded }).program?.attachments.map(
      ({ probes: [name] }) => name,
    );
  const messages = (source: string, features = has, more: FixtureOptions = {}) =>
    compiled(source, features, { bpfFunctions: () => loaded, ...more }).messages;

  it('are loaded for a function of one program', () => {
    const { program } = compiled('fexit:bpf:12:filter { @ = retval }', has, { bpfFunctions: () => loaded });
    expect(program?.functions.map(({ type, tracing }) => [type, tracing])).toEqual([
      ['tracing', { kind: 'fexit', target: 'filter', bpfProgram: 12 }],
    ]);
    expect(program?.attachments.map(({ point, probes }) => [point.kind, probes])).toEqual([
      ['trampoline', ['fexit:bpf:12:filter']],
    ]);
  });

  it('are in all programs that match, by id and by name', () => {
    expect(probes('fentry:bpf:filter { @ = 1 }')).toEqual(['fentry:bpf:5:filter', 'fentry:bpf:12:filter']);
    expect(probes('fentry:bpf:*:p* { @ = 1 }')).toEqual(['fentry:bpf:5:parse']);
    expect(probes('fentry:bpf:5:* { @[probe] = 1 }')).toEqual(['fentry:bpf:5:filter', 'fentry:bpf:5:parse']);
  });

  it.each([
    ['fentry:bpf:filter { @ = args.x }', "The args builtin cannot be used for 'fentry/fexit:bpf' probes"],
    ['fexit:bpf:filter { print(args) }', "The args builtin cannot be used for 'fentry/fexit:bpf' probes"],
    ['fentry:bpf:filter { @ = retval }', "Can't find a field $retval"],
    [
      'fexit:bpf:parse { @ = retval }',
      "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes (this function returns nothing)",
    ],
    [
      'fentry:bpf { }',
      "the 'bpf' variant of this probe requires a bpf program name and optional bpf program id",
    ],
    [
      'fentry:bpf:5: { }',
      "the 'bpf' variant of this probe requires a bpf program name and optional bpf program id",
    ],
    ['fexit:bpf:5x:filter { }', "bpf program id must be a number or '*'"],
    ['fexit:bpf:nosuch { }', 'No matches for fexit bpf:nosuch.'],
    ['fexit:bpf:6:filter { }', 'No matches for fexit bpf:6:filter.'],
  ])('reject %s', (source, text) => {
    expect(messages(source)).toContain(text);
  });

  it('need what the kernel may lack', () => {
    expect(messages('fentry:bpf:filter { }', [])[0]).toBe('This kernel refuses fentry programs');
    expect(messages('fexit:bpf:filter { @ = retval }', ['fexit'])[0]).toContain('it is older than 5.17');
    expect(messages('fentry:bpf:filter { @ = 1 }', has, { forLater: true })[0]).toContain(
      'cannot be kept for it',
    );
  });
});
