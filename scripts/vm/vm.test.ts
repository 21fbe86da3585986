/** The virtual machine as its users meet it: one boot serves all cases, then the command itself from outside. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from './cache.mjs';
import { encodeFrame, FrameReader } from './frames.mjs';
import { bootVm, type Vm } from './vm.mjs';

const checkout = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const bootMs = 120_000;
let vm: Vm;

beforeAll(async () => {
  vm = await bootVm();
}, bootMs);
afterAll(() => vm?.close());

describe('a command in the machine', () => {
  it('runs on the other kernel, as root, in the checkout', async () => {
    const { stdout } = await vm.run('uname -r; id -u; pwd; hostname', { cwd: checkout });
    expect(stdout.split('\n')).toEqual([vm.kernel, '0', checkout, 'kscope-vm', '']);
    expect(vm.kernel).not.toBe(release());
  });

  it('keeps stdout and stderr apart and gives the status', async () => {
    expect(await vm.run('echo out; echo err >&2; exit 7')).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      status: 7,
      signal: null,
    });
    expect(await vm.run('kill -9 $$')).toMatchObject({ status: null, signal: 'SIGKILL' });
    expect(await vm.run(['no-such-command'])).toMatchObject({
      status: 127,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  it('gives a list of arguments unchanged', async () => {
    const args = ['a b', '$HOME', "it's", 'line\nbreak', 'é'];
    const { stdout } = await vm.run(['printf', '[%s]', ...args]);
    expect(stdout).toBe(args.map((arg) => `[${arg}]`).join(''));
  });

  it('streams while it runs, and reads stdin', async () => {
    const seen: string[] = [];
    const command = vm.start('read a; echo "got $a"; read b; echo "got $b"', {
      onStdout: (bytes) => {
        seen.push(Buffer.from(bytes).toString());
        if (seen.length === 1) command.write('two\n');
      },
    });
    command.write('one\n');
    expect(await command.outcome).toEqual({ status: 0, signal: null });
    expect(seen.join('')).toBe('got one\ngot two\n');
  });

  it('hands over megabytes whole', async () => {
    const { stdout } = await vm.run('seq 1 400000');
    expect(stdout.length).toBe(2_688_895);
    expect(stdout.endsWith('\n399999\n400000\n')).toBe(true);
  });

  it('runs commands side by side and stops one at its time limit', async () => {
    const [slow, quick] = await Promise.all([vm.run('sleep 60', { timeoutMs: 500 }), vm.run('echo here')]);
    expect(slow.signal).toBe('SIGKILL');
    expect(quick.stdout).toBe('here\n');
  });

  it('does not wait for what the command left behind', async () => {
    expect(await vm.run('sleep 60 & echo done')).toMatchObject({ stdout: 'done\n', status: 0 });
  });
});

describe('the machine', () => {
  it('has what a tracer needs mounted, BTF, modules and the loopback', async () => {
    const wanted = [
      '/proc',
      '/sys',
      '/dev',
      '/sys/kernel/tracing',
      '/sys/kernel/debug',
      '/sys/fs/bpf',
      '/sys/fs/cgroup',
    ];
    const { stdout } = await vm.run('cut -d" " -f2 /proc/mounts');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(wanted));
    const checks =
      'test -s /sys/kernel/btf/vmlinux && modprobe dummy && grep -q ^dummy /proc/modules && ip link show lo';
    expect(await vm.run(checks)).toMatchObject({ status: 0, stdout: expect.stringContaining('LOOPBACK,UP') });
  });

  it('writes to its own layer, never to the host', async () => {
    const file = `${checkout}/written-in-the-machine`;
    expect(await vm.run(`echo x > ${file} && cat ${file}`)).toMatchObject({ stdout: 'x\n', status: 0 });
    expect(existsSync(file)).toBe(false);
    expect(hostname()).not.toBe('kscope-vm');
  });
});

describe('npm run vm', () => {
  it('ends with a usage line when there is no command', async () => {
    expect(await runMain([])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Usage: npm run vm'),
    });
  });

  it('passes an interrupt on and leaves nothing behind', { timeout: bootMs }, async () => {
    const before = readdirSync(cacheFolder).sort();
    const outcome = await runMain(
      ['trap "echo stopping; exit 3" INT; echo up; while :; do sleep 0.1; done'],
      'up',
    );
    expect(outcome).toMatchObject({ status: 3, stdout: 'up\nstopping\n' });
    expect(alive(outcome.processes)).toEqual([]);
    expect(readdirSync(cacheFolder).sort()).toEqual(before);
  });

  it('takes the machine with it when it is killed', { timeout: bootMs }, async () => {
    const outcome = await runMain(['echo up; sleep 100'], 'up', 'SIGKILL');
    expect(outcome.processes.length).toBeGreaterThan(0);
    await expect.poll(() => alive(outcome.processes), { timeout: 5000 }).toEqual([]);
  });
});

describe('frames', () => {
  it('come out whole however the bytes are cut', () => {
    const sent = [
      [1, 7, 'first'],
      [12, 8, ''],
      [11, 4_000_000_000, 'x'.repeat(1000)],
    ] as const;
    const bytes = Buffer.concat(sent.map(([type, id, text]) => encodeFrame(type, id, text)));
    for (const size of [1, 3, 10, bytes.length]) {
      const received: unknown[] = [];
      const reader = new FrameReader((type, id, payload) => received.push([type, id, payload.toString()]));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(received).toEqual(sent);
    }
  });
});

/** Runs the command as a user does; sends the signal when the text has come. */
async function runMain(args: readonly string[], until?: string, signal: NodeJS.Signals = 'SIGINT') {
  const child = spawn(process.execPath, ['scripts/vm/main.mjs', ...args], { cwd: checkout });
  const text = { stdout: '', stderr: '' };
  let processes: readonly number[] = [];
  child.stderr.on('data', (bytes) => (text.stderr += bytes));
  child.stdout.on('data', (bytes) => {
    text.stdout += bytes;
    if (until === undefined || processes.length > 0 || !text.stdout.includes(until)) return;
    processes = childrenOf(child.pid!);
    child.kill(signal);
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { ...text, status, processes };
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** Running ones: a dead child whose parent has died too waits for init to take note. */
function alive(processes: readonly number[]): readonly number[] {
  return processes.filter((pid) => existsSync(`/proc/${pid}/exe`));
}
