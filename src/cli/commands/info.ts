/**
 * `--info`: what this machine can do, by trial. First the lines that scripts and test harnesses made for bpftrace
 * look for, under its names and in its form; then all that kscope asks of a kernel.
 */
import { machine, release, version } from 'node:os';
import { abilities } from '../../features/abilities.ts';
import { Features } from '../../features/features.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { languageVersion, versionLine } from '../version.ts';

type Answers = Pick<Features, 'has' | 'all'>;
type Line = readonly [name: string, value: string];

export function info(): number {
  process.stdout.write(infoText(new Features(nativeKernel())));
  return 0;
}

/** Names of bpftrace, and the features of the table that are meant. */
const familiar: readonly (readonly [section: string, lines: readonly (readonly [string, string])[]])[] = [
  [
    'Kernel helpers',
    [
      ['probe_read_user', 'probe_read_user'],
      ['probe_read_user_str', 'probe_read_user_str'],
      ['probe_read_kernel', 'probe_read_kernel'],
      ['probe_read_kernel_str', 'probe_read_kernel_str'],
      ['get_current_cgroup_id', 'get_current_cgroup_id'],
      ['send_signal', 'send_signal'],
      ['override_return', 'override_return'],
      ['get_boot_ns', 'ktime_get_boot_ns'],
      ['get_tai_ns', 'ktime_get_tai_ns'],
      ['dpath', 'd_path'],
      ['get_func_ip', 'get_func_ip'],
      ['jiffies64', 'jiffies64'],
      ['lookup_percpu_elem', 'map_lookup_percpu_elem'],
      ['loop', 'loop'],
    ],
  ],
  [
    'Kernel features',
    [
      ['Loop support', 'bounded_loops'],
      ['btf', 'btf'],
      ['module btf', 'module_btf'],
      ['map batch', 'map_batch'],
      ['uprobe refcount', 'uprobe_refcount'],
    ],
  ],
  [
    'Probe types',
    [
      ['kprobe', 'kprobe_pmu'],
      ['tracepoint', 'tracepoint'],
      ['perf_event', 'software_events'],
      ['fentry', 'fentry'],
      ['kprobe_multi', 'kprobe_multi'],
      ['uprobe_multi', 'uprobe_multi'],
      ['kprobe_session', 'kprobe_session'],
      ['iter', 'iter'],
    ],
  ],
];

export function infoText(features: Answers): string {
  const sections: readonly string[][] = [
    section('System', [
      ['OS', `Linux ${release()} ${version()}`],
      ['Arch', machine()],
      ['Node', process.version],
    ]),
    section('Build', [
      ['version', `v${languageVersion} (${versionLine('kscope')})`],
      ['LLVM', 'none, kscope has a compiler of its own'],
      ...abilities.map((ability): Line => [ability.familiarName, yesOrNo(ability.available)]),
    ]),
    ...familiar.map(([title, lines]) =>
      section(title, [
        ...(title === 'Kernel features' ? [instructionLimit(features)] : []),
        ...lines.map(([name, feature]): Line => [name, yesOrNo(features.has(feature))]),
      ]),
    ),
    everything(features),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const yesOrNo = (value: boolean) => (value ? 'yes' : 'no');
const instructionLimit = (features: Answers): Line => [
  'Instruction limit',
  features.has('large_programs') ? '1000000' : '4096',
];

function section(title: string, lines: readonly Line[]): string[] {
  return [title, ...lines.map(([name, value]) => `  ${name}: ${value}`)];
}

function everything(features: Answers): string[] {
  const reports = features.all();
  const width = Math.max(...reports.map(({ name }) => name.length)) + 2;
  const line = ({ name, answer, description }: (typeof reports)[number]) =>
    `  ${`${name}:`.padEnd(width)}${answer.padEnd(8)} ${description}`;
  return ['All that kscope may use', ...reports.map(line)];
}
