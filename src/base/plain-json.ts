/**
 * Plain values as JSON text and back, the same: with big integers, bytes, maps and sets, which JSON does not have.
 * Each is an object with one key that no plain value has.
 */

const tags = { bigint: '$n', bytes: '$b', map: '$m', set: '$s' } as const;

export function plainToJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return { [tags.bigint]: String(one) };
    if (one instanceof Uint8Array) return { [tags.bytes]: toBase64(one) };
    if (one instanceof Map) return { [tags.map]: [...one] };
    if (one instanceof Set) return { [tags.set]: [...one] };
    return one;
  });
}

/** The caller knows what was written. @throws SyntaxError when it is no such text */
export function plainFromJson<T>(text: string): T {
  return JSON.parse(text, (_, one: unknown) => revive(one)) as T;
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return value;
  const [tag, content] = entry;
  if (tag === tags.bigint) return BigInt(content);
  if (tag === tags.bytes) return fromBase64(content);
  if (tag === tags.map) return new Map(content);
  if (tag === tags.set) return new Set(content);
  return value;
}

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return btoa(pieces.join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
