// @ts-check
/**
 * The picture of `npm start`: from the maps of examples/overview.bt to lines of text. A pure function, so that
 * what is seen on a terminal can be tested without one.
 */

/** @typedef {{ readonly columns: number, readonly rows?: number, readonly colour: boolean }} Style */
/** @typedef {{ readonly label: string, readonly count: number }} Row */

const heading = '\u001b[1m';
const accent = '\u001b[36m';
const faint = '\u001b[2m';
const plain = '\u001b[0m';
const barWidth = 30;
/** What fits 44 lines of a terminal, and what fits 24. A row of time is so many powers of two. */
const full = { processes: 10, powers: 2, files: 8 };
const small = { processes: 5, powers: 4, files: 4 };
const rowsForFull = 44;

/**
 * @param {Readonly<Record<string, unknown>>} maps as in the `map` records of the JSON output
 * @param {number} seconds since the start
 * @param {Style} style
 * @returns {string[]}
 */
export function drawOverview(maps, seconds, style) {
  const { processes, powers, files } = (style.rows ?? rowsForFull) < rowsForFull ? small : full;
  return [
    paint(style, heading, `${seconds} s of this machine`),
    '',
    ...section(style, 'System calls by process', elements(maps['@calls']).slice(0, processes)),
    ...section(style, 'Time in a system call', buckets(maps['@usecs'], powers)),
    ...section(style, 'Files opened', elements(maps['@opened']).slice(0, files)),
  ];
}

/** @param {Style} style @param {string} title @param {readonly Row[]} rows */
function section(style, title, rows) {
  const top = Math.max(1, ...rows.map(({ count }) => count));
  const labels = Math.max(20, style.columns - barWidth - 12);
  const width = Math.min(labels, Math.max(16, ...rows.map(({ label }) => label.length)));
  const lines = rows.map(({ label, count }) => {
    const name = shorten(label, width).padEnd(width);
    return `  ${name} ${String(count).padStart(8)} ${paint(style, accent, bar(count / top))}`;
  });
  return [
    paint(style, heading, title),
    ...(lines.length > 0 ? lines : [paint(style, faint, '  nothing yet')]),
    '',
  ];
}

/** Largest first. @param {unknown} map @returns {Row[]} */
function elements(map) {
  return Object.entries(Object(map))
    .map(([label, count]) => ({ label: visible(label), count: Number(count) }))
    .sort((a, b) => b.count - a.count);
}

/**
 * Microseconds, `powers` of two to a row, from the first to the last row that has something.
 * @param {unknown} histogram @param {number} powers @returns {Row[]}
 */
function buckets(histogram, powers) {
  if (!Array.isArray(histogram)) return [];
  /** @type {Map<number, number>} */
  const rows = new Map();
  for (const { min = 0, count } of histogram) {
    const row = min < 1 ? -1 : Math.floor(Math.log2(min) / powers);
    rows.set(row, (rows.get(row) ?? 0) + count);
  }
  return [...rows].map(([row, count]) => ({ label: timeRange(row, powers), count }));
}

/** @param {number} row @param {number} powers */
function timeRange(row, powers) {
  if (row < 0) return 'under 1 µs';
  return `${duration(2 ** (row * powers))} – ${duration(2 ** ((row + 1) * powers))}`;
}

/** Powers of two keep their three digits. @param {number} microseconds */
function duration(microseconds) {
  const units = /** @type {const} */ ([
    [1_000_000, 's'],
    [1000, 'ms'],
    [1, 'µs'],
  ]);
  const [size, unit] = units.find(([one]) => microseconds >= one) ?? [1, 'µs'];
  return `${Number((microseconds / size).toPrecision(3))} ${unit}`;
}

/** Eighths of a character, so that small differences show. @param {number} share of the longest bar */
function bar(share) {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * barWidth * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + ' ▏▎▍▌▋▊▉'.charAt(eighths % 8).trim();
}

/** The end of a path says more than its start. @param {string} text @param {number} width */
function shorten(text, width) {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

/** File and process names come from anybody: nothing in them may steer the terminal. @param {string} text */
function visible(text) {
  return text.replace(/\p{Cc}/gu, '·');
}

/** @param {Style} style @param {string} code @param {string} text */
function paint({ colour }, code, text) {
  return colour ? `${code}${text}${plain}` : text;
}
