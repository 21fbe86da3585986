/**
 * Writes the archive that the kernel unpacks as its first file system: "newc" cpio (kernel:
 * Documentation/driver-api/early-userspace/buffer-format.rst). Written here because cpio(1) is not on every host.
 */

const fileMode = 0o100000;
const folderMode = 0o040000;

/**
 * @typedef {{ readonly name: string, readonly content?: Uint8Array | string, readonly mode?: number }} Entry
 * A file, or a folder when it has no content. Parents come before children.
 */

/** @param {readonly Entry[]} entries @returns {Buffer} */
export function writeCpio(entries) {
  return Buffer.concat([...entries, { name: 'TRAILER!!!', content: '', mode: 0 }].flatMap(record));
}

/** @param {Entry} entry @param {number} index */
function record({ name, content, mode }, index) {
  const body = Buffer.from(content ?? '');
  const kind = content === undefined ? folderMode : fileMode;
  const path = Buffer.from(`${name}\0`);
  const fields = [index + 1, kind | (mode ?? 0o755), 0, 0, 1, 0, body.length, 0, 0, 0, 0, path.length, 0];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [head, path, padding(head.length + path.length), body, padding(body.length)];
}

/** @param {number} size */
const padding = (size) => Buffer.alloc(-size & 3);
