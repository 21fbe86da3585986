/**
 * Runs the instructions of call frame information (DWARF 5, 6.4.2): for each range of code the rule by which the
 * caller's frame is found, as far as an unwinder of x86-64 needs it: the canonical frame address (CFA), and where the
 * base pointer and the return address were saved.
 */
import { Cursor } from '../cursor.ts';
import type { SectionBytes } from '../section-bytes.ts';
import type { FrameEntry } from './frame-entries.ts';

export type FrameAddressRule =
  | { readonly kind: 'register'; readonly register: number; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array };

export type RegisterRule =
  | { readonly kind: 'same' }
  | { readonly kind: 'undefined' }
  /** Saved at this distance from the CFA. */
  | { readonly kind: 'saved'; readonly offset: number }
  /** The CFA plus this is the value. */
  | { readonly kind: 'value'; readonly offset: number }
  /** The expression is where it is saved. */
  | { readonly kind: 'expression'; readonly expression: Uint8Array }
  | { readonly kind: 'other' };

export interface FrameRow {
  readonly address: number;
  readonly cfa: FrameAddressRule;
  readonly base: RegisterRule;
  readonly returnAddress: RegisterRule;
}

const same: RegisterRule = { kind: 'same' };
const noCfa: FrameAddressRule = { kind: 'register', register: -1, offset: 0 };
/** DWARF's number of %rbp on x86-64. */
const baseRegister = 6;
const rowLimit = 1 << 16;

interface State {
  cfa: FrameAddressRule;
  readonly rules: Map<number, RegisterRule>;
}

const high = { advance: 1, offset: 2, restore: 3 } as const;

/** The rows of one function, ascending. @throws ElfError for instructions that make no sense */
export function rowsOf(entry: FrameEntry, section: SectionBytes): FrameRow[] {
  const machine = new Machine(entry, section);
  machine.run(entry.common.instructions);
  machine.keepInitial();
  machine.run(entry.instructions);
  machine.emit();
  return machine.rows;
}

class Machine {
  readonly rows: FrameRow[] = [];
  readonly #entry: FrameEntry;
  readonly #section: SectionBytes;
  #address: number;
  #state: State = { cfa: noCfa, rules: new Map() };
  #initial: ReadonlyMap<number, RegisterRule> = new Map();
  readonly #stack: State[] = [];

  constructor(entry: FrameEntry, section: SectionBytes) {
    this.#entry = entry;
    this.#section = section;
    this.#address = entry.start;
  }

  keepInitial(): void {
    this.#initial = new Map(this.#state.rules);
  }

  /** What holds from the current address on. */
  emit(): void {
    const { cfa, rules } = this.#state;
    if (this.rows.length >= rowLimit) throw this.#fail('too many rows');
    const base = rules.get(baseRegister) ?? same;
    const returnAddress = rules.get(this.#entry.common.returnColumn) ?? same;
    if (this.rows.at(-1)?.address === this.#address) this.rows.pop();
    this.rows.push({ address: this.#address, cfa, base, returnAddress });
  }

  #fail(problem: string): Error {
    return this.#section.error(this.#entry.offset, problem);
  }

  run(instructions: Uint8Array): void {
    const cursor = new Cursor(this.#section, this.#entry.offset, instructions);
    while (cursor.left > 0) this.#step(cursor, cursor.u8());
  }

  #step(cursor: Cursor, opcode: number): void {
    const low = opcode & 0x3f;
    switch (opcode >> 6) {
      case high.advance:
        return this.#advance(low);
      case high.offset:
        return this.#save(low, cursor.uleb());
      case high.restore:
        return this.#restore(low);
      default:
        return this.#extended(cursor, low);
    }
  }

  #extended(cursor: Cursor, opcode: number): void {
    const run = extended.get(opcode);
    if (run === undefined) throw this.#fail(`unknown call frame instruction 0x${opcode.toString(16)}`);
    run(this, cursor);
  }

  #advance(units: number): void {
    this.moveTo(this.#address + units * this.#entry.common.codeAlignment);
  }

  advance(units: number): void {
    this.#advance(units);
  }

  moveTo(address: number): void {
    if (address > this.#address) this.emit();
    this.#address = address;
  }

  get addressSize(): number {
    return this.#entry.common.addressSize;
  }

  #save(register: number, offset: number): void {
    this.set(register, { kind: 'saved', offset: offset * this.#entry.common.dataAlignment });
  }

  save(register: number, offset: number): void {
    this.#save(register, offset);
  }

  get dataAlignment(): number {
    return this.#entry.common.dataAlignment;
  }

  set(register: number, rule: RegisterRule): void {
    this.#state.rules.set(register, rule);
  }

  #restore(register: number): void {
    const rule = this.#initial.get(register);
    if (rule === undefined) this.#state.rules.delete(register);
    else this.#state.rules.set(register, rule);
  }

  restore(register: number): void {
    this.#restore(register);
  }

  remember(): void {
    if (this.#stack.length >= 256) throw this.#fail('states are nested too deep');
    this.#stack.push({ cfa: this.#state.cfa, rules: new Map(this.#state.rules) });
  }

  recall(): void {
    const state = this.#stack.pop();
    if (state === undefined) throw this.#fail('a state is restored that was not remembered');
    this.#state = state;
  }

  setCfa(register: number, offset: number): void {
    this.#state.cfa = { kind: 'register', register, offset };
  }

  setCfaRegister(register: number): void {
    const { cfa } = this.#state;
    this.setCfa(register, cfa.kind === 'register' ? cfa.offset : 0);
  }

  setCfaOffset(offset: number): void {
    const { cfa } = this.#state;
    if (cfa.kind === 'register') this.setCfa(cfa.register, offset);
  }

  setCfaExpression(expression: Uint8Array): void {
    this.#state.cfa = { kind: 'expression', expression };
  }
}

type Instruction = (machine: Machine, cursor: Cursor) => void;

const block = (cursor: Cursor) => cursor.take(cursor.uleb());

/** By the low six bits, the high ones being zero. */
const extended: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x00, () => {}],
  [0x01, (m, c) => m.moveTo(c.unsigned(m.addressSize))],
  [0x02, (m, c) => m.advance(c.u8())],
  [0x03, (m, c) => m.advance(c.u16())],
  [0x04, (m, c) => m.advance(c.u32())],
  [0x05, (m, c) => m.save(c.uleb(), c.uleb())],
  [0x06, (m, c) => m.restore(c.uleb())],
  [0x07, (m, c) => m.set(c.uleb(), { kind: 'undefined' })],
  [0x08, (m, c) => m.set(c.uleb(), same)],
  [
    0x09,
    (m, c) => {
      const register = c.uleb();
      c.uleb();
      m.set(register, { kind: 'other' });
    },
  ],
  [0x0a, (m) => m.remember()],
  [0x0b, (m) => m.recall()],
  [0x0c, (m, c) => m.setCfa(c.uleb(), c.uleb())],
  [0x0d, (m, c) => m.setCfaRegister(c.uleb())],
  [0x0e, (m, c) => m.setCfaOffset(c.uleb())],
  [0x0f, (m, c) => m.setCfaExpression(block(c))],
  [0x10, (m, c) => m.set(c.uleb(), { kind: 'expression', expression: block(c) })],
  [0x11, (m, c) => m.save(c.uleb(), c.sleb())],
  [0x12, (m, c) => m.setCfa(c.uleb(), c.sleb() * m.dataAlignment)],
  [0x13, (m, c) => m.setCfaOffset(c.sleb() * m.dataAlignment)],
  [0x14, (m, c) => m.set(c.uleb(), { kind: 'value', offset: c.uleb() * m.dataAlignment })],
  [0x15, (m, c) => m.set(c.uleb(), { kind: 'value', offset: c.sleb() * m.dataAlignment })],
  [
    0x16,
    (m, c) => {
      const register = c.uleb();
      block(c);
      m.set(register, { kind: 'other' });
    },
  ],
  [0x2d, () => {}],
  [0x2e, (_m, c) => void c.uleb()],
  [0x2f, (m, c) => m.save(c.uleb(), -c.uleb())],
]);
