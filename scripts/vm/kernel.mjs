/**
 * Debian's stock kernel for the virtual machine: fetched once with apt-get, unpacked into the cache, never
 * installed. The kernel image is also unpacked: QEMU starts an uncompressed one through its PVH entry, which saves
 * five seconds of emulated decompression at each boot.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { which } from '../lib/run.mjs';
import { addToCache, cacheFolder } from './cache.mjs';
import { VmError } from './errors.mjs';
import { findProgram, runAbortable, runQuietly } from './programs.mjs';

const metaPackage = 'linux-image-amd64';

/** @typedef {{ readonly release: string, readonly image: string, readonly modulesFolder: string }} Kernel */

/** @param {AbortSignal} [signal] ends the fetch @returns {Promise<Kernel>} */
export async function findKernel(signal) {
  return cachedKernel() ?? (await fetchKernel(signal));
}

/** @returns {Kernel | undefined} */
function cachedKernel() {
  const folders = existsSync(cacheFolder)
    ? readdirSync(cacheFolder)
        .filter((name) => name.startsWith('linux-'))
        .sort()
    : [];
  const name = folders.at(-1);
  return name === undefined ? undefined : describe(join(cacheFolder, name));
}

/** @param {string} folder @returns {Kernel} */
function describe(folder) {
  const release = readdirSync(join(folder, 'lib/modules'))[0];
  const plain = join(folder, 'boot/vmlinux');
  const image = existsSync(plain) ? plain : join(folder, `boot/vmlinuz-${release}`);
  return { release, image, modulesFolder: join(folder, 'lib/modules', release) };
}

async function fetchKernel(signal) {
  for (const program of ['apt-get', 'apt-cache', 'dpkg-deb']) {
    if (which(program) === undefined) unavailable(`This host has no ${program}.`);
  }
  if (currentPackage() === undefined) await updateLists(signal);
  const packageName = currentPackage() ?? unavailable(`apt knows no ${metaPackage}.`);
  console.error(`vm: fetching ${packageName} (70 MB, once) into ${cacheFolder}`);
  const name = packageName.replace(/^linux-image-/, 'linux-');
  return describe(
    await addToCache(name, (scratch) => unpack(packageName, scratch, join(scratch, name), signal)),
  );
}

/** The versioned package that the meta package stands for. */
function currentPackage() {
  const { text } = runQuietly('apt-cache', ['depends', '--important', metaPackage]);
  return /Depends: (linux-image-[\w.+-]+)/.exec(text)?.[1];
}

async function updateLists(signal) {
  if (process.getuid?.() === 0) await runAbortable('apt-get', ['update', '-q'], { signal });
}

async function unpack(packageName, scratch, folder, signal) {
  const fetching = ['-q', '-o', 'APT::Sandbox::User=', 'download', packageName];
  const download = await runAbortable('apt-get', fetching, { cwd: scratch, signal });
  const file = readdirSync(scratch).find((entry) => entry.endsWith('.deb'));
  if (download.status !== 0 || file === undefined) unavailable(download.text);
  mkdirSync(folder);
  const unpacked = await runAbortable('dpkg-deb', ['-x', join(scratch, file), folder], { signal });
  if (unpacked.status !== 0) unavailable(unpacked.text);
  if (!existsSync(join(folder, 'lib/modules'))) renameSync(join(folder, 'usr/lib'), join(folder, 'lib'));
  const release = readdirSync(join(folder, 'lib/modules'))[0];
  runQuietly(findProgram('busybox'), ['depmod', '-b', folder, release]);
  decompress(join(folder, `boot/vmlinuz-${release}`), join(folder, 'boot/vmlinux'));
}

/**
 * Offsets in a bzImage: Documentation/arch/x86/boot.rst. Without xz(1), or with another compression, the
 * compressed image stays: it boots too, later.
 */
function decompress(from, to) {
  const image = readFileSync(from);
  const protectedMode = (image.readUInt8(0x1f1) + 1) * 512;
  const payload = image
    .subarray(protectedMode + image.readUInt32LE(0x248))
    .subarray(0, image.readUInt32LE(0x24c));
  const { status, stdout } = spawnSync('xz', ['-dc', '--single-stream'], {
    input: payload,
    maxBuffer: 1 << 30,
  });
  if (status === 0) writeFileSync(to, stdout);
}

/** @returns {never} */
function unavailable(detail) {
  throw new VmError(
    `The kernel of the virtual machine, Debian's package ${metaPackage}, cannot be had.`,
    `It is fetched once with apt-get and kept in ${cacheFolder}. On another distribution, unpack the package ` +
      'linux-image-…-amd64 there by hand, in a folder linux-VERSION-amd64 that holds its boot/ and lib/.',
    detail,
  );
}
