/**
 * `watchpoint:ADDRESS:LENGTH:MODE`: every access of a kind to a few bytes of memory, by the CPU's debug registers.
 * Kernel addresses are watched on every CPU; with `-p` and `-c` it is the process's memory, whatever thread
 * touches it.
 */
import { parseCount } from '../number.ts';
import type { ExpandEnvironment, ProbeType } from '../probe-type.ts';

const lengths = [1, 2, 4, 8] as const;
/** Those that x86 has: reads alone cannot be watched. */
const modes = ['x', 'w', 'rw'] as const;

/** Not an error: other addresses, or another kernel under the same script, may be watched all the same. */
const notDelivered =
  'This machine does not deliver hits of watchpoints, as a trial with memory of our own showed: many virtual machines have no debug registers';

export const watchpoint: ProbeType = {
  name: 'watchpoint',
  aliases: ['w'],
  probetype: 'watchpoint',
  partCounts: [3],
  listed: 'never',
  expand(parts, environment) {
    const address = parseAddress(parts[0]!, environment);
    const length = parseLength(parts[1]!, environment);
    const mode = parseMode(parts[2]!, environment);
    if (address === undefined || length === undefined || mode === undefined) return [];
    if (!environment.target.has('watchpoints')) environment.warning(notDelivered);
    const { targetPid, childPid } = environment.target;
    const pid = targetPid ?? childPid;
    return [
      {
        type: watchpoint,
        name: `watchpoint:${parts.join(':')}`,
        programType: 'perf_event',
        point: { kind: 'watchpoint', address, length, mode, ...(pid === undefined ? {} : { pid }) },
        via: pid === undefined ? 'debug register of every CPU' : `debug register of process ${pid}`,
        context: { kind: 'perf-event' },
        space: 'unknown',
      },
    ];
  },
};

function parseAddress(text: string, environment: ExpandEnvironment): bigint | undefined {
  const { value, problem } = parseCount(text);
  if (value === undefined) environment.error(`Invalid function/address argument: ${problem}`);
  else if (value === 0n) environment.error('watchpoint must be attached to a non-zero address');
  else return value;
  return undefined;
}

function parseLength(text: string, environment: ExpandEnvironment): (typeof lengths)[number] | undefined {
  const { value, problem } = parseCount(text);
  const length = lengths.find((known) => BigInt(known) === value);
  if (value === undefined) environment.error(`Invalid length argument: ${problem}`);
  else if (length === undefined) environment.error('watchpoint length must be one of (1,2,4,8)');
  return length;
}

function parseMode(text: string, environment: ExpandEnvironment): (typeof modes)[number] | undefined {
  if (text === '' || /[^rwx]/.test(text)) {
    environment.error('watchpoint mode must be combination of (r,w,x)');
    return undefined;
  }
  if (new Set(text).size !== text.length) {
    environment.error('watchpoint modes may not be duplicated');
    return undefined;
  }
  const sorted = [...text].sort().join('');
  const mode = modes.find((known) => known === sorted);
  if (mode === undefined)
    environment.error(`invalid watchpoint mode: ${text}`, `supported modes: ${modes.join(',')}`);
  return mode;
}
