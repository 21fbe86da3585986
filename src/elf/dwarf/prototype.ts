/** The parameters and the result of a function, as its declaration has them. */
import { At, Tag } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import { originsOf } from './functions.ts';
import { typeTextOf } from './type-text.ts';
import { type DwarfType, typeOf } from './types.ts';
import type { Entry } from './unit.ts';

export interface Parameter {
  /** `argN` for one without name. */
  readonly name: string;
  readonly type: DwarfType;
  /** The type as C writes it. */
  readonly text: string;
}

export interface Prototype {
  readonly parameters: readonly Parameter[];
  readonly result: DwarfType;
}

export function prototypeOf(dwarf: Dwarf, subprogram: Entry): Prototype {
  const chain = originsOf(dwarf, subprogram);
  // What was inlined elsewhere has its parameters with its first description; the copy may lack some.
  const described = chain.findLast(({ entry }) => parametersOf(entry).length > 0) ?? chain[0]!;
  const typed = chain.find(({ entry }) => entry.values.has(At.type));
  const own = chain[0]!;
  const source = own.entry.values.has(At.abstract_origin) ? described : withParameters(chain);
  return {
    parameters: parametersOf(source.entry).map((entry, index) => readParameter(source.dwarf, entry, index)),
    result: typed === undefined ? { kind: 'void' } : typeOf(typed.dwarf, typed.entry),
  };
}

type Origin = { readonly dwarf: Dwarf; readonly entry: Entry };

/** The nearest description that has any: a C++ definition outside of its class repeats them with names. */
function withParameters(chain: readonly Origin[]): Origin {
  return chain.find(({ entry }) => parametersOf(entry).length > 0) ?? chain[0]!;
}

function parametersOf(entry: Entry): Entry[] {
  return [...entry.unit.children(entry)].filter(({ tag }) => tag === Tag.formal_parameter);
}

function readParameter(dwarf: Dwarf, entry: Entry, index: number): Parameter {
  const chain = originsOf(dwarf, entry);
  const named = chain.find((one) => one.entry.values.has(At.name));
  const typed = chain.find((one) => one.entry.values.has(At.type));
  return {
    name: named?.dwarf.text(named.entry, At.name) ?? `arg${index}`,
    type: typed === undefined ? { kind: 'void' } : typeOf(typed.dwarf, typed.entry),
    text: typed === undefined ? 'void' : typeTextOf(typed.dwarf, typed.entry),
  };
}
