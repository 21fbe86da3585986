/** User-space probes on a machine that never changes: names, places, and what is said about wrong ones. */
import { describe, expect, it } from 'vitest';
import { fixtureFeatures, fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { compile } from '../../compiler/compile.ts';
import type { Target, UserFunction } from '../../program/target.ts';

const functions: readonly UserFunction[] = [
  { name: 'foo_a', address: 0x1149n, size: 21n, offset: 0x149n },
  { name: 'foo_b', address: 0x1160n, size: 21n, offset: 0x160n },
  { name: '_ZN2ns1fEi', address: 0x1200n, size: 9n, offset: 0x200n },
  { name: '_ZN2ns1fEd', address: 0x1210n, size: 9n, offset: 0x210n },
  { name: '_ZN2ns1gIiEET_S1_', address: 0x1220n, size: 9n, offset: 0x220n },
];

const machine: Partial<Target> = {
  resolveBinary: (path) => {
    if (path === 'tool') return ['/bin/tool', '/opt/tool'];
    if (path === './*') return ['./p1', './text'];
    return path === './nosuch' ? [] : [path];
  },
  binaryProblem: (path) => (path === './text' ? 'this is not an ELF file' : undefined),
  userFunctions: (_, pattern) => {
    const wanted = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
    return functions.filter(({ name }) => wanted.test(name));
  },
  isInstructionStart: (_path, _fn, offset) => offset !== 2n,
};

function attached(program: string, options: Partial<Target> & { readonly unsafe?: boolean } = {}) {
  const { unsafe, ...facts } = options;
  const target = fixtureTarget({ features: [...fixtureFeatures, 'uprobe_multi'], ...machine, ...facts });
  const result = compile(program, target, unsafe === undefined ? {} : { unsafe });
  return {
    said: result.diagnostics.map(({ message, severity }) => `${severity}: ${message}`),
    probes: (result.program?.attachments ?? []).map(({ probes, point, warnings }) => ({
      probes,
      ...('targets' in point ? { offsets: point.targets.map(({ offset }) => Number(offset)) } : {}),
      ...('reason' in point ? { reason: point.reason } : {}),
      ...(warnings === undefined ? {} : { warnings }),
    })),
  };
}

describe('uprobe', () => {
  it.each<[string, string, number]>([
    ['uprobe:./p1:foo_a', 'uprobe:./p1:foo_a', 0x149],
    ['u:./p1:foo_a+4', 'uprobe:./p1:foo_a+4', 0x14d],
    ['uprobe:./p1:foo_a+0x4', 'uprobe:./p1:foo_a+4', 0x14d],
    ['uprobe:./p1:foo_a+0', 'uprobe:./p1:foo_a', 0x149],
    ['uprobe:./p1:cpp:foo_a', 'uprobe:./p1:cpp:foo_a', 0x149],
    ['uprobe:./p1:0x1160', 'uprobe:./p1:foo_b', 0x160],
    ['uprobe:./p1:0x1164', 'uprobe:./p1:foo_b+4', 0x164],
    ['uretprobe:./p1:foo_b', 'uretprobe:./p1:foo_b', 0x160],
    ['uprobe:./*:foo_a', 'uprobe:./p1:foo_a', 0x149],
  ])('%s', (point, name, offset) => {
    expect(attached(`${point} { }`)).toEqual({ said: [], probes: [{ probes: [name], offsets: [offset] }] });
  });

  it.each<[string, readonly string[]]>([
    ['"ns::f"', ['ns::f(int)', 'ns::f(double)']],
    ['"ns::f(int)"', ['ns::f(int)']],
    ['"ns::g<int>"', ['int ns::g<int>(int)']],
    ['"ns::*"', ['ns::f(int)', 'ns::f(double)', 'int ns::g<int>(int)']],
    ['_ZN2ns1fEi', ['_ZN2ns1fEi']],
  ])('knows functions of C++ by %s', (name, expected) => {
    const { said, probes } = attached(`uprobe:./p1:cpp:${name} { }`);
    expect(said).toEqual([]);
    expect(probes.flatMap((one) => one.probes)).toEqual(expected.map((one) => `uprobe:./p1:cpp:${one}`));
  });

  it('takes all functions of a pattern at once', () => {
    expect(attached('uprobe:./p1:foo_* { }').probes).toEqual([
      { probes: ['uprobe:./p1:foo_a', 'uprobe:./p1:foo_b'], offsets: [0x149, 0x160] },
    ]);
  });

  it.each<[string, string]>([
    ['foo_a+21', "Offset outside the function bounds ('foo_a' size is 21)"],
    [
      'foo_a+2',
      'Could not add uprobe into middle of instruction: ./p1:foo_a+2\nUse --unsafe to force attachment. WARNING: This option could lead to data corruption in the target process.',
    ],
    ['0x9999', 'Could not resolve address: ./p1:0x9999'],
  ])('cannot be attached at %s', (place, reason) => {
    const { said, probes } = attached(`uprobe:./p1:${place} { }`);
    expect(said).toEqual([]);
    expect(probes).toMatchObject([{ probes: [`uprobe:./p1:${place}`], reason }]);
  });

  it('may be set anywhere when that was asked for', () => {
    expect(attached('uprobe:./p1:foo_a+2 { }', { unsafe: true }).probes).toEqual([
      {
        ...{ probes: ['uprobe:./p1:foo_a+2'], offsets: [0x14b] },
        warnings: ['Unsafe uprobe in the middle of the instruction: ./p1:foo_a+2'],
      },
    ]);
    expect(attached('uprobe:./text:0x10 { }', { unsafe: true }).probes).toEqual([
      { probes: ['uprobe:./text:16'], offsets: [16] },
    ]);
  });

  it.each([
    ['uprobe:./nosuch:f', "uprobe target file './nosuch' does not exist or is not executable"],
    ['uprobe:./text:f', "uprobe target file './text' cannot be used: this is not an ELF file"],
    ['uprobe:./p1:rust:f', 'unsupported language type: rust'],
    ['uprobe:./p1:nosuch', 'No matches for uprobe ./p1:nosuch.'],
    [
      'uprobe:./p1:nosuch*',
      "Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
    ],
    ['uprobe:./p1', 'uprobe probe type requires 2 or 3 arguments, found 1'],
    [
      'uprobe:./p1:',
      'uprobe should be attached to a function, address, or source file and line (using DWARF)',
    ],
    ['uprobe:./p1:foo_a+x', 'Invalid offset: invalid integer: x'],
    ['uprobe:./p1:foo_a+1+1', 'Cannot take more than one offset'],
    ['uretprobe:./p1:foo_a+1', 'Offset not allowed'],
  ])('%s is refused', (point, message) => {
    expect(attached(`${point} { }`).said).toEqual([`error: ${message}`]);
  });

  it('says which of several programs it takes', () => {
    const { said, probes } = attached('uprobe:tool:foo_a { }');
    expect(said).toEqual(["warning: attaching to uprobe target file '/bin/tool' but matched 2 binaries"]);
    expect(probes).toMatchObject([{ probes: ['uprobe:/bin/tool:foo_a'] }]);
  });

  it('needs no target when a process is given', () => {
    const process = { targetPid: 7, processBinary: '/proc/7/root/bin/x' };
    expect(attached('uprobe:foo_a { }', process).probes).toMatchObject([
      { probes: ['uprobe:/proc/7/root/bin/x:foo_a'] },
    ]);
  });
});

describe('probes that are not there', () => {
  const text = (value: string, point: string) =>
    `config = { missing_probes=${value} } ${point} { } begin { }`;
  const removed =
    'warning: Probe has no valid attach points. It is being removed which may cause issues with program behavior.';

  it('are left out when the script can do without', () => {
    const named = attached(text('warn', 'uprobe:./p1:nosuch'));
    expect(named.said).toEqual(['warning: No matches for uprobe ./p1:nosuch. Skipping.', removed]);
    expect(named.probes).toEqual([{ probes: ['begin'] }]);
    expect(attached(text('warn', 'uprobe:./p1:nosuch*')).said).toEqual([removed]);
    expect(attached(text('ignore', 'uprobe:./p1:nosuch')).said).toEqual([]);
  });

  it('do not matter beside others of a pattern', () => {
    expect(attached('uprobe:./p1:nosuch*, begin { }')).toEqual({ said: [], probes: [{ probes: ['begin'] }] });
  });
});

describe('a provider with a wildcard', () => {
  it('is all kinds of user probes for a path', () => {
    expect(attached('*:./p1:foo_a { }').probes).toMatchObject([
      { probes: ['uprobe:./p1:foo_a'] },
      { probes: ['uretprobe:./p1:foo_a'] },
    ]);
    expect(attached('ur*:./p1:foo_a { }').probes).toHaveLength(1);
  });
});
