/**
 * A machine that never changes, for tests that compare what the compiler makes: a kernel of 2022 without BTF, so
 * that no offset of a kernel structure gets into a golden file. Tracepoints are the few that the cases use.
 */
import type { Target, TracepointField, TracepointFormat } from '../../src/program/target.ts';

export interface FixtureOptions extends Partial<Target> {
  /** Everything that the target has, instead of {@link fixtureFeatures}. */
  readonly features?: readonly string[];
}

/** What a 5.18 kernel has of the features that the compiler asks for, except for those that need BTF. */
export const fixtureFeatures: readonly string[] = [
  'atomic_fetch',
  'attach_lowering',
  'for_each_map_elem',
  'get_attach_cookie',
  'ktime_get_boot_ns',
  'raw_tracepoint',
  'ringbuf',
  'isa_v2',
  'isa_v3',
];

const tracepoints: ReadonlyMap<string, TracepointFormat> = new Map([
  [
    'raw_syscalls:sys_enter',
    format(348, [field('id', 'long', 8, 8), field('args', 'unsigned long[6]', 16, 48, 6)]),
  ],
  ['raw_syscalls:sys_exit', format(347, [field('id', 'long', 8, 8), field('ret', 'long', 16, 8)])],
  [
    'syscalls:sys_enter_openat',
    format(647, syscallFields('int dfd', 'const char * filename', 'int flags', 'umode_t mode')),
  ],
  [
    'syscalls:sys_exit_openat',
    format(646, [field('__syscall_nr', 'int', 8, 4), field('ret', 'long', 16, 8)]),
  ],
  [
    'sched:sched_process_exec',
    format(304, [
      { ...field('filename', '__data_loc char[]', 8, 4), dataLoc: true },
      field('pid', 'pid_t', 12, 4),
    ]),
  ],
]);

const syscalls: ReadonlyMap<string, number> = new Map([
  ['read', 0],
  ['write', 1],
  ['openat', 257],
]);

export function fixtureTarget(options: FixtureOptions = {}): Target {
  const { features = fixtureFeatures, ...overrides } = options;
  return {
    isa: 3,
    has: (feature) => features.includes(feature),
    btf: undefined,
    possibleCpus: 2,
    pidNamespace: undefined,
    childPid: undefined,
    targetPid: undefined,
    startBootNs: 500_000_000n,
    tracepointFormat: (subsystem, event) => tracepoints.get(`${subsystem}:${event}`),
    tracepoints: (subsystem, event) => matches([...tracepoints.keys()], `${subsystem}:${event}`).map(split),
    rawTracepoints: (pattern) => matches(['sched_switch', 'sys_enter', 'sys_exit'], pattern),
    syscallNumber: (name) => syscalls.get(name),
    resolveBinary: () => [],
    userFunctions: () => [],
    usdtProbes: () => [],
    kernelSymbol: () => undefined,
    ...overrides,
  };
}

function format(id: number, fields: readonly TracepointField[]): TracepointFormat {
  return { id, fields };
}

function field(
  name: string,
  type: string,
  offset: number,
  size: number,
  arrayLength?: number,
): TracepointField {
  const signed = !type.startsWith('unsigned') && !type.includes('*') && type !== 'umode_t';
  const plain = { name, type, offset, size, signed, dataLoc: false };
  return arrayLength === undefined ? plain : { ...plain, arrayLength };
}

/** As the kernel lays out all system calls: the number, then eight bytes for each argument. */
function syscallFields(...declarations: readonly string[]): readonly TracepointField[] {
  const args = declarations.map((declaration, index) => {
    const at = declaration.lastIndexOf(' ');
    return {
      ...field(declaration.slice(at + 1), declaration.slice(0, at), 16 + 8 * index, 8),
      signed: false,
    };
  });
  return [field('__syscall_nr', 'int', 8, 4), ...args];
}

function matches(names: readonly string[], pattern: string): readonly string[] {
  const regexp = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return names.filter((name) => regexp.test(name)).sort();
}

function split(name: string): { readonly subsystem: string; readonly event: string } {
  const [subsystem = '', event = ''] = name.split(':');
  return { subsystem, event };
}
