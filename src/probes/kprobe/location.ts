/** The place that the parts of a kprobe name: `[MODULE:]FUNCTION[+OFFSET]`. */
import { parseCount } from '../number.ts';
import type { ExpandEnvironment } from '../probe-type.ts';

export interface KernelLocation {
  /** As written: `vmlinux` is the kernel itself; undefined when the probe names none. */
  readonly module: string | undefined;
  /** May hold wildcards. */
  readonly name: string;
  /** Bytes from the start of the function; undefined when there is none written. */
  readonly offset: bigint | undefined;
}

/** Undefined when it makes no sense; that is then reported. */
export function parseLocation(
  type: 'kprobe' | 'kretprobe',
  parts: readonly string[],
  environment: ExpandEnvironment,
): KernelLocation | undefined {
  const module = parts.length === 2 ? parts[0]! : undefined;
  const [name = '', offsetText, ...more] = parts.at(-1)!.split('+');
  const problem =
    (name === '' && 'kprobes should be attached to a function or an address') ||
    (/^[0-9]/.test(name) && 'Probing by address requires --unsafe') ||
    (more.length > 0 && 'Cannot take more than one offset') ||
    (offsetText !== undefined && type === 'kretprobe' && 'Offset not allowed');
  if (problem !== false) {
    environment.error(problem);
    return undefined;
  }
  if (offsetText === undefined) return { module, name, offset: undefined };
  const { value, problem: invalid } = parseCount(offsetText);
  if (value === undefined) environment.error(`Invalid offset: ${invalid}`);
  return value === undefined ? undefined : { module, name, offset: value };
}
