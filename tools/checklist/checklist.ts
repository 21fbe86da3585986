/**
 * `kscope checklist [SECONDS]`: the first minute on an unknown machine in one report. What the kernel tells for free
 * comes first (load, log, CPUs, processes, disks, memory, network); then the tools that show single events run
 * together; then what stands out.
 */
import { readdirSync } from 'node:fs';
import { nativeKernel } from '../../src/kernel/native.ts';
import { toByteString } from '../../src/output/byte-string.ts';
import { Writer } from '../../src/output/writer.ts';
import { decimal, flag } from '../../src/tools/options/option.ts';
import { parseOptions } from '../../src/tools/options/parse-options.ts';
import { readText } from '../../src/tools/run/read-text.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { readKernelLog } from './kernel-log.ts';
import { Progress } from './progress.ts';
import { reportJson, reportText } from './report.ts';
import { type StartedLook, startLook } from './section.ts';
import { cpus, processes, system } from './sections/cpu.ts';
import { disks } from './sections/disk.ts';
import { kernelLog, load } from './sections/load.ts';
import { memory } from './sections/memory.ts';
import { interfaces, tcp } from './sections/network.ts';
import { type ToolReport, ToolReports } from './tool-reports.ts';

const options = {
  seconds: decimal({
    short: 'd',
    long: 'duration',
    argument: 'SECONDS',
    operand: 0,
    default: 10,
    help: 'how long to look (default 10)',
  }),
  json: flag({ short: 'j', long: 'json', help: 'the report as one JSON object' }),
  noTools: flag({
    long: 'no-tools',
    help: 'only what /proc tells: no program runs, no privileges are needed',
  }),
  help: flag({ short: 'h', long: 'help', help: 'this text' }),
};

/** What is run together, in the order in which it is read. */
const toolCommands: readonly (readonly [name: string, ...words: string[]])[] = [
  ['execsnoop'],
  ['opensnoop', '-x'],
  ['fsslower'],
  ['biolatency'],
  ['biosnoop'],
  ['cachestat'],
  ['tcpconnect'],
  ['tcpaccept'],
  ['tcpretrans'],
  ['runqlat'],
  ['profile'],
];

const usage = `Usage: kscope checklist [OPTIONS] [SECONDS]

The first look at a machine: load, errors of the kernel, CPUs, processes, disks,
memory and network as /proc has them, then ${toolCommands.length} tools together, as one report.

Options
  -d, --duration SECONDS   how long to look (default 10)
  -j, --json               the report as one JSON object
      --no-tools           only what /proc tells: no program runs, no privileges
                           are needed
  -h, --help               this text
`;

export interface ChecklistHost {
  readonly tools: readonly Tool[];
  readonly requirePrivileges: () => void;
  readonly onStop: (stop: () => void) => Disposable;
}

/** @returns the exit status. @throws ToolUsageError */
export async function checklist(words: readonly string[], host: ChecklistHost): Promise<number> {
  const values = parseOptions(options, words);
  const out = new Writer(1);
  if (values.help) {
    out.write(usage);
    out.flush();
    return 0;
  }
  if (!values.noTools) host.requirePrivileges();
  const looks = allLooks();
  const started = performance.now();
  const reports = await watch(values.seconds, values.noTools ? [] : wantedTools(host.tools), host);
  const seconds = (performance.now() - started) / 1000;
  const sections = looks.map((look) => ({ ...look, ...look.finish(seconds) }));
  const report = { seconds, sections, tools: reports };
  out.write(toByteString(values.json ? reportJson(report) : reportText(report)));
  out.flush();
  return 0;
}

function wantedTools(tools: readonly Tool[]): readonly (readonly [Tool, readonly string[]])[] {
  return toolCommands.flatMap(([name, ...words]) => {
    const tool = tools.find((one) => one.name === name);
    return tool === undefined ? [] : [[tool, words] as const];
  });
}

/** The kernel's log is no file that has an end. */
const readSource = (path: string) => (path === '/dev/kmsg' ? readKernelLog() : readText(path));

const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

function allLooks(): readonly StartedLook[] {
  return [
    startLook(load, readSource),
    startLook(kernelLog, readSource),
    startLook(system, readSource),
    startLook(cpus, readSource),
    startLook(processes(pids), readSource),
    startLook(disks, readSource),
    startLook(memory, readSource),
    startLook(interfaces, readSource),
    startLook(tcp, readSource),
  ];
}

async function watch(
  seconds: number,
  tools: readonly (readonly [Tool, readonly string[]])[],
  host: ChecklistHost,
): Promise<readonly ToolReport[]> {
  using reports = new ToolReports(nativeKernel(), tools);
  using progress = new Progress(seconds);
  const ended = new Promise<void>((resolve) => {
    progress.onEnd = resolve;
  });
  using _signals = host.onStop(() => progress.end());
  const running = reports.run();
  progress.start();
  await ended;
  reports.stop();
  return await running;
}
