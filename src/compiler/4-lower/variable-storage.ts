/**
 * Where scratch variables live: scalars as SSA variables, the others in memory of their own. In a function called
 * by the program itself, variables of the caller live in the frame: scalars as values, the others as addresses.
 */

import { must } from '../../base/assert.ts';
import { layoutOf, sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { VariableSymbol } from '../3-check/typed.ts';
import type { Variable } from '../ir/builder.ts';
import type { ValueId } from '../ir.ts';
import type { Frame } from './frame.ts';
import type { Lowering } from './lowering.ts';
import { zeroMemory } from './memory.ts';
import type { Place } from './place.ts';

export class VariableStorage {
  readonly #lowering: Lowering;
  readonly #scalars = new Map<VariableSymbol, Variable>();
  readonly #places = new Map<VariableSymbol, Place>();
  #captured: ReadonlySet<VariableSymbol> = new Set();

  constructor(lowering: Lowering) {
    this.#lowering = lowering;
  }

  inMemory(variable: VariableSymbol): boolean {
    return variable.inMemory || !isScalar(typeOf(variable));
  }

  /** Gives every variable its memory before the body runs: none may be unset on any path. */
  prepare(variables: Iterable<VariableSymbol>): void {
    for (const variable of variables) {
      if (variable.type === undefined || variable.type.kind === 'none' || !this.inMemory(variable)) continue;
      const place = this.#lowering.temporaryFor(variable.type);
      zeroMemory(this.#lowering, place, (sizeOf(variable.type) + 7) & ~7);
      this.#places.set(variable, place);
    }
  }

  /** These variables are the caller's. */
  capture(variables: ReadonlySet<VariableSymbol>): void {
    this.#captured = variables;
  }

  /** Memory that is not cleared, because all of it is written before anything else happens. */
  allocate(variable: VariableSymbol): Place {
    const place = this.#lowering.temporaryFor(typeOf(variable));
    this.#places.set(variable, place);
    return place;
  }

  /** Where an element of a tuple begins in the variable's memory. */
  offsetIn(variable: VariableSymbol, element: number): number {
    const type = typeOf(variable);
    return type.kind === 'tuple' ? must(layoutOf(type).offsets[element], 'element of a tuple') : 0;
  }

  place(variable: VariableSymbol): Place {
    const slot = this.slotOf(variable);
    if (slot === undefined) return must(this.#places.get(variable), `memory of $${variable.name}`);
    const { b } = this.#lowering;
    return { base: b.load(8, slot.base, slot.offset, { invariant: true }), offset: 0, align: 8 };
  }

  read(variable: VariableSymbol): ValueId {
    const slot = this.slotOf(variable);
    if (slot === undefined) return this.#lowering.b.read(this.#scalar(variable));
    return this.#lowering.b.load(8, slot.base, slot.offset);
  }

  write(variable: VariableSymbol, value: ValueId): void {
    const slot = this.slotOf(variable);
    if (slot === undefined) this.#lowering.b.write(this.#scalar(variable), value);
    else this.#lowering.b.store(8, slot.base, slot.offset, this.#obscured(variable, value));
  }

  /** A number that the verifier does not follow from round to round, whatever it knew of it. */
  #obscured(variable: VariableSymbol, value: ValueId): ValueId {
    const { callee, b } = this.#lowering;
    const zero = callee?.kind === 'loop' ? callee.frame.find('zero') : undefined;
    if (zero === undefined || isBpfPointer(variable)) return value;
    return b.binary('add', value, b.load(8, this.#lowering.frameAddress, zero, { invariant: true }));
  }

  /** Whether the variable belongs to a function around this one, or came with the call of this one. */
  isCaptured(variable: VariableSymbol): boolean {
    return this.#ownerOf(variable) !== undefined;
  }

  /** Where a captured variable, or its address, lies: in the frame of this function or of one around it. */
  slotOf(variable: VariableSymbol): (Place & { readonly frame: Frame }) | undefined {
    const owner = this.#ownerOf(variable);
    if (owner === undefined) return undefined;
    let current = this.#lowering;
    let base = current.frameAddress;
    while (current !== owner) {
      const { frame, outer } = must(current.callee, 'callee');
      base = this.#lowering.b.load(8, base, frame.slot('outer'), { invariant: true });
      current = must(outer, 'function around a loop');
    }
    const { frame } = must(owner.callee, 'callee');
    return { base, offset: frame.slot(variable), align: 8, frame };
  }

  #ownerOf(variable: VariableSymbol): Lowering | undefined {
    for (let l: Lowering | undefined = this.#lowering; l !== undefined; l = l.callee?.outer) {
      if (l.variables.#captured.has(variable)) return l;
    }
    return undefined;
  }

  #scalar(variable: VariableSymbol): Variable {
    let scalar = this.#scalars.get(variable);
    if (scalar === undefined) {
      scalar = this.#lowering.b.variable();
      this.#scalars.set(variable, scalar);
    }
    return scalar;
  }
}

/** The verifier has to know where it leads. */
export function isBpfPointer({ type }: VariableSymbol): boolean {
  return type?.kind === 'pointer' && type.space === 'bpf';
}

function typeOf(variable: VariableSymbol) {
  return must(variable.type, `type of $${variable.name}`);
}
