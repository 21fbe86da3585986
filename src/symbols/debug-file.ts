/**
 * Debug information apart from its program, as distributions install it: found by build id under
 * /usr/lib/debug/.build-id, or by the name in .gnu_debuglink beside the program and under /usr/lib/debug (gdb's
 * manual, "Debugging Information in Separate Files"), and in folders that the user names.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Elf } from '../elf/elf.ts';
import { ElfError } from '../elf/elf-error.ts';
import { FileSource } from './file-source.ts';

export interface DebugFile {
  readonly elf: Elf;
  readonly source: FileSource;
}

export interface DebugFolder {
  /** Absolute, or relative to the folder of the program. */
  readonly path: string;
  /** A file there may match by the checksum in the debug link when neither has a build id. */
  readonly byChecksum: boolean;
}

const standardFolder = '/usr/lib/debug';

/** A program of a container may have its debug information there. */
function standardFolders(path: string): readonly DebugFolder[] {
  const root = /^\/proc\/\d+\/root/.exec(path)?.[0];
  const paths = root === undefined ? [standardFolder] : [root + standardFolder, standardFolder];
  return paths.map((folder) => ({ path: folder, byChecksum: true }));
}

/**
 * The first file that belongs to the program, which is at `path`; whoever asks closes its source.
 * @throws ElfError when the program itself, or a file that has its name, is damaged
 */
export function findDebugFile(
  elf: Elf,
  path: string,
  folders: readonly DebugFolder[] = [],
  isWanted: (debug: Elf) => boolean = () => true,
): DebugFile | undefined {
  const { buildId } = elf;
  const link = elf.debugLink;
  for (const candidate of candidates(path, buildId, link?.file, [...folders, ...standardFolders(path)])) {
    const opened = open(candidate.path);
    if (opened === undefined) continue;
    const { elf: debug, source } = opened;
    const sameId = buildId !== undefined && debug.buildId === buildId;
    const sameSum = () => candidate.byChecksum && buildId === undefined && checksum(source) === link?.crc;
    if ((sameId || sameSum()) && isWanted(debug)) return opened;
    source.close();
  }
  return undefined;
}

function* candidates(
  path: string,
  buildId: string | undefined,
  link: string | undefined,
  folders: readonly DebugFolder[],
): Generator<DebugFolder> {
  const home = dirname(path);
  for (const { path: given, byChecksum } of folders) {
    const folder = isAbsolute(given) ? given : join(home, given);
    if (buildId !== undefined && buildId.length > 2)
      yield { path: join(folder, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`), byChecksum };
    if (link !== undefined && isPlainName(link)) {
      yield { path: join(folder, link), byChecksum };
      yield { path: join(folder, home, link), byChecksum };
    }
    yield { path: join(folder, `${basename(path)}.debug`), byChecksum };
  }
  if (link === undefined || !isPlainName(link)) return;
  if (link !== basename(path)) yield { path: join(home, link), byChecksum: true };
  yield { path: join(home, '.debug', link), byChecksum: true };
}

const isPlainName = (name: string) => name !== '' && basename(name) === name;

/** Undefined for what cannot be opened or is no ELF file: another candidate may do. */
function open(path: string): DebugFile | undefined {
  let source: FileSource | undefined;
  try {
    source = new FileSource(path);
    return { source, elf: Elf.open(source) };
  } catch (error) {
    source?.close();
    if (source === undefined || error instanceof ElfError) return undefined;
    throw error;
  }
}

const chunk = 1 << 20;

/** CRC-32 of the whole file, as .gnu_debuglink has it. */
function checksum(source: FileSource): number {
  let sum = 0;
  for (let at = 0; at < source.size; at += chunk) sum = crc32(source.read(at, chunk), sum);
  return sum;
}
