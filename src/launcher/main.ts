/**
 * What is started as `kscope`: runs the command's bundle, with V8's code from an earlier run when there is some. The
 * bundle is one function expression, so that it can be compiled as a script; see scripts/build.mjs.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { CodeCache } from './code-cache.ts';

/** Put in by the build: the file of the bundle beside this one, and what tells its content from any other. */
declare const KSCOPE_BUNDLE: string;
declare const KSCOPE_IDENTITY: string;

const path = join(__dirname, KSCOPE_BUNDLE);
const cache = codeCache();
const cachedData = cache?.read();
// The bundle is ASCII: as Latin-1 it takes one byte a character, which V8 reads fastest.
const script = new Script(readFileSync(path, 'latin1'), {
  filename: path,
  ...(cachedData === undefined ? {} : { cachedData }),
});
script.runInThisContext()(createRequire(path), path);
if (cache !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
  // At the end, when the functions that a run needs have been compiled and can be kept, too.
  process.once('exit', () => {
    if (ranProgram()) cache.write(script.createCachedData());
  });
}

/** Node's own switch for such caches is respected. */
function codeCache(): CodeCache | undefined {
  if (process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return undefined;
  const home = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return new CodeCache(join(home, 'kscope'), `${KSCOPE_IDENTITY}-${process.version}-${process.arch}`);
}

/** Help and version compile too little of the bundle to be worth keeping. */
function ranProgram(): boolean {
  return process.exitCode === 0 && !/^(?:-h|-V|--help|--version|--info)$/.test(process.argv[2] ?? '-h');
}
