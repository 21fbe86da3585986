/**
 * The pattern language of probe names, listings and map filters: `*` stands for any sequence, everything else
 * for itself. Matching is greedy by pieces and linear in practice; patterns come from the user, so a regular
 * expression that could backtrack without end is not used.
 */

export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*');
}

/** A test for whole names. The pattern is split once, so that many names are cheap. */
export function compileWildcard(pattern: string): (name: string) => boolean {
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    if (!name.startsWith(first)) return false;
    const end = name.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= end && name.endsWith(last);
  };
}
