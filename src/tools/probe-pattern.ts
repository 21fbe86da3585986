/**
 * Probes as the multi-tools take them: an attach point of the language (`tracepoint:block:*`, `uprobe:libc:malloc`,
 * `k:vfs_read`), or the shorter forms of older collections: `vfs_read` is a function of the kernel, `c:malloc` one of
 * a library, `p::vfs_read`, `r::vfs_read`, `p:c:malloc`, `r:c:malloc` are entry and return.
 */
import { ToolUsageError } from './tool-error.ts';

/** What is between the colons of the language's own providers, by all their names. */
const providers: ReadonlyMap<string, string> = new Map([
  ['tracepoint', 'tracepoint'],
  ['t', 'tracepoint'],
  ['rawtracepoint', 'rawtracepoint'],
  ['rt', 'rawtracepoint'],
  ['kprobe', 'kprobe'],
  ['k', 'kprobe'],
  ['kretprobe', 'kretprobe'],
  ['kr', 'kretprobe'],
  ['fentry', 'fentry'],
  ['kfunc', 'fentry'],
  ['f', 'fentry'],
  ['fexit', 'fexit'],
  ['kretfunc', 'fexit'],
  ['fr', 'fexit'],
  ['uprobe', 'uprobe'],
  ['u', 'uprobe'],
  ['uretprobe', 'uretprobe'],
  ['ur', 'uretprobe'],
  ['usdt', 'usdt'],
  ['U', 'usdt'],
  ['profile', 'profile'],
  ['interval', 'interval'],
  ['software', 'software'],
  ['s', 'software'],
  ['hardware', 'hardware'],
  ['h', 'hardware'],
]);

export interface ProbePattern {
  readonly provider: string;
  /** What follows the provider and its colon. */
  readonly target: string;
}

/** @throws ToolUsageError */
export function parseProbe(text: string): ProbePattern {
  const parts = text.split(':');
  const [first = '', ...rest] = parts;
  if (parts.some((part) => /[\s{},"/]/.test(part) && !part.includes('/')))
    throw new ToolUsageError(
      `'${text}' is no probe: write PROVIDER:TARGET, such as tracepoint:block:* or uprobe:libc:malloc`,
    );
  const provider = providers.get(first);
  if (provider !== undefined && rest.length > 0) return { provider, target: rest.join(':') };
  if ((first === 'p' || first === 'r') && rest.length === 2)
    return shortForm(first === 'r', rest[0] ?? '', rest[1] ?? '');
  if (parts.length === 1 && first !== '') return { provider: 'kprobe', target: first };
  if (parts.length === 2 && first !== '') return shortForm(false, first, rest[0] ?? '');
  throw new ToolUsageError(
    `'${text}' is no probe: write PROVIDER:TARGET, such as tracepoint:block:* or uprobe:libc:malloc`,
  );
}

function shortForm(isReturn: boolean, library: string, name: string): ProbePattern {
  const kind = isReturn ? 'retprobe' : 'probe';
  return library === ''
    ? { provider: `k${kind}`, target: name }
    : { provider: `u${kind}`, target: `${libraryPath(library)}:${name}` };
}

/** `c` is the C library, `pthread` is libpthread; paths and names of programs stay. */
function libraryPath(name: string): string {
  if (name.includes('/') || name.startsWith('lib')) return name;
  return name === 'c' || name === 'pthread' || name === 'm' ? `lib${name}` : name;
}

export function probeText({ provider, target }: ProbePattern): string {
  return `${provider}:${target}`;
}

/** Where what begins at the pattern ends: the return of the function, the exit of the system call. */
export function returnOf({ provider, target }: ProbePattern): ProbePattern {
  const returns: Readonly<Record<string, string>> = {
    kprobe: 'kretprobe',
    uprobe: 'uretprobe',
    fentry: 'fexit',
  };
  const known = returns[provider];
  if (known !== undefined) return { provider: known, target };
  if (provider === 'tracepoint' && target.startsWith('syscalls:sys_enter_'))
    return { provider, target: target.replace('sys_enter_', 'sys_exit_') };
  throw new ToolUsageError(
    `${provider}:${target} has no end to measure to: give a function, or a tracepoint syscalls:sys_enter_*`,
  );
}

/** Whether several probes may be meant. */
export function isWildcard({ target }: ProbePattern): boolean {
  return target.includes('*');
}

/** The probe's name as it is shown: the function, or the tracepoint with its group. */
export function shownName(probe: string): string {
  const [provider = '', ...rest] = probe.split(':');
  if (provider === 'tracepoint' || provider === 'rawtracepoint') return rest.join(':');
  return rest.at(-1) ?? probe;
}

/** What the kernel must have for it. */
export function needOfProbe({ provider }: ProbePattern): string | undefined {
  const needs: Readonly<Record<string, string>> = {
    kprobe: 'kprobes',
    kretprobe: 'kprobes',
    fentry: 'fentry',
    fexit: 'fentry',
  };
  return needs[provider];
}
