/**
 * Tables with one entry for each kind of type, in place of long switches: the compiler proves that none is
 * missing and that each entry gets the member of the union that its kind stands for.
 */
import type { Type } from './types.ts';

type OfKind<T extends Type, Kind> = T extends Type ? (Kind extends T['kind'] ? T : never) : never;

/** The member of {@link Type} whose kind is, or may be, `Kind`. */
export type TypeOfKind<Kind extends Type['kind']> = OfKind<Type, Kind>;

export type KindTable<Result> = { readonly [Kind in Type['kind']]: (type: TypeOfKind<Kind>) => Result };

export function byKind<Result>(table: KindTable<Result>, type: Type): Result {
  // The entry under a kind takes exactly the types of that kind; TypeScript cannot follow the correlation.
  const entry = table[type.kind] as (type: Type) => Result;
  return entry(type);
}
