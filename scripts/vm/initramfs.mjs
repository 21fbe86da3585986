/**
 * The first file system of the virtual machine: busybox, the drivers that reach the host's root, init.sh and the
 * agent. Named after its content in the cache, so that a changed script is never run from an old archive.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addToCache, cacheFolder } from './cache.mjs';
import { writeCpio } from './cpio.mjs';
import { VmError } from './errors.mjs';
import { findProgram } from './programs.mjs';

const drivers = ['virtio_pci', 'virtio_console', '9p', '9pnet_virtio', 'overlay'];
const dayMs = 86_400_000;

/** @param {import('./kernel.mjs').Kernel} kernel @returns {Promise<string>} path of the archive */
export async function findInitramfs(kernel) {
  const archive = writeCpio(entries(kernel));
  const name = `initramfs-${createHash('sha256').update(archive).digest('hex').slice(0, 16)}.cpio`;
  const path = join(cacheFolder, name);
  if (existsSync(path)) return path;
  removeOld();
  return addToCache(name, (scratch) => writeFileSync(join(scratch, name), archive));
}

function entries(kernel) {
  const modules = moduleFiles(kernel);
  const here = (file) => readFileSync(new URL(file, import.meta.url));
  return [
    ...['bin', 'proc', 'sys', 'dev', 'modules', 'agent'].map((name) => ({ name })),
    { name: 'bin/busybox', content: readFileSync(findProgram('busybox')) },
    { name: 'init', content: here('init.sh') },
    {
      name: 'settings',
      content: `modules_folder=${quote(kernel.modulesFolder)}\nnode=${quote(process.execPath)}\n`,
    },
    { name: 'agent/agent.mjs', content: here('agent.mjs') },
    { name: 'agent/frames.mjs', content: here('frames.mjs') },
    { name: 'modules/order', content: modules.map((file) => basename(file)).join('\n') },
    ...modules.map((file) => ({
      name: `modules/${basename(file)}`,
      content: readFileSync(join(kernel.modulesFolder, file)),
    })),
  ];
}

/** The drivers with what they depend on, in the order of loading; what is built in has no file. */
function moduleFiles({ modulesFolder }) {
  const lines = readFileSync(join(modulesFolder, 'modules.dep'), 'utf8').trimEnd().split('\n');
  const needs = new Map(
    lines
      .map((line) => line.split(':'))
      .map(([file, rest]) => [file, rest.trim().split(' ').filter(Boolean)]),
  );
  const builtin = readFileSync(join(modulesFolder, 'modules.builtin'), 'utf8');
  const order = new Set();
  for (const driver of drivers) {
    const file = [...needs.keys()].find((candidate) => candidate.endsWith(`/${driver}.ko`));
    if (file !== undefined) for (const each of [...needs.get(file).toReversed(), file]) order.add(each);
    else if (!builtin.includes(`/${driver}.ko`))
      throw new VmError(
        `The kernel package has no module ${driver}.`,
        `Delete ${cacheFolder} to fetch it anew.`,
      );
  }
  return [...order];
}

/** Archives of earlier versions of the scripts; one that another run has just made is left. */
function removeOld() {
  if (!existsSync(cacheFolder)) return;
  const old = (name) => Date.now() - statSync(join(cacheFolder, name)).mtimeMs > dayMs;
  for (const name of readdirSync(cacheFolder).filter((entry) => entry.startsWith('initramfs-'))) {
    if (old(name)) rmSync(join(cacheFolder, name), { force: true });
  }
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
