/** A place in memory that the program can write and read directly: its stack, a map value, a ring-buffer record. */
import type { ValueId } from '../ir.ts';

export interface Place {
  readonly base: ValueId;
  readonly offset: number;
  /**
   * Alignment of `base` in bytes. The verifier wants stack accesses aligned to their size, so wide accesses are
   * used only where base and offset allow them.
   */
  readonly align: 1 | 2 | 4 | 8;
}

export function placeAt(place: Place, offset: number): Place {
  return { ...place, offset: place.offset + offset };
}

/** Widest access that is aligned at this offset of the place and no longer than `size`. */
export function accessSize(place: Place, offset: number, size: number): 1 | 2 | 4 | 8 {
  const at = place.offset + offset;
  for (const width of [8, 4, 2] as const) {
    if (width <= size && width <= place.align && at % width === 0) return width;
  }
  return 1;
}
