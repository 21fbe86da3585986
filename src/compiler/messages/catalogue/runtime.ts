/** Warnings of a running program. The renderer is the same (renderRange); helper and code stand below the head. */

export const runtimeTexts = {
  mapFull:
    "Map full; can't update element. Try increasing max_map_keys config or manually setting the max entries in a map declaration e.g. `let @a = hash(5000)`",
  lookupMissing: "Can't lookup map element because it does not exist.",
  deleteMissing: "Can't delete map element because it does not exist.",
  divideByZero:
    'Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.',
  arrayOutOfBounds: 'Array access out of bounds. This can lead to unexpected results.',
  tooManyRounds: 'A loop is too long: only its first 8388608 rounds were run.',
  /** A format: the number is known only when it happens. */
  noProcess: 'No such process (pid=%d)',
  noChild: 'No child command (`-c`); cpid is zero',
} as const;

/** `Additional Info - helper: NAME, retcode: N` */
export function helperDetail(helper: string, code: number): string {
  return `Additional Info - helper: ${helper}, retcode: ${code}`;
}
