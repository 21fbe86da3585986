/**
 * A simulated kernel for tracing programs: maps that outlive runs, helpers, a world to trace. A program is given as
 * the compiler makes it, code plus relocations, so that what is run here is what would be loaded.
 */
import type { MapSpec, Relocation } from '../../program/program.ts';
import { AddressSpace, type Region } from './address-space.ts';
import { ExecutionError, Fault } from './errors.ts';
import { Execution, maxFrames, stackSize } from './execution.ts';
import type { HelperTable } from './helpers/helper.ts';
import { kernelHelpers } from './helpers/kernel-helpers.ts';
import type { Host } from './host.ts';
import { createMap } from './maps/create-map.ts';
import { RingBuffer } from './maps/ring-buffer.ts';
import type { SimulatedMap } from './maps/simulated-map.ts';
import { relocate } from './relocate.ts';
import { type CompiledStep, compileSteps } from './steps/compile.ts';
import { defaultWorld, type World } from './world.ts';

export interface MachineOptions {
  readonly maps: readonly MapSpec[];
  readonly world?: Partial<World>;
  /** Instructions that one run may execute; the verifier's own limit by default. */
  readonly stepLimit?: number;
  /** Instead of the kernel's helpers. */
  readonly helpers?: HelperTable;
}

/** Bytes that r1 points to (read-only for the program), or the u64 words of a raw tracepoint's or fentry's arguments. */
export type Context = Uint8Array | { readonly args: readonly bigint[] };

interface Compiled {
  readonly relocations: readonly Relocation[];
  readonly steps: readonly (CompiledStep | undefined)[];
}

export class Machine {
  readonly maps: readonly SimulatedMap[];
  /** May be changed between runs, except for `cpuCount`. */
  readonly world: World;
  readonly #memory = new AddressSpace();
  readonly #host: Host;
  readonly #stacks: readonly Region[];
  readonly #stepLimit: number;
  readonly #helpers: HelperTable;
  /** Compiled programs, by their code. */
  readonly #programs = new WeakMap<Uint8Array, Compiled>();

  constructor(options: MachineOptions) {
    this.world = { ...defaultWorld, ...options.world };
    this.#stepLimit = options.stepLimit ?? 1_000_000;
    this.#helpers = options.helpers ?? kernelHelpers;
    this.#stacks = Array.from({ length: maxFrames }, (_, i) =>
      this.#memory.allocate(`the stack of frame ${i}`, new Uint8Array(stackSize), 'read-write'),
    );
    const context = { memory: this.#memory, cpuCount: this.world.cpuCount };
    this.maps = options.maps.map((spec) => createMap(spec, context));
    const mapAt = (address: bigint): SimulatedMap => this.#mapAt(address);
    this.#host = { maps: this.maps, mapAt, printed: [], signals: [], randomDrawn: 0, argumentCount: 0 };
  }

  /**
   * Runs the program from its first instruction and gives r0. `relocations` count slots, as the loader does.
   * @throws {ExecutionError} naming the instruction; {MalformedProgramError} for code that is none.
   */
  run(code: Uint8Array, relocations: readonly Relocation[], context: Context): bigint {
    const placed = this.#placeWorld(context);
    try {
      for (const map of this.maps) map.beginRun();
      const execution = this.#execution(code, relocations);
      const result = execution.call(0, [placed[0]?.base ?? 0n]);
      this.#endRun();
      return result;
    } finally {
      for (const region of placed) this.#memory.remove(region);
    }
  }

  #execution(code: Uint8Array, relocations: readonly Relocation[]): Execution {
    return new Execution(this.#compiled(code, relocations), {
      memory: this.#memory,
      world: this.world,
      host: this.#host,
      helpers: this.#helpers,
      stacks: this.#stacks,
      stepLimit: this.#stepLimit,
      strict: true,
    });
  }

  #compiled(code: Uint8Array, relocations: readonly Relocation[]): readonly (CompiledStep | undefined)[] {
    const known = this.#programs.get(code);
    if (known?.relocations === relocations) return known.steps;
    const steps = compileSteps(relocate(code, relocations));
    this.#programs.set(code, { relocations, steps });
    return steps;
  }

  /** The context first, then the world's memory. */
  #placeWorld(context: Context): Region[] {
    const words = context instanceof Uint8Array ? undefined : BigUint64Array.from(context.args);
    this.#host.argumentCount = words?.length ?? 0;
    const bytes = words
      ? new Uint8Array(words.buffer)
      : context instanceof Uint8Array
        ? context
        : new Uint8Array();
    const placed = [this.#memory.allocate('the context', bytes, 'read-only')];
    for (const { name, space, address, bytes: content } of this.world.memory) {
      placed.push(this.#memory.place(name ?? `${space} memory`, address, content, space));
    }
    return placed;
  }

  #mapAt(address: bigint): SimulatedMap {
    const map = this.maps.find((one) => one.address === address);
    if (!map) throw new Fault(`0x${address.toString(16)} is no map`);
    return map;
  }

  #endRun(): void {
    try {
      for (const map of this.maps) map.endRun();
    } catch (error) {
      if (error instanceof Fault) throw new ExecutionError(0, error.message);
      throw error;
    }
  }

  /** Submitted records of all ring buffers, in the order of maps and of reservation; they stay. */
  records(): Uint8Array[] {
    return this.#ringBuffers().flatMap((map) => map.records());
  }

  /** As {@link records}, and frees their space in the ring buffers. */
  takeRecords(): Uint8Array[] {
    return this.#ringBuffers().flatMap((map) => map.take());
  }

  #ringBuffers(): RingBuffer[] {
    return this.maps.filter((map) => map instanceof RingBuffer);
  }

  get printed(): readonly string[] {
    return this.#host.printed;
  }

  get signals(): Host['signals'] {
    return this.#host.signals;
  }
}
