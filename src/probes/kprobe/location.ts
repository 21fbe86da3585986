/** The place that the parts of a kprobe name: `[MODULE:]FUNCTION[+OFFSET]`, or an address. */
import { parseCount } from '../number.ts';
import type { ExpandEnvironment } from '../probe-type.ts';

export interface KernelLocation {
  /** As written: `vmlinux` is the kernel itself; undefined when the probe names none. */
  readonly module: string | undefined;
  /** May hold wildcards. */
  readonly name: string;
  /** Bytes from the start of the function; undefined when there is none written. */
  readonly offset: bigint | undefined;
  /** In place of a function, when the name is a number. */
  readonly address?: bigint;
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
    (isAddress(name) && !environment.unsafe && 'Probing by address requires --unsafe') ||
    (more.length > 0 && 'Cannot take more than one offset') ||
    (offsetText !== undefined && type === 'kretprobe' && 'Offset not allowed');
  if (problem !== false) {
    environment.error(problem);
    return undefined;
  }
  const offset = offsetText === undefined ? undefined : parsed(offsetText, 'offset', environment);
  const address = isAddress(name) ? parsed(name, 'address', environment) : undefined;
  const invalid =
    (offsetText !== undefined && offset === undefined) || (isAddress(name) && address === undefined);
  return invalid ? undefined : { module, name, offset, ...(address === undefined ? {} : { address }) };
}

const isAddress = (name: string) => /^[0-9]/.test(name);

function parsed(text: string, what: string, environment: ExpandEnvironment): bigint | undefined {
  const { value, problem } = parseCount(text);
  if (value === undefined) environment.error(`Invalid ${what}: ${problem}`);
  return value;
}
