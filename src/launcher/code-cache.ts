/**
 * V8's compiled code kept between runs: parsing and compiling the command costs as much as all else it does to start.
 * A cache is code that will be run, by root as a rule, so it is taken only from a file and a folder that belong to
 * the user who runs us and that nobody else may write; and V8 checks no more than its version and the length of the
 * source, so the file carries a checksum of its own, and its name the identity of the source.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Magic number, then the checksum of all that follows. */
const headerBytes = 8;
const magic = 0x3143_534b;
const othersMayWrite = 0o022;
/** A few megabytes each. */
const keptFiles = 8;

export class CodeCache {
  readonly #folder: string;
  readonly #path: string;

  /** `identity` stands for source and Node version: another one is another file. */
  constructor(folder: string, identity: string) {
    this.#folder = folder;
    this.#path = join(folder, `${identity}.code`);
  }

  /** Undefined when there is none, or none to be trusted. */
  read(): Buffer | undefined {
    try {
      if (!isOurs(lstatSync(this.#folder))) return undefined;
      const bytes = readOwnFile(this.#path);
      if (bytes === undefined || bytes.length <= headerBytes || bytes.readUInt32LE(0) !== magic)
        return undefined;
      const code = bytes.subarray(headerBytes);
      return crc32(code) === bytes.readUInt32LE(4) ? code : undefined;
    } catch {
      return undefined;
    }
  }

  /** Clears away what old versions left. Where it cannot be written, the next start is as slow as this one. */
  write(code: Buffer): void {
    try {
      if (!this.#prepareFolder()) return;
      const header = Buffer.alloc(headerBytes);
      header.writeUInt32LE(magic, 0);
      header.writeUInt32LE(crc32(code), 4);
      const temporary = `${this.#path}.${process.pid}`;
      writeFileSync(temporary, Buffer.concat([header, code]), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.#path);
      this.#removeOldest();
    } catch {
      // A full disk, a read-only home: nothing that the person at the terminal asked about.
    }
  }

  /** Several versions may be in use in turn, by one Node or by several: each keeps what it needs. */
  #removeOldest(): void {
    const files = readdirSync(this.#folder)
      .filter((name) => name.endsWith('.code'))
      .map((name) => join(this.#folder, name))
      .map((path) => ({ path, writtenMs: lstatSync(path).mtimeMs }))
      .sort((a, b) => b.writtenMs - a.writtenMs);
    for (const { path } of files.slice(keptFiles)) rmSync(path, { force: true });
  }

  /** Nothing is made in a folder of somebody else, such as the home of the user who called sudo. */
  #prepareFolder(): boolean {
    const parent = dirname(this.#folder);
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    if (!isOurs(lstatSync(parent))) return false;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return isOurs(lstatSync(this.#folder));
  }
}

function readOwnFile(path: string): Buffer | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return isOurs(fstatSync(fd)) ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

function isOurs({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & othersMayWrite) === 0;
}
