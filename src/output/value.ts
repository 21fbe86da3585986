/**
 * Values as they leave kscope: as JavaScript values for programs and the web, as text, and as JSON text.
 */

/**
 * Integers are numbers as long as a double holds them exactly, else bigints. Strings are ordinary text.
 * Symbols, addresses of networks, times … are their text; stacks are lists of frames, innermost first;
 * buffers are bytes; tuples and arrays are arrays; records and structs are objects.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

/** A value still in memory, turned into what is asked for. Ask before that memory is used again. */
export interface Printable {
  /** As a byte string, without a newline after it. */
  text(): string;
  /** As a byte string of JSON. */
  json(): string;
  value(): Value;
}

/** A number where a double holds the value exactly and so does its neighbour. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
