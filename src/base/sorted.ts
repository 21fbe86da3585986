/** Searches in ascending typed arrays: how an address finds its symbol. */

/** Index of the greatest element that is not above `value`, or -1; of equal elements, the last. */
export function lastAtOrBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
