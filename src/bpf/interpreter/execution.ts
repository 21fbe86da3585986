/**
 * One run of a program: registers, call frames and the loop over steps. Frames are those of the kernel: 512 bytes of
 * stack each, at most 8; r6 to r9 are saved across local calls, r1 to r5 do not survive any call.
 */

import { framePointer, type MemorySize } from '../opcode.ts';
import type { AddressSpace, Region } from './address-space.ts';
import { ExecutionError, Fault } from './errors.ts';
import type { Helper, HelperTable } from './helpers/helper.ts';
import type { Host } from './host.ts';
import type { CompiledStep } from './steps/compile.ts';
import type { World } from './world.ts';

export type Step = (execution: Execution) => void;

export const stackSize = 512;
export const maxFrames = 8;
/** BPF_MAX_LOOPS: how often may_goto falls through. */
const mayGotoLimit = 8 * 1024 * 1024;
/** Where code lies: r1 = subprog[…] gives this plus 8 a slot. */
const codeBase = 0xffff_ffff_c000_0000n;

/** Registers r1 to r5, r6 to r9, and r10 as bit sets. */
const argumentRegisters = 0b11_1110;
const savedRegisters = 0b11_1100_0000;
const frameRegister = 1 << framePointer;

interface Frame {
  /** Slot to go on at; undefined when the function was called from outside (main program, callbacks). */
  readonly returnTo: number | undefined;
  readonly saved: BigUint64Array;
  readonly readable: number;
}

export interface ExecutionOptions {
  readonly memory: AddressSpace;
  readonly world: World;
  readonly host: Host;
  readonly helpers: HelperTable;
  /** Stack of each frame, outermost first. */
  readonly stacks: readonly Region[];
  readonly stepLimit: number;
  /** Check what the verifier would: registers are written before they are read, atomics are aligned; fresh stacks hold a pattern. */
  readonly strict: boolean;
}

export class Execution {
  readonly registers = new BigUint64Array(11);
  readonly memory: AddressSpace;
  readonly world: World;
  readonly host: Host;
  readonly helpers: HelperTable;
  readonly strict: boolean;
  /** While a step runs: the slot behind it. */
  pc = 0;
  mayGotoBudget = mayGotoLimit;
  steps = 0;
  readonly #program: readonly (CompiledStep | undefined)[];
  readonly #options: ExecutionOptions;
  readonly #frames: Frame[] = [];
  /** Bit set of the registers that hold a value. */
  #readable = 0;
  /** Set by a helper that ends the program at once. */
  #ended = false;

  constructor(program: readonly (CompiledStep | undefined)[], options: ExecutionOptions) {
    this.#program = program;
    this.#options = options;
    this.memory = options.memory;
    this.world = options.world;
    this.host = options.host;
    this.helpers = options.helpers;
    this.strict = options.strict;
  }

  /** Runs the function at `slot` to its exit and gives r0: for the main program, and for callbacks of helpers. */
  call(slot: number, args: readonly bigint[]): bigint {
    args.forEach((value, i) => {
      this.registers[i + 1] = value;
    });
    this.#readable = (this.#readable & ~argumentRegisters) | (((1 << args.length) - 1) << 1);
    const depth = this.#frames.length;
    const resume = this.pc;
    this.enter(slot, undefined);
    while (this.#frames.length > depth && !this.#ended) this.#step();
    this.pc = resume;
    return this.registers[0]!;
  }

  #step(): void {
    const at = this.pc;
    const step = this.#program[at];
    if (!step)
      throw new ExecutionError(
        at,
        'no instruction begins here: a jump or the end of the code leads out of it',
      );
    if (++this.steps > this.#options.stepLimit) {
      throw new ExecutionError(
        at,
        `more than ${this.#options.stepLimit} instructions were executed`,
        step.text,
      );
    }
    this.pc = step.next;
    try {
      if (this.strict) this.#checkReadable(step.reads);
      step.run(this);
      this.#readable |= step.writes;
    } catch (error) {
      if (error instanceof Fault) throw new ExecutionError(at, error.message, step.text);
      throw error;
    }
  }

  #checkReadable(wanted: number): void {
    const missing = wanted & ~this.#readable;
    if (missing !== 0)
      throw new Fault(`r${31 - Math.clz32(missing & -missing)} is read but holds no value here`);
  }

  /** Begins a function in a new frame. */
  enter(slot: number, returnTo: number | undefined): void {
    const stack = this.#options.stacks[this.#frames.length];
    if (!stack) throw new Fault(`more than ${maxFrames} nested calls`);
    if (this.strict) stack.bytes.fill(0xaa);
    this.#frames.push({ returnTo, saved: this.registers.slice(6), readable: this.#readable });
    this.registers[framePointer] = stack.base + BigInt(stackSize);
    this.#readable = (this.#readable & ~savedRegisters & ~1) | frameRegister;
    this.pc = slot;
  }

  /** `exit`: back to the caller. */
  leave(): void {
    const frame = this.#frames.at(-1);
    if (!frame) throw new Fault('exit outside of a function');
    if (this.strict && frame.returnTo === undefined) this.#checkReadable(1);
    this.#frames.pop();
    this.registers.set(frame.saved, 6);
    this.#readable = (frame.readable & ~argumentRegisters & ~1) | (this.#readable & 1);
    if (frame.returnTo !== undefined) this.pc = frame.returnTo;
  }

  callHelper(helper: Helper): void {
    if (this.strict) this.#checkReadable(((1 << helper.parameters) - 1) << 1);
    const args = [...this.registers.slice(1, 6)];
    const result = helper.run(this, args);
    if (this.#ended) return;
    this.registers[0] = BigInt.asUintN(64, result);
    this.#readable = (this.#readable & ~argumentRegisters) | 1;
  }

  /** Ends the whole program with this r0. */
  end(result: bigint): void {
    this.#ended = true;
    this.registers[0] = BigInt.asUintN(64, result);
  }

  functionAddress(slot: number): bigint {
    return codeBase + BigInt(slot) * 8n;
  }

  /** Slot of a function whose address a program passed as callback. @throws {Fault} */
  functionSlot(address: bigint): number {
    const slot = Number(address - codeBase) / 8;
    if (!Number.isInteger(slot) || !this.#program[slot])
      throw new Fault(`0x${address.toString(16)} is no function`);
    return slot;
  }

  /** A load by the program; see {@link World.faultingLoadsAreZero}. */
  load(address: bigint, size: MemorySize): bigint {
    if (this.world.faultingLoadsAreZero && !this.memory.find(address, size)) return 0n;
    return this.memory.load(address, size);
  }
}
