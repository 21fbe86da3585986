/**
 * Source text → Program. A pure function: it opens no file and calls no kernel, everything it needs to know about
 * the machine is in `target`; compiling the same text twice gives the same bytes.
 *
 * Phases: 1-parse (text → tree), 2-expand (macros, parameters, config), 3-check (types, names, probes), 4-lower
 * (→ intermediate form), 5-optimise, 6-emit (→ bytes).
 */
import type { FunctionSpec, Program, SelfTestMode } from '../program/program.ts';
import type { IsaVersion, Target } from '../program/target.ts';
import { parse } from './1-parse/parse.ts';
import { type Config, defaultConfig } from './2-expand/config.ts';
import { expand } from './2-expand/expand.ts';
import { type ImportReader, mergeImports } from './2-expand/imports.ts';
import { checkProgram } from './3-check/check-program.ts';
import { KernelTypes } from './3-check/kernel-types.ts';
import { externalTypes, ProgramTypes } from './3-check/program-types.ts';
import { selfTestOf } from './3-check/self-tests.ts';
import { type LoweredFunction, lowerProgram } from './4-lower/lower-program.ts';
import { emit, ProgramTooLargeError, StackLimitError } from './6-emit/emit.ts';
import type { ProgramAst, Source } from './ast.ts';
import { type CDefinitions, noCDefinitions, readCDefinitions } from './c/read-definitions.ts';
import { TooManyInstructionsError } from './ir/too-many-instructions.ts';
import type { IrFunction, IrModule } from './ir.ts';
import type { Diagnostic } from './messages/diagnostic.ts';
import { messages } from './messages/messages.ts';
import { Reporter } from './messages/reporter.ts';
import { optimise } from './passes.ts';
import { findAggregate, findFunction } from './vocabulary/registry.ts';

export interface CompileOptions {
  /** What diagnostics call the source: `stdin`, or the file as it was given. */
  readonly name?: string;
  /** `$1` … */
  readonly positionals?: readonly string[];
  /** Named program parameters. */
  readonly named?: ReadonlyMap<string, string>;
  /** Environment variables, for `BPFTRACE_*` settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Headers to read before the program (`--include`). */
  readonly headers?: readonly string[];
  /**
   * The text of a header, its name being the path it was found under. `from` is the including file as named to
   * the compiler, undefined for `<…>` and for {@link headers}. Undefined when there is no such header: types of the
   * system's headers then come from BTF. The text is a byte string, see ast.ts.
   */
  readonly readInclude?: (path: string, from: string | undefined) => Source | undefined;
  /** The files behind the path of an `import`; without it nothing can be imported. Texts are byte strings. */
  readonly readImport?: ImportReader;
  /** Allow functions that change the traced system: `signal`, `override`, `system`, `write_user`. */
  readonly unsafe?: boolean;
  /** Say at run time which memory reads and look-ups of elements failed; without it they just give zero. */
  readonly warnings?: boolean;
  /** Keeps the probes that it accepts by full name; begin and end are always kept. */
  readonly probeFilter?: (name: string) => boolean;
  /** Test and benchmark probes that are to be run; the others are only checked. */
  readonly selfTests?: ReadonlySet<SelfTestMode>;
  /** Instruction set to emit, instead of the best that the target has. */
  readonly isa?: IsaVersion;
  /** Optimisation passes to leave out, by name. */
  readonly disabledPasses?: ReadonlySet<string>;
  /** Sees the result of each stage, for dumps. */
  readonly onStage?: (stage: CompileStage) => void;
}

export type CompileStage =
  | { readonly kind: 'ast'; readonly after: 'parse' | 'expand'; readonly ast: ProgramAst }
  | {
      readonly kind: 'ir';
      readonly after: 'lower' | 'optimise';
      readonly name: string;
      readonly module: IrModule;
    }
  /** A pass of the optimiser changed a function of the program. */
  | { readonly kind: 'pass'; readonly pass: string; readonly name: string; readonly function: IrFunction }
  | { readonly kind: 'code'; readonly name: string; readonly function: FunctionSpec };

export interface CompileResult {
  /** Undefined when there were errors, or when there is nothing to attach. */
  readonly program: Program | undefined;
  /** Errors first, then warnings, as they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  readonly config: Config;
  /** Tests that the program has, but that were not asked for. */
  readonly testsLeftOut: ReadonlySet<SelfTestMode>;
}

/** `source` as a JavaScript string, or its bytes as read from a file. */
export function compile(
  source: string | Uint8Array,
  target: Target,
  options: CompileOptions = {},
): CompileResult {
  const reporter = new Reporter();
  const text: Source = { name: options.name ?? 'stdin', text: toByteString(source) };
  const testsLeftOut = new Set<SelfTestMode>();
  const { program, config } = runPhases(text, target, options, reporter, testsLeftOut);
  return { program, diagnostics: reporter.inDisplayOrder(), config, testsLeftOut };
}

function runPhases(
  source: Source,
  target: Target,
  options: CompileOptions,
  reporter: Reporter,
  testsLeftOut: Set<SelfTestMode>,
): { program: Program | undefined; config: Config } {
  const positionals = options.positionals ?? [];
  const parseSource = (text: Source) => parse(text, reporter, { positionals });
  const own = parseSource(source);
  if (own === undefined || reporter.hasErrors) return { program: undefined, config: defaultConfig };
  options.onStage?.({ kind: 'ast', after: 'parse', ast: own });
  const parsed = mergeImports(own, { reporter, parse: parseSource, readImport: options.readImport });
  if (reporter.hasErrors) return { program: undefined, config: defaultConfig };
  const kernelTypes = new KernelTypes(target);
  const c = readC(parsed, kernelTypes, options, reporter);
  if (c === undefined) return { program: undefined, config: defaultConfig };
  const { ast, config } = expand(parsed, {
    reporter,
    positionals,
    ...(options.named === undefined ? {} : { named: options.named }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    isFunction: (name) => findFunction(name) !== undefined || findAggregate(name) !== undefined,
    cMacros: c.macros,
  });
  if (reporter.hasErrors) return { program: undefined, config };
  options.onStage?.({ kind: 'ast', after: 'expand', ast });
  const checked = checkProgram(
    ast,
    {
      target,
      types: new ProgramTypes(kernelTypes, c.types, (origin) => target.userType?.(origin)),
      config,
      unsafe: options.unsafe ?? false,
      probeFilter: options.probeFilter,
    },
    reporter,
  );
  const probes = (checked?.probes ?? []).filter((probe) => {
    const mode = selfTestOf(probe);
    if (mode === undefined || options.selfTests?.has(mode)) return true;
    testsLeftOut.add(mode);
    return false;
  });
  if (checked === undefined || probes.length === 0) return { program: undefined, config };
  const lowered = withinLimits(reporter, () =>
    lowerProgram({ ...checked, probes }, target, config, options.warnings ?? false),
  );
  if (lowered === undefined) return { program: undefined, config };
  const { builder, functions, attachments } = lowered;
  const specs = functions.flatMap((one) => emitFunction(one, target, options, reporter) ?? []);
  if (reporter.hasErrors) return { program: undefined, config };
  const program: Program = {
    maps: builder.maps,
    functions: specs,
    attachments,
    userMaps: builder.userMaps,
    events: builder.events,
    ringBuffer: builder.ringIndex,
    lossCounters: builder.lossIndex,
    ...(builder.unwindIndexes === undefined ? {} : { unwind: builder.unwindIndexes }),
    license: config.license,
    sourceName: source.name,
  };
  return { program, config };
}

/** The kernel's types are not looked at for a program without C: opening them takes time. */
function readC(
  { cDefinitions }: ProgramAst,
  kernelTypes: KernelTypes,
  { headers = [], readInclude }: CompileOptions,
  reporter: Reporter,
): CDefinitions | undefined {
  if (cDefinitions.length === 0 && headers.length === 0) return noCDefinitions;
  const hasBtf = kernelTypes.btf !== undefined;
  return readCDefinitions(cDefinitions, reporter, {
    headers,
    predefined: hasBtf ? ['BPFTRACE_HAVE_BTF'] : [],
    ...(hasBtf ? { external: externalTypes(kernelTypes) } : {}),
    ...(readInclude === undefined ? {} : { readInclude }),
  });
}

/** Undefined, and reported, when a probe repeats itself beyond all bounds. */
function withinLimits<T>(reporter: Reporter, lower: () => T): T | undefined {
  try {
    return lower();
  } catch (error) {
    if (!(error instanceof TooManyInstructionsError)) throw error;
    reporter.error(error.span, messages.tooMuchForBpf(error.message));
    return undefined;
  }
}

/** Undefined, and reported, when the program is too much for BPF. */
function emitFunction(
  lowered: LoweredFunction,
  target: Target,
  options: CompileOptions,
  reporter: Reporter,
): FunctionSpec | undefined {
  for (const attempt of [() => lowered, lowered.withLeastStack]) {
    try {
      return emitOnce(attempt(), target, options);
    } catch (error) {
      if (error instanceof StackLimitError && attempt !== lowered.withLeastStack) continue;
      if (!(error instanceof StackLimitError || error instanceof ProgramTooLargeError)) throw error;
      reporter.error(lowered.span, messages.tooMuchForBpf(error.message));
    }
  }
  return undefined;
}

function emitOnce({ spec, module }: LoweredFunction, target: Target, options: CompileOptions): FunctionSpec {
  const { name } = spec;
  options.onStage?.({ kind: 'ir', after: 'lower', name, module });
  const { disabledPasses, onStage } = options;
  const optimised = optimise(module, {
    ...(disabledPasses === undefined ? {} : { disabled: disabledPasses }),
    ...(onStage === undefined
      ? {}
      : { onChange: (pass, fn) => onStage({ kind: 'pass', pass: pass.name, name, function: fn }) }),
  });
  options.onStage?.({ kind: 'ir', after: 'optimise', name, module: optimised });
  const { code, relocations, sourceMap, functions, facts } = emit(optimised, {
    isa: options.isa ?? target.isa,
    name,
  });
  const several = functions.length > 1 ? { functions } : {};
  const later = facts.length > 0 ? { facts } : {};
  const made: FunctionSpec = { ...spec, code, relocations, ...later, ...several, sourceMap };
  options.onStage?.({ kind: 'code', name, function: made });
  return made;
}

/** One character for each byte of the UTF-8 text: offsets are then byte offsets. */
function toByteString(source: string | Uint8Array): string {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}
