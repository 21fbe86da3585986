/**
 * From the words of the command line to what is to be done: checks that need nothing but the words, in the order and
 * with the texts of the language reference (section 1.2).
 */
import type { Buffering } from '../output/writer.ts';
import type { SelfTestMode } from '../program/program.ts';
import type { IsaVersion } from '../program/target.ts';
import type { DebugFolder } from '../symbols/debug-file.ts';
import { GetoptError, getopt, type ParsedWords } from './getopt.ts';
import { exitStatus, UserError } from './mistakes.ts';
import { type OptionName, optionTable } from './option-table.ts';

export type Invocation =
  | { readonly kind: 'help' | 'version' | 'info' }
  | {
      readonly kind: 'list';
      readonly pattern: string | undefined;
      readonly program: string | undefined;
      readonly common: CommonOptions;
    }
  | { readonly kind: 'format'; readonly source: SourceOptions; readonly common: CommonOptions }
  | {
      readonly kind: 'run';
      readonly mode: RunMode;
      /** The words it was read from. */
      readonly words: readonly string[];
      /** Options that were given. */
      readonly given: readonly { readonly name: OptionName; readonly spelling: string }[];
      readonly source: SourceOptions;
      readonly common: CommonOptions;
    };

/** What is done with a program besides formatting it: `codegen` and `compiler-bench` end before the kernel. */
export type RunMode = 'run' | SelfTestMode | 'codegen' | 'compiler-bench';

/** `-e`, or a file; `-` for standard input. */
export type SourceOptions = ({ readonly text: string } | { readonly file: string }) & {
  readonly positionals: readonly string[];
  readonly named: ReadonlyMap<string, string>;
};

export interface CommonOptions {
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly noWarnings: boolean;
  readonly warnings: boolean;
  readonly unsafe: boolean;
  /** Keeps probes by name. */
  readonly probeFilter: ((name: string) => boolean) | undefined;
  readonly dryRun: boolean;
  readonly outputFormat: 'text' | 'json';
  readonly outputFile: string | undefined;
  readonly buffering: Buffering;
  readonly pid: number | undefined;
  readonly command: readonly string[] | undefined;
  readonly debugStages: ReadonlySet<DebugStage>;
  readonly withoutFeatures: ReadonlySet<string>;
  readonly isa: IsaVersion | undefined;
  readonly withoutPasses: ReadonlySet<string>;
  readonly includeFiles: readonly string[];
  readonly includeDirectories: readonly string[];
  readonly debugFolders: readonly DebugFolder[];
  /** A file with the functions that can be traced. */
  readonly traceableFunctions: string | undefined;
  /** Where the intermediate form is written: names of files begin so. */
  readonly emitIr: string | undefined;
  /** Compile only, for `kscope run`. */
  readonly emitProgram: EmitOptions | undefined;
  /** A BPF object to write before the program runs. */
  readonly emitElf: string | undefined;
  /** More processes whose stacks dw_ustack may follow. */
  readonly dwarfPids: readonly number[];
}

export interface EmitOptions {
  readonly path: string;
  /** The file starts itself. */
  readonly executable: boolean;
}

export const debugStages = [
  'parse',
  'ast',
  'types',
  'codegen',
  'codegen-opt',
  'asm',
  'dis',
  'libbpf',
  'verifier',
] as const;
/** `after:PASS` is what a pass of the optimiser left, each time that it changed something. */
export type DebugStage = (typeof debugStages)[number] | `after:${string}`;

/** @throws UserError */
export function parseInvocation(words: readonly string[], command: string): Invocation {
  const parsed = split(words, command);
  const has = (name: OptionName) => parsed.options.has(name);
  if (has('help')) return { kind: 'help' };
  if (has('version')) return { kind: 'version' };
  if (has('info')) return { kind: 'info' };
  rejectUnsupported(parsed);
  const mode = modeOf(parsed);
  const common = commonOptions(parsed);
  if (has('list')) return listInvocation(parsed, common);
  const source = sourceOf(parsed);
  return mode === 'format'
    ? { kind: 'format', source, common }
    : { kind: 'run', mode, words, given: givenOptions(parsed), source, common };
}

function split(words: readonly string[], command: string): ParsedWords {
  try {
    return getopt(words, optionTable, command);
  } catch (error) {
    if (!(error instanceof GetoptError)) throw error;
    throw new UserError(error.message, { showUsage: true });
  }
}

function rejectUnsupported({ options }: ParsedWords): void {
  for (const { name, short, long, unsupported } of optionTable) {
    if (unsupported !== undefined && options.has(name)) {
      throw new UserError(`${long === undefined ? `-${short}` : `--${long}`}: ${unsupported}.`);
    }
  }
}

function givenOptions({ options }: ParsedWords) {
  return optionTable
    .filter(({ name }) => options.has(name))
    .map(({ name, short, long }) => ({ name, spelling: long === undefined ? `-${short}` : `--${long}` }));
}

function last({ options }: ParsedWords, name: OptionName): string | undefined {
  return options.get(name)?.at(-1);
}

const modes = ['codegen', 'compiler-bench', 'bench', 'test', 'format'] as const;

/** Options that stand for a mode, and their spelling. */
const modeOptions: ReadonlyMap<OptionName, { readonly spelling: string; readonly mode: RunMode | 'format' }> =
  new Map([
    ['test', { spelling: '--test', mode: 'test' }],
    ['bench', { spelling: '--bench', mode: 'bench' }],
    ['format', { spelling: '--fmt', mode: 'format' }],
  ]);

function modeOf(parsed: ParsedWords): RunMode | 'format' {
  const named = namedMode(last(parsed, 'mode'));
  const short = [...parsed.options.keys()].flatMap((name) => modeOptions.get(name) ?? []);
  const excess = named === undefined ? short[1] : short[0];
  if (excess !== undefined) throw new UserError(`USAGE: ${excess.spelling} conflicts with existing --mode`);
  return named ?? short[0]?.mode ?? 'run';
}

function namedMode(text: string | undefined): RunMode | 'format' | undefined {
  const mode = modes.find((known) => known === text);
  if (text === undefined || mode !== undefined) return mode;
  throw new UserError("USAGE: --mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.");
}

function listInvocation(parsed: ParsedWords, common: CommonOptions): Invocation {
  if (parsed.operands.length > 1) throw new UserError('', { showUsage: true });
  return { kind: 'list', pattern: parsed.operands[0], program: last(parsed, 'program'), common };
}

function sourceOf(parsed: ParsedWords): SourceOptions {
  const text = last(parsed, 'program');
  if (text === '') throw new UserError('', { showUsage: true });
  if (text !== undefined) return { text, ...parameters(parsed.operands) };
  const [file, ...rest] = parsed.operands;
  if (file !== undefined) return { file, ...parameters(rest) };
  if (parsed.options.size === 0) throw new UserError('', { showUsage: true });
  throw new UserError("USAGE: filename or -e 'program' required.");
}

/** Words that begin with `--` are named parameters; without `=` their value is `true`. */
function parameters(words: readonly string[]): Pick<SourceOptions, 'positionals' | 'named'> {
  const named = words
    .filter((word) => word.startsWith('--'))
    .map((word) => {
      const equals = word.indexOf('=');
      return equals < 0
        ? ([word.slice(2), 'true'] as const)
        : ([word.slice(2, equals), word.slice(equals + 1)] as const);
    });
  return { positionals: words.filter((word) => !word.startsWith('--')), named: new Map(named) };
}

function commonOptions(parsed: ParsedWords): CommonOptions {
  const { options } = parsed;
  const has = (name: OptionName) => options.has(name);
  if ((options.get('warnings')?.length ?? 0) > 1) {
    throw new UserError(
      'USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.',
    );
  }
  if (has('warnings') && has('noWarnings'))
    throw new UserError('USAGE: -k, --warnings conflicts with --no-warnings');
  if (has('warnings') && has('aot')) throw new UserError('Cannot use -k with --aot');
  const command = commandOf(last(parsed, 'command'));
  if (command !== undefined && has('pid'))
    throw new UserError('USAGE: Cannot use both -c and -p.', { showUsage: true });
  return {
    verbose: has('verbose'),
    quiet: has('quiet'),
    noWarnings: has('noWarnings'),
    warnings: has('warnings'),
    unsafe: has('unsafe'),
    probeFilter: probeFilterOf(last(parsed, 'probeFilter')),
    dryRun: has('dryRun'),
    outputFormat: outputFormatOf(last(parsed, 'outputFormat')),
    outputFile: last(parsed, 'output'),
    buffering: bufferingOf(last(parsed, 'buffering')),
    pid: pidOf(last(parsed, 'pid')),
    command,
    debugStages: stagesOf(options.get('debug') ?? []),
    withoutFeatures: featuresOf(options.get('noFeature') ?? []),
    isa: isaOf(last(parsed, 'isa')),
    withoutPasses: new Set((options.get('withoutPass') ?? []).flatMap((value) => value.split(','))),
    includeFiles: options.get('include') ?? [],
    includeDirectories: options.get('includeDirectory') ?? [],
    dwarfPids: (options.get('dwarfPid') ?? []).flatMap((text) => pidOf(text) ?? []),
    debugFolders: (options.get('debugInfo') ?? []).flatMap(debugFoldersOf),
    traceableFunctions: last(parsed, 'traceableFunctions'),
    emitIr: last(parsed, 'emitLlvm'),
    emitProgram: emitOptions(parsed),
    emitElf: last(parsed, 'emitElf'),
  };
}

function emitOptions(parsed: ParsedWords): EmitOptions | undefined {
  const [path, executable] = [last(parsed, 'emit'), last(parsed, 'aot')];
  if (executable !== undefined) return { path: executable, executable: true };
  return path === undefined ? undefined : { path, executable: false };
}

/** `DIR:DIR`; with `+` in front files there may also be known by their checksum. */
function debugFoldersOf(text: string): DebugFolder[] {
  const words = text.split(':').filter((word) => word !== '' && word !== '+');
  return words.map((word) => ({ path: word.replace(/^\+/, ''), byChecksum: word.startsWith('+') }));
}

/** A search, as in `grep -E`. */
function probeFilterOf(text: string | undefined): ((name: string) => boolean) | undefined {
  if (text === undefined) return undefined;
  try {
    const expression = new RegExp(text);
    return (name) => expression.test(name);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error);
    throw new UserError(`Invalid --probe-filter regex '${text}': ${reason}`, { status: exitStatus.refused });
  }
}

function outputFormatOf(text = 'text'): 'text' | 'json' {
  if (text === 'text' || text === 'json') return text;
  throw new UserError(`Invalid output format "${text}"\nValid formats: 'text', 'json'`);
}

function bufferingOf(text = 'line'): Buffering {
  if (text === 'line' || text === 'full' || text === 'none') return text;
  throw new UserError("USAGE: -B must be either 'line', 'full', or 'none'.");
}

/** PID_MAX_LIMIT of 64-bit kernels. */
const largestPid = 0x400000;

function pidOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : undefined;
  if (number === undefined) throw new UserError(`Failed to parse pid: invalid integer: ${text}`);
  if (number > largestPid || number < 1) throw new UserError(`Pid out of range: ${text}`);
  return number;
}

/** Split at spaces: there is no shell. An empty command is as none. */
function commandOf(text: string | undefined): readonly string[] | undefined {
  const words = text?.split(' ').filter((word) => word !== '') ?? [];
  return words.length === 0 ? undefined : words;
}

function stagesOf(values: readonly string[]): ReadonlySet<DebugStage> {
  const stages = values
    .flatMap((value) => value.split(','))
    .flatMap((name) => {
      if (name === 'all') return debugStages;
      if (isAfterPass(name)) return name;
      const stage = debugStages.find((known) => known === name);
      if (stage === undefined) throw new UserError(`USAGE: invalid option for -d: ${name}`);
      return stage;
    });
  return new Set(stages);
}

function isAfterPass(name: string): name is `after:${string}` {
  return name.startsWith('after:');
}

const isaVersions: ReadonlyMap<string, IsaVersion> = new Map([
  ['v1', 1],
  ['v2', 2],
  ['v3', 3],
  ['v4', 4],
]);

function isaOf(text: string | undefined): IsaVersion | undefined {
  if (text === undefined) return undefined;
  const version = isaVersions.get(text);
  if (version === undefined)
    throw new UserError(`USAGE: --isa can only be ${[...isaVersions.keys()].join(', ')}; it is '${text}'.`);
  return version;
}

const optionalFeatures = ['kprobe_multi', 'kprobe_session', 'uprobe_multi'];
/** Not of the kernel and not of the language's own command: tracepoints are then attached one by one, as named. */
const ownFeatures = ['attach_lowering'];

function featuresOf(values: readonly string[]): ReadonlySet<string> {
  const names = values.flatMap((value) => value.split(','));
  if (names.every((name) => [...optionalFeatures, ...ownFeatures].includes(name))) return new Set(names);
  throw new UserError(`USAGE: --no-feature can only have values '${optionalFeatures.join(',')}'.`);
}
