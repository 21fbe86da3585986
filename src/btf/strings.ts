/**
 * The string section: names by offset, and the comparison of a name with the bytes at an offset, which lets a
 * search look at a hundred thousand types without making a single string.
 */

/** The bytes up to the NUL, one character each. The offset must lie inside the section. */
export function stringAt(strings: Uint8Array, offset: number): string {
  const end = strings.indexOf(0, offset);
  let text = '';
  for (let at = offset; at < end; at++) text += String.fromCharCode(strings[at]!);
  return text;
}

/** The name as it lies in the section: its bytes and the NUL. */
export function nameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length + 1);
  for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i);
  return bytes;
}

export function matchesAt(strings: Uint8Array, offset: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    if (strings[offset + i] !== name[i]) return false;
  }
  return true;
}

/** Whether a string can be a name at all: not empty, and every character one byte other than NUL. */
export function isName(name: string): boolean {
  if (name === '') return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0 || code > 0xff) return false;
  }
  return true;
}
