/**
 * Every option of the command: spelling, argument, what it does for the person who asks for help. The parser and
 * the usage text are made from this one table. `bpftrace` accepts the same spellings; what it has and kscope lacks
 * is here too, marked, so that the answer is a sentence and not "unrecognized option".
 */
export interface OptionEntry {
  /** The name under which parsed values are kept. */
  readonly name: OptionName;
  readonly short?: string;
  readonly long?: string;
  /** What stands for the argument in the usage text; absent for options without one. */
  readonly argument?: string;
  readonly help: string;
  readonly section: 'Program' | 'Output' | 'Processes' | 'Debugging' | 'Compatibility' | 'About';
  /** Accepted, with this note when it is used. */
  readonly unsupported?: string;
}

export type OptionName =
  | 'program'
  | 'list'
  | 'include'
  | 'includeDirectory'
  | 'unsafe'
  | 'dryRun'
  | 'format'
  | 'output'
  | 'outputFormat'
  | 'buffering'
  | 'quiet'
  | 'noWarnings'
  | 'warnings'
  | 'pid'
  | 'command'
  | 'usdtFileActivation'
  | 'dwarfPid'
  | 'verbose'
  | 'debug'
  | 'noFeature'
  | 'isa'
  | 'withoutPass'
  | 'info'
  | 'btf'
  | 'traceableFunctions'
  | 'debugInfo'
  | 'mode'
  | 'test'
  | 'bench'
  | 'emit'
  | 'aot'
  | 'emitElf'
  | 'emitLlvm'
  | 'probeFilter'
  | 'verifyLlvm'
  | 'help'
  | 'version';

// biome-ignore format: one option a line reads as the table it is
export const optionTable: readonly OptionEntry[] = [
  { section: 'Program', name: 'program', short: 'e', argument: 'PROGRAM', help: 'run this program text' },
  { section: 'Program', name: 'list', short: 'l', long: 'list', help: 'list the probes that match a pattern, or those of a program' },
  { section: 'Program', name: 'includeDirectory', short: 'I', argument: 'DIR', help: 'search this directory for #include files' },
  { section: 'Program', name: 'include', long: 'include', argument: 'FILE', help: 'begin with #include of this file' },
  { section: 'Program', name: 'probeFilter', long: 'probe-filter', argument: 'REGEX', help: 'keep only probes whose name matches, and begin and end' },
  { section: 'Program', name: 'unsafe', long: 'unsafe', help: 'allow functions that change the system: system(), signal() …' },
  { section: 'Program', name: 'dryRun', long: 'dry-run', help: 'compile, load and attach, then quit' },
  { section: 'Program', name: 'format', long: 'fmt', help: 'print the program in canonical form' },
  { section: 'Program', name: 'test', long: 'test', help: 'run the test probes and report on them' },
  { section: 'Program', name: 'bench', long: 'bench', help: 'run the bench probes many times and measure them' },
  { section: 'Program', name: 'emit', long: 'emit', argument: 'FILE', help: 'compile only, and write the program: kscope run FILE starts it' },
  { section: 'Program', name: 'aot', long: 'aot', argument: 'FILE', help: 'the same as a file that can be executed' },
  { section: 'Program', name: 'emitElf', long: 'emit-elf', argument: 'FILE', help: 'also write the program as a BPF object' },
  { section: 'Output', name: 'outputFormat', short: 'f', argument: 'FORMAT', help: 'text (default) or json' },
  { section: 'Output', name: 'output', short: 'o', long: 'output', argument: 'FILE', help: 'write results to this file' },
  { section: 'Output', name: 'buffering', short: 'B', argument: 'MODE', help: 'buffering of results: line (default), full or none' },
  { section: 'Output', name: 'quiet', short: 'q', long: 'quiet', help: 'do not say how many probes were attached' },
  { section: 'Output', name: 'warnings', short: 'k', long: 'warnings', help: 'also warn of failed memory reads and map look-ups' },
  { section: 'Output', name: 'noWarnings', long: 'no-warnings', help: 'no warnings of any kind' },
  { section: 'Processes', name: 'dwarfPid', long: 'dwarf-pid', argument: 'PID', help: 'let dw_ustack follow the stacks of this process, too' },
  { section: 'Processes', name: 'debugInfo', long: 'debuginfo', argument: 'DIR[:DIR]', help: 'look here, too, for files with the debug information of programs; +DIR also by checksum' },
  { section: 'Processes', name: 'pid', short: 'p', long: 'pid', argument: 'PID', help: 'trace this process; ends with it' },
  { section: 'Processes', name: 'command', short: 'c', long: 'cmd', argument: 'COMMAND', help: 'run a command and trace until it ends' },
  { section: 'Processes', name: 'usdtFileActivation', long: 'usdt-file-activation', help: 'accepted: semaphores are raised in every process anyway' },
  { section: 'Debugging', name: 'verbose', short: 'v', long: 'verbose', help: 'say what is attached and how; with -l show arguments' },
  { section: 'Debugging', name: 'debug', short: 'd', long: 'debug', argument: 'STAGE', help: 'show what is made of the program: ast, types, codegen, codegen-opt, asm, libbpf, verifier, all, after:PASS' },
  { section: 'Debugging', name: 'noFeature', long: 'no-feature', argument: 'LIST', help: 'do without kprobe_multi, kprobe_session, uprobe_multi, attach_lowering' },
  { section: 'Debugging', name: 'isa', long: 'isa', argument: 'VERSION', help: 'use this version of the BPF instruction set: v1, v2, v3 or v4' },
  { section: 'Debugging', name: 'withoutPass', long: 'without-pass', argument: 'LIST', help: 'leave out passes of the optimiser; help lists them' },
  { section: 'Compatibility', name: 'btf', short: 'b', long: 'btf', help: 'accepted, no effect' },
  { section: 'Compatibility', name: 'mode', long: 'mode', argument: 'MODE', help: 'codegen, compiler-bench, bench, test or format' },
  { section: 'Debugging', name: 'traceableFunctions', long: 'traceable-functions', argument: 'FILE', help: 'take the functions that can be traced from this list' },
  { section: 'Compatibility', name: 'emitLlvm', long: 'emit-llvm', argument: 'PREFIX', help: 'write the intermediate form: PREFIX.original.ll, PREFIX.optimized.ll' },
  { section: 'Compatibility', name: 'verifyLlvm', long: 'verify-llvm-ir', help: 'accepted: the intermediate form is always checked by the tests' },
  { section: 'About', name: 'info', long: 'info', help: 'what this kernel can do' },
  { section: 'About', name: 'help', short: 'h', long: 'help', help: 'this text' },
  { section: 'About', name: 'version', short: 'V', long: 'version', help: 'the version' },
];
