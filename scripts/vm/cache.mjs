/** Where the stock kernel is kept between runs: outside the repository, made again when it is deleted. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kscope/vm');

/**
 * Makes a folder or file of the cache in one step: whoever looks sees all of it or nothing, and an interrupted run
 * leaves nothing: what one that was killed left, the next one takes away. Two runs at once both make it; the later
 * one keeps what is there.
 * @param {string} name
 * @param {(scratch: string) => void | Promise<void>} make the result goes to `${scratch}/${name}`
 * @returns {Promise<string>}
 */
export async function addToCache(name, make) {
  mkdirSync(cacheFolder, { recursive: true });
  removeAbandoned();
  const scratch = mkdtempSync(join(cacheFolder, `.new-${process.pid}-`));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await make(scratch);
    renameUnlessThere(join(scratch, name), join(cacheFolder, name));
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
  return join(cacheFolder, name);
}

/** The name says which process made it. */
function removeAbandoned() {
  for (const entry of readdirSync(cacheFolder)) {
    const maker = /^\.new-(\d+)-/.exec(entry)?.[1];
    if (maker === undefined || existsSync(`/proc/${maker}`)) continue;
    rmSync(join(cacheFolder, entry), { recursive: true, force: true });
  }
}

/** @param {string} from @param {string} to */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}
