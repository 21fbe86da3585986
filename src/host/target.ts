/**
 * The machine as the compiler may ask about it (program/target.ts), each thing looked up when it is first asked for:
 * most programs need one tracepoint's format and nothing else, and listing or parsing what is not needed would cost
 * more than compiling. Answers are remembered, so that they stay the same for the life of the object.
 */
import { compileWildcard, hasWildcard } from '../base/wildcard.ts';
import type { Btf } from '../btf/btf.ts';
import { Features } from '../features/features.ts';
import { bpfFunctions } from '../kernel/bpf-functions.ts';
import { readClockNs, wallClockOffsetNs } from '../kernel/clock.ts';
import { possibleCpuCount } from '../kernel/cpu-list.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBtf, readModuleBtf } from '../kernel/kernel-btf.ts';
import { loadedModules, pidNamespace } from '../kernel/procfs.ts';
import { openTracefs, type Tracefs } from '../kernel/tracefs.ts';
import type { BpfProgramType } from '../program/program.ts';
import type { Target, TracepointFormat, UsdtSite, UserFunction } from '../program/target.ts';
import type { DebugFolder } from '../symbols/debug-file.ts';
import { KernelSymbols } from '../symbols/kernel-symbols.ts';
import { processBinary, resolveTarget } from '../symbols/resolve-target.ts';
import { allBinaries } from './all-binaries.ts';
import { cgroupId } from './cgroup-id.ts';
import { derivedFeatures } from './derived-features.ts';
import { KernelFunctions } from './kernel-functions.ts';
import { once, remembered } from './once.ts';
import { syscallName, syscallNumber } from './syscalls.ts';
import { rowsForLater, type UnwoundProcesses, unwindRowCount } from './unwind-rows.ts';
import { UserBinaries } from './user-binaries.ts';

export interface HostOptions {
  /** `-p`. */
  readonly targetPid?: number;
  /** The process of `-c`. */
  readonly childPid?: number;
  /** Whose stacks `dw_ustack` unwinds. */
  readonly unwound?: UnwoundProcesses;
  /** Features to do without, by name. */
  readonly withoutFeatures?: ReadonlySet<string>;
  /** Where to look for debug information, besides the usual folders. */
  readonly debugFolders?: readonly DebugFolder[];
  readonly features?: Features;
  /** Lines `function` or `function [module]`, instead of the kernel's own list of what can be traced. */
  readonly traceableFunctions?: readonly string[];
  /** Types to take for the kernel's, or none. */
  readonly btf?: { readonly types: Btf | undefined };
  /** The program is kept for a later run. */
  readonly forLater?: boolean;
  /** Told about files that are looked into. */
  readonly observer?: TargetObserver;
  readonly kernelSymbols?: KernelSymbols;
}

export interface TargetObserver {
  /** What a target written in a probe stands for. */
  target(written: string, found: readonly string[]): void;
  file(path: string): void;
}

export class HostTarget implements Target, Disposable {
  readonly features: Features;
  readonly childPid: number | undefined;
  readonly targetPid: number | undefined;
  readonly startBootNs: bigint;
  readonly forLater: boolean;
  readonly #observer: TargetObserver | undefined;
  readonly #unwindRows: () => number | undefined;
  readonly #btf: HostOptions['btf'];
  readonly #without: ReadonlySet<string>;
  readonly #symbols: KernelSymbols;
  readonly #binaries: UserBinaries;
  readonly #tracefs: () => Tracefs;
  readonly #pidNamespace = once(() => {
    const { device, inode, initial } = pidNamespace();
    return initial ? undefined : { device, inode };
  });
  readonly #taiOffsetNs: () => bigint;
  readonly #functions: KernelFunctions;
  readonly #moduleBtf = remembered(readModuleBtf);
  readonly #bpfFunctions: () => ReturnType<typeof bpfFunctions>;
  readonly #modules = once(() => new Set(loadedModules()));
  readonly #allBinaries = once(() => allBinaries().filter((path) => this.binaryProblem(path) === undefined));
  readonly #formats = remembered((name: string) => {
    const [subsystem = '', event = ''] = name.split(':');
    return this.#tracefs().format(subsystem, event);
  });
  readonly #resolved = remembered((path: string) =>
    resolveTarget(path, this.targetPid === undefined ? {} : { pid: this.targetPid }),
  );

  constructor(kernel: Kernel, options: HostOptions = {}) {
    this.features = options.features ?? new Features(kernel);
    this.targetPid = options.targetPid;
    this.childPid = options.childPid;
    this.forLater = options.forLater ?? false;
    this.#observer = options.observer;
    this.#btf = options.btf;
    this.startBootNs = readClockNs(kernel, 'boot');
    this.#binaries = new UserBinaries(options.debugFolders);
    const { unwound } = options;
    this.#unwindRows = once(() => {
      if (unwound !== undefined) return unwindRowCount(unwound);
      return this.forLater ? rowsForLater : undefined;
    });
    this.#without = options.withoutFeatures ?? new Set();
    this.#symbols = options.kernelSymbols ?? new KernelSymbols();
    this.#taiOffsetNs = once(() => wallClockOffsetNs(kernel, 'boot') - wallClockOffsetNs(kernel, 'tai'));
    this.#tracefs = once(() => openTracefs(kernel));
    this.#bpfFunctions = once(() => bpfFunctions(kernel));
    this.#functions = new KernelFunctions({
      tracefs: this.#tracefs,
      btf: () => this.btf,
      symbols: this.#symbols,
      ...(options.traceableFunctions === undefined ? {} : { list: options.traceableFunctions }),
    });
  }

  get isa() {
    return this.features.isa();
  }

  has(feature: string): boolean {
    if (this.#without.has(feature)) return false;
    const derived = derivedFeatures.get(feature);
    return derived === undefined ? this.features.has(feature) : derived(this.features);
  }

  get btf(): Btf | undefined {
    return this.#btf === undefined ? kernelBtf() : this.#btf.types;
  }

  get possibleCpus(): number {
    return possibleCpuCount();
  }

  get pidNamespace(): Target['pidNamespace'] {
    return this.#pidNamespace();
  }

  tracepointFormat(subsystem: string, event: string): TracepointFormat | undefined {
    return this.#formats(`${subsystem}:${event}`);
  }

  tracepoints(subsystem: string, event: string) {
    const tracefs = this.#tracefs();
    const matches = compileWildcard(event);
    return expandNames(subsystem, () => tracefs.subsystems()).flatMap((name) =>
      tracefs
        .events(name)
        .filter(matches)
        .map((found) => ({ subsystem: name, event: found })),
    );
  }

  /** By the typedefs that the kernel's BTF has of their functions. */
  rawTracepoints(pattern: string): readonly string[] {
    const prefix = 'btf_trace_';
    if (this.btf === undefined) return [];
    const found = [...this.btf.findAll(`${prefix}${pattern}`, 'typedef')];
    return [...new Set(found.map(({ name }) => name.slice(prefix.length)))].sort();
  }

  syscallNumber(name: string): number | undefined {
    return syscallNumber(name);
  }

  resolveBinary(path: string): readonly string[] {
    const found = this.#resolved(path);
    this.#observer?.target(path, found);
    return found;
  }

  userFunctions(path: string, pattern: string): readonly UserFunction[] {
    this.#observer?.file(path);
    return this.#binaries.functions(path, pattern);
  }

  usdtProbes(path: string): readonly UsdtSite[] {
    this.#observer?.file(path);
    return this.#binaries.usdtProbes(path);
  }

  kernelSymbol(name: string): bigint | undefined {
    return this.#symbols.address(name);
  }

  syscallName(number: number): string | undefined {
    return syscallName(number);
  }

  cgroupId(path: string): bigint | undefined {
    return cgroupId(path);
  }

  kfuncAllowed(name: string, programType: BpfProgramType): boolean {
    return !this.#without.has(name) && this.features.allowsKfunc(name, programType);
  }

  get taiOffsetNs(): bigint {
    return this.#taiOffsetNs();
  }

  get processBinary(): string | undefined {
    return this.targetPid === undefined ? undefined : processBinary(this.targetPid);
  }

  binaries(): readonly string[] {
    return this.#allBinaries();
  }

  binaryProblem(path: string): string | undefined {
    return this.#binaries.problem(path);
  }

  isInstructionStart(path: string, fn: UserFunction, offset: bigint): boolean | undefined {
    return this.#binaries.isInstructionStart(path, fn, offset);
  }

  userAddress(path: string, offset: bigint): bigint | undefined {
    return this.#binaries.addressOf(path, offset);
  }

  userSymbol(path: string, name: string) {
    this.#observer?.file(path);
    return this.#binaries.symbol(path, name);
  }

  get unwindRows(): number | undefined {
    return this.#unwindRows();
  }

  userParameters(path: string, address: bigint) {
    return this.#binaries.parameters(path, address);
  }

  userType(origin: string) {
    return this.#binaries.userType(origin);
  }

  sourceLocation(path: string, file: string, line: number, column: number | undefined) {
    return this.#binaries.sourceLine(path, file, line, column);
  }

  kernelFunctions(pattern: string) {
    return this.#functions.matching(pattern);
  }

  kernelFunctionAt(address: bigint): string | undefined {
    return this.#symbols.lookup(address)?.name;
  }

  kernelModules(): ReadonlySet<string> {
    return this.#modules();
  }

  moduleBtf(module: string): Btf | undefined {
    return this.#moduleBtf(module);
  }

  bpfFunctions() {
    return this.#bpfFunctions();
  }

  /** Closes the binaries that were looked into. */
  close(): void {
    this.#binaries.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function expandNames(pattern: string, all: () => readonly string[]): readonly string[] {
  return hasWildcard(pattern) ? all().filter(compileWildcard(pattern)) : [pattern];
}

export function hostTarget(kernel: Kernel, options: HostOptions = {}): HostTarget {
  return new HostTarget(kernel, options);
}
