/**
 * From a compiled program to kernel objects: maps are made and filled, code is copied and pointed at them, each
 * function is loaded once, however many attachments use it. Everything made belongs to the LoadedProgram; when
 * something fails half-way, what was made before is given back before the error is thrown.
 */
import { must } from '../base/assert.ts';
import type { Btf } from '../btf/btf.ts';
import type { BpfMap } from '../kernel/bpf-map.ts';
import { type BpfProgram, loadProgram, type ProgramSource } from '../kernel/bpf-program.ts';
import { closeAll } from '../kernel/fd.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBtf } from '../kernel/kernel-btf.ts';
import type { FunctionSpec, MapSpec, Program } from '../program/program.ts';
import { attachTypeOf, tracingTarget } from './attach-target.ts';
import { functionInfo } from './function-info.ts';
import { loadMap } from './load-map.ts';
import { relocate } from './relocate.ts';
import { withSourcePlace } from './source-place.ts';

export interface LoadOptions {
  /** The kernel's types; asked for only when a function needs them. By default read from /sys/kernel/btf. */
  readonly btf?: () => Btf | undefined;
  /** Told about each object that was made, with what it was made of. */
  readonly onLoaded?: (object: LoadedObject) => void;
}

export type LoadedObject =
  | { readonly kind: 'map'; readonly spec: MapSpec }
  | { readonly kind: 'program'; readonly spec: FunctionSpec; readonly source: ProgramSource };

/** The kernel objects of a program, by the same indexes as its maps and functions. */
export interface LoadedProgram extends Disposable {
  readonly program: Program;
  readonly maps: readonly BpfMap[];
  readonly functions: readonly BpfProgram[];
  /** Gives everything back, last made first. Does nothing the second time. */
  close(): void;
}

/**
 * @throws VerifierError with the place in the source (our bug), SyscallError, UnsupportedFeatureError.
 */
export function load(program: Program, kernel: Kernel, options: LoadOptions = {}): LoadedProgram {
  const owned: { close(): void }[] = [];
  try {
    const { onLoaded = () => {} } = options;
    const maps = program.maps.map((spec) => {
      const map = track(owned, loadMap(kernel, spec));
      onLoaded({ kind: 'map', spec });
      return map;
    });
    const btf = options.btf ?? (() => kernelBtf());
    const functions = program.functions.map((spec) =>
      track(owned, loadFunction(kernel, program, spec, { maps, btf, onLoaded })),
    );
    const close = () => closeAll(owned.splice(0));
    return { program, maps, functions, close, [Symbol.dispose]: close };
  } catch (error) {
    closeAll(owned);
    throw error;
  }
}

function track<T extends { close(): void }>(owned: { close(): void }[], object: T): T {
  owned.push(object);
  return object;
}

interface Surroundings {
  readonly maps: readonly BpfMap[];
  readonly btf: () => Btf | undefined;
  readonly onLoaded: NonNullable<LoadOptions['onLoaded']>;
}

function loadFunction(
  kernel: Kernel,
  program: Program,
  spec: FunctionSpec,
  { maps, btf, onLoaded }: Surroundings,
): BpfProgram {
  const numbers = maps.map((map) => map.fd);
  const { name, type } = spec;
  const source = {
    ...{ name, type, license: program.license },
    code: relocate(spec, (index) => must(numbers[index], `map ${index} of function ${name}`)),
    expectedAttachType: attachTypeOf(spec),
    ...(spec.functions === undefined ? {} : { functionInfo: functionInfo(spec.functions) }),
  };
  const loadIt = (complete: ProgramSource) => {
    const loaded = withSourcePlace(program, spec, () => loadProgram(kernel, complete));
    onLoaded({ kind: 'program', spec, source: complete });
    return loaded;
  };
  if (spec.tracing === undefined) return loadIt(source);
  const target = tracingTarget(spec.tracing, kernel, btf);
  try {
    const tracing = {
      ...source,
      attachBtfId: target.id,
      ...(target.fd && { attachFd: target.fd.number }),
    };
    return loadIt(tracing);
  } finally {
    target.fd?.close();
  }
}
