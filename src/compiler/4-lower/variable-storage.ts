/** Where scratch variables live: scalars as SSA variables, the others in memory of their own. */

import { must } from '../../base/assert.ts';
import { sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { VariableSymbol } from '../3-check/typed.ts';
import type { Variable } from '../ir/builder.ts';
import type { ValueId } from '../ir.ts';
import type { Lowering } from './lowering.ts';
import { zeroMemory } from './memory.ts';
import type { Place } from './place.ts';

export class VariableStorage {
  readonly #lowering: Lowering;
  readonly #scalars = new Map<VariableSymbol, Variable>();
  readonly #places = new Map<VariableSymbol, Place>();

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

  place(variable: VariableSymbol): Place {
    return must(this.#places.get(variable), `memory of $${variable.name}`);
  }

  read(variable: VariableSymbol): ValueId {
    return this.#lowering.b.read(this.#scalar(variable));
  }

  write(variable: VariableSymbol, value: ValueId): void {
    this.#lowering.b.write(this.#scalar(variable), value);
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

function typeOf(variable: VariableSymbol) {
  return must(variable.type, `type of $${variable.name}`);
}
