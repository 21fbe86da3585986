// @ts-check
/** The little of Markdown that the documentation checks need: fenced blocks, code spans, links, each with its line. */

/** @typedef {{ readonly info: string, readonly line: number, readonly lines: readonly string[] }} Fence */

/** @param {string} text @returns {Fence[]} */
export function fences(text) {
  /** @type {Fence[]} */
  const found = [];
  /** @type {{ info: string, line: number, lines: string[] } | undefined} */
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    const info = /^```(.*)$/.exec(line)?.[1];
    if (open && info === '') {
      found.push(open);
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (info !== undefined) open = { info: info.trim(), line: index + 1, lines: [] };
  }
  return found;
}

/**
 * Code spans and link targets outside fenced blocks.
 * @param {string} text @returns {{ readonly kind: 'code' | 'link', readonly text: string, readonly line: number }[]}
 */
export function references(text) {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    if (line.startsWith('```')) fenced = !fenced;
    if (fenced || line.startsWith('```')) return [];
    const codes = [...line.matchAll(/`([^`]+)`/g)].map((match) => reference('code', match, index));
    const links = [...line.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => reference('link', match, index));
    return [...codes, ...links];
  });
}

/** @param {'code' | 'link'} kind @param {RegExpMatchArray} match @param {number} index */
function reference(kind, match, index) {
  return { kind, text: match[1] ?? '', line: index + 1 };
}
