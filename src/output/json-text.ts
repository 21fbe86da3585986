/**
 * The pieces of JSON records (language reference, section 1.7). Input and output are byte strings; valid UTF-8
 * passes through, so the result is valid JSON. (The reference prints bytes above 127 as `\uffffffXX`, which no
 * reader can undo; this is the one deliberate difference.)
 */

const plain = /^[ !#-[\]-~]*$/;
/** What must be escaped, or else a well-formed UTF-8 sequence, or else any other byte. */
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const special =
  /["\\]|[\x00-\x1f\x7f]|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A JSON string, quotes included. A byte that belongs to no UTF-8 sequence becomes `\u00XX`. */
export function jsonString(bytes: string): string {
  return plain.test(bytes) ? `"${bytes}"` : `"${bytes.replace(special, escaped)}"`;
}

function escaped(sequence: string): string {
  if (sequence.length > 1) return sequence;
  return short[sequence] ?? `\\u${sequence.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A JSON number, or a string of digits when a double cannot hold the value exactly. */
export function jsonInteger(value: bigint | number): string {
  if (typeof value === 'number') return String(value);
  return BigInt(Number(value)) === value ? String(value) : `"${value}"`;
}
