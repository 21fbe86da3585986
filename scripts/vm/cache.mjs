/** Where the stock kernel is kept between runs: outside the repository, made again when it is deleted. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kscope/vm');

/**
 * Makes a folder or file of the cache in one step: whoever looks sees all of it or nothing, and an interrupted run
 * leaves nothing that looks finished. Two runs at once both make it; the later one keeps what is there.
 * @template T @param {string} name @param {(scratch: string) => T} make the result goes to `${scratch}/${name}`
 * @returns {string}
 */
export function addToCache(name, make) {
  mkdirSync(cacheFolder, { recursive: true });
  const scratch = mkdtempSync(join(cacheFolder, '.new-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    make(scratch);
    renameUnlessThere(join(scratch, name), join(cacheFolder, name));
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
  return join(cacheFolder, name);
}

/** @param {string} from @param {string} to */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}
