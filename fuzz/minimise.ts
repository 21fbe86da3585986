/**
 * The smallest part of an input that still shows the defect, by delta debugging (Zeller and Hildebrandt, 2002): ever
 * smaller runs of pieces are left out as long as the defect stays.
 */

export interface MinimiseOptions {
  /** Tries at most. */
  readonly tries: number;
  readonly shows: (input: string) => boolean | Promise<boolean>;
}

export async function minimise(pieces: readonly string[], options: MinimiseOptions): Promise<string> {
  let left = options.tries;
  let current = [...pieces];
  for (let size = Math.ceil(current.length / 2); size >= 1 && left > 0; ) {
    let removed = false;
    for (let at = 0; at < current.length && left > 0; ) {
      const candidate = [...current.slice(0, at), ...current.slice(at + size)];
      left--;
      if (candidate.length < current.length && (await options.shows(candidate.join('')))) {
        current = candidate;
        removed = true;
      } else at += size;
    }
    if (size === 1 && !removed) break;
    if (size > 1) size = Math.ceil(size / 2);
  }
  return current.join('');
}

/** Words, numbers, strings, space and single characters: what a program is made of. */
export function tokensOf(text: string): string[] {
  return (
    text.match(
      /"(?:[^"\\\n]|\\[\s\S])*"|\/\/[^\n]*|[$@]?[A-Za-z_][A-Za-z0-9_]*|0[xX][0-9a-fA-F]+|\d+\w*|\s+|[<>]{2}=?|&&|\|\||[-+*/%=!<>&|^]=|->|\+\+|--|\.\.|[\s\S]/g,
    ) ?? []
  );
}
