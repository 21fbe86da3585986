/**
 * Byte strings: text as one character (0–255) a byte. All output is held so until it is written, because
 * widths count bytes and because what programs put in memory need not be valid UTF-8 and must come out as it was.
 */

/** The UTF-8 bytes of ordinary text, one character each. */
export function toByteString(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Ordinary text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) return false;
  }
  return true;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const control = /[\x00-\x08\x0b-\x1f\x7f]/g;

/**
 * For tools that print to a terminal: control characters in text of kernel or process origin become visible
 * (`\x1b`), so that nobody's process name can move the cursor. Newline and tab stay. Also neutralises the
 * two-byte UTF-8 form of the C1 controls.
 */
export function escapeControl(bytes: string): string {
  return bytes
    .replace(control, visible)
    .replace(/\xc2[\x80-\x9f]/g, (pair) => [...pair].map(visible).join(''));
}

function visible(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
