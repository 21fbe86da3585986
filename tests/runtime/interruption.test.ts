/**
 * The command when it is stopped at a bad moment, or cannot write: whatever happens, no program stays in the kernel,
 * and nobody sees a stack trace. Moments are spread over the whole life of a run by fixed delays.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nativeKernel } from '../../src/kernel/native.ts';
import { objectIds, openById, programInfo } from '../../src/kernel/object-info.ts';
import { builtCommand, delay, shell, Tracer } from './harness.ts';
import { describeTracing } from './support.ts';

const kernel = nativeKernel();

/** Of programs that are in the kernel now. */
function loadedNames(): readonly string[] {
  return [...objectIds(kernel, 'program')].flatMap((id) => {
    const fd = openById(kernel, 'program', id);
    if (fd === undefined) return [];
    try {
      return [programInfo(kernel, fd.number).name];
    } finally {
      fd.close();
    }
  });
}

/** Probes that no other test has: the names of their programs tell whose they are. */
const program =
  'interval:us:98765 { @ = count(); printf("%d\\n", nsecs); } profile:us:98765 { @s[kstack] = count(); } ' +
  't:sched:sched_switch { @c[comm] = count(); } uprobe:/bin/bash:readline { @r = count(); }';
const isOurs = (name: string) => name.startsWith('interval_us_987') || name.startsWith('profile_us_9876');

async function untilGone(): Promise<void> {
  const end = performance.now() + 20_000;
  while (loadedNames().some(isOurs) && performance.now() < end) await delay(50);
  expect(loadedNames().filter(isOurs)).toEqual([]);
}

const noStackTrace = expect.not.stringMatching(/^\s+at \S+ \(|node:internal|BUG/m);

describeTracing('a run that is stopped', () => {
  const delays = [0, 40, 80, 150, 250, 400, 600, 900, 1300, 2000];

  it('by SIGKILL, at any moment, leaves no program', async () => {
    let sawLoaded = false;
    for (const ms of delays) {
      const tracer = new Tracer(['-e', program]);
      await delay(ms);
      sawLoaded ||= loadedNames().some(isOurs);
      tracer.process.kill('SIGKILL');
      await tracer.ended;
      await untilGone();
    }
    const attached = new Tracer(['-e', program]);
    await attached.attached();
    sawLoaded ||= loadedNames().some(isOurs);
    attached.process.kill('SIGKILL');
    await attached.ended;
    await untilGone();
    expect(sawLoaded).toBe(true);
  }, 120_000);

  it('by SIGINT, at any moment, ends with a status, or by the signal before it had begun', async () => {
    for (const ms of delays) {
      const tracer = new Tracer(['-e', program]);
      await delay(ms);
      const { status, signal, stderr } = await tracer.interrupt();
      expect([status, signal], `after ${ms} ms`).toEqual(signal === null ? [0, null] : [null, 'SIGINT']);
      expect(stderr).toEqual(noStackTrace);
    }
    const tracer = new Tracer(['-e', program]);
    await tracer.until(({ stdout }) => stdout !== '');
    // Again and again: also while it prints its maps and gives back what it has.
    const again = setInterval(() => tracer.process.kill('SIGINT'), 5);
    const { status, stdout, stderr } = await tracer.ended;
    clearInterval(again);
    expect([status, stderr]).toEqual([0, noStackTrace]);
    expect(stdout).toMatch(/^@: \d+$/m);
    await untilGone();
  }, 120_000);
});

describeTracing('output that nobody can take', () => {
  const command = (words: string) => `'${process.execPath}' '${builtCommand()}' ${words}`;

  it.each([
    ['output of a probe', `-q -e 'i:ms:1 { printf("x\\n") }'`],
    ['a listing', "-l 't:*'"],
    ['the usage', '--help'],
    ['formatted text', "--fmt -e 'begin { print(1) }'"],
  ])('a reader that goes away is no mistake: %s', async (_, words) => {
    const text = await shell(
      `exec 3>&1; { ${command(words)} 2>&3; echo "status $?" >&3; } | head -c 1 >/dev/null`,
    );
    expect(text).toBe('status 0\n');
    expect(text).toEqual(noStackTrace);
  });

  it.each([
    ['output of a probe', ['-e', 'begin { printf("x\\n"); exit(); }']],
    ['a listing', ['-l', 't:sched:*']],
    ['the usage', ['--help']],
  ])('a full disk is told, with a status: %s', async (_, args) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [builtCommand(), ...args], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    let stderr = '';
    child.stderr?.on('data', (bytes) => {
      stderr += bytes;
    });
    const [status] = await once(child, 'close');
    expect(stderr).toContain('ERROR: ENOSPC: no space left on device');
    expect(stderr).toEqual(noStackTrace);
    expect(status).toBe(1);
  });

  it.each([1, 2])('descriptor %d is closed', async (descriptor) => {
    const text = await shell(
      `${command(`-q -e 'begin { printf("x"); exit(); }'`)} ${descriptor}>&-; echo status $?`,
    );
    expect(text).toContain('status 0');
  });
});

describeTracing('without privileges', () => {
  it.each([
    ['--reuid=65534 --regid=65534 --clear-groups', 'CAP_BPF and CAP_PERFMON'],
    ['--bounding-set=-bpf,-sys_admin', 'CAP_BPF'],
    ['--bounding-set=-perfmon,-sys_admin', 'CAP_PERFMON'],
  ])('setpriv %s: says what is missing', async (options, missing) => {
    const node = `setpriv ${options} '${process.execPath}' '${builtCommand()}'`;
    const text = await shell(`${node} -e 'begin { exit(); }' 2>&1; echo status $?`);
    expect(text).toBe(
      `ERROR: Tracing needs ${missing}. Run as root (sudo), or give the process ${missing}.\nstatus 1\n`,
    );
  });
});
