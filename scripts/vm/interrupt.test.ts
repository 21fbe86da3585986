/** `npm run vm` interrupted before the command runs: while it fetches the kernel, and while the machine boots. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from './cache.mjs';

const checkout = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const patienceMs = 60_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kscope-interrupt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Programs by name, in front of the path: apt-get downloads for ever. */
function fakeApt(): string {
  const programs = {
    'apt-cache': 'echo "  Depends: linux-image-1.2.3-amd64"',
    'apt-get': `echo half >linux-image.deb; echo $$ >${folder}/downloading; exec sleep 1000`,
    'dpkg-deb': 'exit 1',
  };
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return `${bin}:${process.env.PATH}`;
}

function start(env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['scripts/vm/main.mjs', 'true'], {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (bytes) => errors.push(String(bytes)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, stderr: () => errors.join('') };
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}/exe`);

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('during the fetch ends it and leaves nothing in the cache', { timeout: patienceMs }, async () => {
    const cache = join(folder, 'kscope/vm');
    // Left by a run that was killed: there are no processes of such a number.
    mkdirSync(join(cache, '.new-4999999999-x'), { recursive: true });
    const run = start({ PATH: fakeApt(), XDG_CACHE_HOME: folder });
    const downloading = join(folder, 'downloading');
    await expect
      .poll(() => existsSync(downloading) && readFileSync(downloading, 'utf8'), { timeout: patienceMs })
      .toMatch(/\d\n/);
    const pid = Number(readFileSync(downloading, 'utf8'));
    expect(readdirSync(cache)).toEqual([expect.stringMatching(`^\\.new-${run.child.pid}-`)]);
    run.child.kill(signal);
    expect(await run.ended).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(run.stderr()).toMatch(/^vm: fetching linux-image-1.2.3-amd64 .*\n$/);
    expect(readdirSync(cache)).toEqual([]);
    expect(isAlive(pid)).toBe(false);
  });

  it('during the boot ends the machine', { timeout: patienceMs }, async () => {
    const before = readdirSync(cacheFolder).sort();
    const run = start();
    const children = () =>
      readFileSync(`/proc/${run.child.pid}/task/${run.child.pid}/children`, 'utf8').trim();
    const machine = () => (children() === '' ? '' : readFileSync(`/proc/${children()}/comm`, 'utf8'));
    await expect.poll(machine, { timeout: patienceMs }).toMatch(/^qemu/);
    const pid = Number(children());
    run.child.kill(signal);
    expect(await run.ended).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(run.stderr()).toBe('');
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(cacheFolder).sort()).toEqual(before);
  });
});
