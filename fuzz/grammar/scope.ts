/** What a generated program has by now: variables that can be seen, maps with their types, functions. */
import type { Random } from '../random.ts';
import { type FuzzType, randomType, sameType } from './types.ts';

export interface Variable {
  readonly name: string;
  readonly type: FuzzType;
}

export interface MapForm {
  readonly name: string;
  /** None for a scalar map. */
  readonly key: readonly FuzzType[];
  readonly value: FuzzType | { readonly kind: 'aggregate'; readonly call: string; readonly reads: boolean };
}

export interface FunctionForm {
  readonly name: string;
  readonly parameters: readonly FuzzType[];
  readonly result: FuzzType;
}

export class Scope {
  readonly maps: MapForm[] = [];
  readonly functions: FunctionForm[] = [];
  #variables: Variable[] = [];
  #names = 0;
  loops = 0;
  /** No more maps: each is being given its type. */
  complete = false;

  /** Variables made inside are unknown outside. */
  inside<T>(body: () => T): T {
    const before = this.#variables;
    this.#variables = [...before];
    try {
      return body();
    } finally {
      this.#variables = before;
    }
  }

  /** With no variables of others: another probe, a function. */
  alone<T>(body: () => T): T {
    return this.inside(() => {
      this.#variables = [];
      return body();
    });
  }

  declare(type: FuzzType, name = `$v${this.#names++}`): Variable {
    const variable = { name, type };
    this.#variables.push(variable);
    return variable;
  }

  freshName(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  variables(type?: FuzzType): readonly Variable[] {
    return type === undefined ? this.#variables : this.#variables.filter((one) => sameType(one.type, type));
  }

  /** A map with values of a type; made when there is none, or now and then. */
  mapOf(type: FuzzType, random: Random): MapForm | undefined {
    const known = this.maps.filter(({ value }) => value.kind !== 'aggregate' && sameType(value, type));
    if (this.complete) return known.length > 0 ? random.pick(known) : undefined;
    if (known.length > 0 && random.chance(80)) return random.pick(known);
    return this.addMap(type, random);
  }

  addMap(value: MapForm['value'], random: Random): MapForm {
    const key = random.chance(40) ? [] : random.many(1, 3, () => randomType(random, 1, 'key'));
    const map: MapForm = { name: `@m${this.maps.length}`, key, value };
    this.maps.push(map);
    return map;
  }
}
