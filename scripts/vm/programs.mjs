/**
 * The host's programs that the virtual machine needs. What a Debian package brings is installed when we may
 * (root and apt-get); otherwise the error names the package.
 */
import { spawnSync } from 'node:child_process';
import { which } from '../lib/run.mjs';
import { VmError } from './errors.mjs';

const programs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
};

/** @param {keyof typeof programs} program @returns {string} its path */
export function findProgram(program) {
  const found = which(program);
  if (found !== undefined) return found;
  const name = programs[program];
  install(program, name);
  return (
    which(program) ?? missing(program, name, `The package ${name} is installed but brought no ${program}.`)
  );
}

function install(program, name) {
  if (process.getuid?.() !== 0 || which('apt-get') === undefined) missing(program, name, '');
  console.error(`vm: installing ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '-y', '-q', '--no-install-recommends', name];
  let outcome = runQuietly('apt-get', args, { env });
  if (outcome.status !== 0) {
    runQuietly('apt-get', ['update', '-q']);
    outcome = runQuietly('apt-get', args, { env });
  }
  if (outcome.status !== 0) missing(program, name, outcome.text);
}

function missing(program, name, detail) {
  throw new VmError(
    `The virtual machine needs ${program}, which this host does not have.`,
    `Install it: sudo apt-get install --no-install-recommends ${name} (or the package of your distribution).`,
    detail,
  );
}

/** Runs a program to its end; text is all it wrote. @returns {{ status: number | null, text: string }} */
export function runQuietly(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  return { status, text: `${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}` };
}
