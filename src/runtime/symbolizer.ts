/**
 * Names and stacks for a session: what is printed as a symbol or a stack is looked up when its event is handled, so
 * that processes that end soon still have names. Stacks are in stack maps, by the id that events and keys carry.
 */
import { must } from '../base/assert.ts';
import type { BpfMap } from '../kernel/bpf-map.ts';
import { wallClockOffsetNs } from '../kernel/clock.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type MapSpec, StackNumbers } from '../program/program.ts';
import type { StackType, TimestampType } from '../program/types.ts';
import { KernelSymbols } from '../symbols/kernel-symbols.ts';
import { withoutProbeFrames } from '../symbols/probe-frames.ts';
import {
  formatKernelStack,
  formatUserStack,
  kernelSymbolText,
  userSymbolText,
  withCut,
} from '../symbols/stack-text.ts';
import { UserSymbols } from '../symbols/user-symbols.ts';
import type { Resolvers } from './decode/resolvers.ts';
import { machineResolvers } from './resolve/machine-resolvers.ts';
import { addressesIn, StackOverflow } from './stack-overflow.ts';
import { type UnwoundStack, unwoundStack } from './unwind/unwound-stack.ts';

export interface SymbolizerOptions {
  readonly truncationTrailer: string;
  readonly showDebugInfo: boolean;
  readonly kernelSymbols?: KernelSymbols;
  /** Names of C++ as people write them; default true. */
  readonly demangle?: boolean;
}

export class Symbolizer implements Disposable {
  readonly kernelSymbols: KernelSymbols;
  readonly userSymbols: UserSymbols;
  readonly resolvers: Resolvers;
  readonly #maps: readonly BpfMap[];
  /** By the index of the stack map whose stacks they take. */
  readonly #overflows: ReadonlyMap<number, StackOverflow>;

  /** `maps` by the indexes of `specs`. */
  constructor(
    kernel: Kernel,
    specs: readonly MapSpec[],
    maps: readonly BpfMap[],
    options: SymbolizerOptions,
  ) {
    this.kernelSymbols = options.kernelSymbols ?? new KernelSymbols();
    this.#maps = maps;
    this.#overflows = overflowMaps(specs, maps);
    this.userSymbols = new UserSymbols({
      demangle: options.demangle ?? true,
      withSources: options.showDebugInfo,
    });
    const offsets = new Map<string, bigint>();
    this.resolvers = machineResolvers({
      truncationTrailer: options.truncationTrailer,
      kernelSymbol: (address) => kernelSymbolText(this.kernelSymbols, address),
      userSymbol: (pid, address) => userSymbolText(this.userSymbols, pid, address),
      stackText: (type, id, pid) => this.#stackText(type, id, pid),
      wallOffsetNs: (clock) => {
        const known = offsets.get(clock) ?? wallClockOffsetNs(kernel, kernelClock(clock));
        offsets.set(clock, known);
        return known;
      },
    });
  }

  #stackText(type: StackType, id: number, pid: number): string {
    if (type.unwinder === 'dwarf') return this.#unwoundText(type, id, pid);
    const addresses = this.stackAddresses(type, id);
    if (type.kind === 'kstack') {
      const frames = withoutProbeFrames(this.kernelSymbols, addresses);
      return formatKernelStack(this.kernelSymbols, frames, type.mode);
    }
    return formatUserStack(this.userSymbols, pid, addresses, type.mode);
  }

  /** With a mark where the stack is cut. */
  #unwoundText(type: StackType, id: number, pid: number): string {
    const { addresses, cut } = this.#unwoundStack(type, id);
    const text = formatUserStack(this.userSymbols, pid, addresses, type.mode);
    return cut === undefined ? text : withCut(text, cut, type.mode);
  }

  #unwoundStack(type: StackType, id: number): UnwoundStack {
    if (id < 0) return { addresses: [], cut: undefined };
    return unwoundStack(must(this.#maps[type.map], `stack map ${type.map}`), id);
  }

  /** Innermost first; none for an id that stands for a failure, or whose stack was overwritten. */
  stackAddresses(type: StackType, id: number): readonly bigint[] {
    if (type.unwinder === 'dwarf') return this.#unwoundStack(type, id).addresses;
    if (id < 0) return [];
    if (id >= StackNumbers.firstCopy)
      return this.#overflows.get(type.map)?.stack(id).slice(0, type.limit) ?? [];
    const map = must(this.#maps[type.map], `stack map ${type.map}`);
    const key = new Uint8Array(4);
    new DataView(key.buffer).setUint32(0, id, true);
    const value = map.lookup(key);
    if (value === undefined) return [];
    return addressesIn(value).slice(0, type.limit);
  }

  close(): void {
    this.userSymbols.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function overflowMaps(
  specs: readonly MapSpec[],
  maps: readonly BpfMap[],
): ReadonlyMap<number, StackOverflow> {
  return new Map(
    specs.flatMap(({ overflowOf }, index) =>
      overflowOf === undefined
        ? []
        : [[overflowOf, new StackOverflow(must(maps[index], `overflow map ${index}`))] as const],
    ),
  );
}

/** `sw_tai` is the boot clock moved by what TAI was ahead of it: its readings are those of TAI. */
function kernelClock(clock: TimestampType['clock']): 'boot' | 'monotonic' | 'tai' {
  return clock === 'sw_tai' ? 'tai' : clock;
}
