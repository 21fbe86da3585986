/**
 * The host's programs that the virtual machine needs. What a Debian package brings is installed when we may
 * (root and apt-get); otherwise the error names the package.
 */
import { spawn, spawnSync } from 'node:child_process';
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

/**
 * The same for what takes long: it ends when `signal` is aborted, and the promise is then rejected with the reason.
 * In a session of its own, so that Ctrl-C in the terminal reaches it through us only.
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ status: number | null, text: string }>}
 */
export function runAbortable(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
  return new Promise((resolve, reject) => {
    let failure;
    child.once('error', (error) => (failure = error));
    child.once('close', (status) => {
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve({ status, text: failure === undefined ? text : `${text}${failure.message}` });
    });
  });
}
