/** Features of the system around BPF. */
import { existsSync, readdirSync } from 'node:fs';
import { Attr } from '../../kernel/attr.ts';
import { BpfCommand } from '../../kernel/bpf-constants.ts';
import { Errno } from '../../kernel/errno.ts';
import { SyscallError } from '../../kernel/errors.ts';
import { code, exit, load64Immediate, movImmediate } from '../../kernel/mini-code.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import type { Answer, FeatureProbe, Trial } from '../feature.ts';

const btfDirectory = '/sys/kernel/btf';
/** PERF_COUNT_HW_CPU_CYCLES and PERF_COUNT_SW_CPU_CLOCK. */
const firstEvent = 0;

function hasModuleBtf(): Answer {
  if (!existsSync(btfDirectory)) return 'no';
  return readdirSync(btfDirectory).some((name) => name !== 'vmlinux') ? 'yes' : 'no';
}

function tryPerfEvent(trial: Trial, kind: 'hardware' | 'software'): Answer {
  try {
    openPerfEvent(
      trial.kernel,
      { kind, event: firstEvent, rate: { period: 1_000_000n } },
      { pid: 0 },
    ).close();
    return 'yes';
  } catch (error) {
    if (error instanceof SyscallError) return trial.judge(-error.errno);
    throw error;
  }
}

/** BPF_PSEUDO_BTF_ID (linux/bpf.h) */
const pseudoBtfId = 3;

/** Needs their addresses in /proc/kallsyms (CONFIG_KALLSYMS_ALL). Every kernel has run queues. */
function tryKernelVariable(trial: Trial): Answer {
  const id = trial.btf?.find('runqueues', 'var');
  if (id === undefined) return 'no';
  const program = code(load64Immediate(1, pseudoBtfId, id), movImmediate(0, 0), exit());
  return trial.loads({ type: 'raw_tracepoint', code: program });
}

/**
 * Watches memory of our own, writes to it, and looks whether that was noticed: some virtual machines take the debug
 * registers and deliver nothing. When all are in use (ENOSPC), there are some.
 */
function tryWatchpoint(trial: Trial): Answer {
  // A buffer of its own, which V8 does not move.
  const watched = new Uint8Array(new ArrayBuffer(8));
  const address = trial.kernel.addressOf(watched);
  try {
    using event = openPerfEvent(
      trial.kernel,
      { kind: 'breakpoint', address, length: 8, mode: 'w' },
      { pid: 0 },
    );
    event.enable();
    watched[0] = 1;
    return event.count() > 0n ? 'yes' : 'no';
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return error.errno === Errno.ENOSPC ? 'yes' : trial.judge(-error.errno);
  }
}

export const systemProbes: readonly FeatureProbe[] = [
  {
    name: 'btf',
    since: '5.4',
    description: 'types of the kernel',
    probe: () => (existsSync(`${btfDirectory}/vmlinux`) ? 'yes' : 'no'),
  },
  {
    name: 'module_btf',
    since: '5.11',
    description: 'types of kernel modules that are loaded',
    probe: hasModuleBtf,
  },
  {
    name: 'kernel_variables',
    since: '5.10',
    description: 'addresses of variables of the kernel',
    probe: tryKernelVariable,
  },
  {
    name: 'run_statistics',
    since: '5.8',
    description: 'run time and run count of programs',
    probe: (trial) => trial.judge(new Attr(trial.kernel, 4).bpf(BpfCommand.BPF_ENABLE_STATS)),
  },
  {
    name: 'software_events',
    since: '2.6.32',
    description: 'software events and timers',
    probe: (trial) => tryPerfEvent(trial, 'software'),
  },
  {
    name: 'hardware_events',
    since: '2.6.32',
    description: 'hardware counters',
    probe: (trial) => tryPerfEvent(trial, 'hardware'),
  },
  {
    name: 'watchpoints',
    since: '2.6.33',
    description: 'debug registers that watch memory, and deliver hits',
    probe: tryWatchpoint,
  },
];
