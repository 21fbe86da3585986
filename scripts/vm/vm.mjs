/**
 * A virtual machine with Debian's stock kernel under software emulation, for what the host's kernel lacks: kprobes,
 * fentry, modules. It sees the host's root file system read-only under a writable layer that is gone with it.
 * Nothing but the QEMU process belongs to it: the conversation runs over an inherited socket, and QEMU dies with us.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { which } from '../lib/run.mjs';
import { VmError } from './errors.mjs';
import { encodeFrame, FrameReader, frame } from './frames.mjs';
import { findInitramfs } from './initramfs.mjs';
import { findKernel } from './kernel.mjs';
import { findProgram } from './programs.mjs';

/**
 * `no_timer_check`, `tsc`: emulated clocks are slow to calibrate and look unstable. `cryptomgr`: nobody needs its self
 * tests here. `rcu_expedited`: each probe that is detached waits for grace periods, which take long where there is one CPU.
 */
const kernelCommandLine = [
  'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check tsc=reliable',
  'cryptomgr.notests rcupdate.rcu_expedited=1',
].join(' ');
const logLines = 40;

/** @param {import('./vm.d.mts').BootOptions} [options] @returns {Promise<Vm>} */
export async function bootVm(options = {}) {
  const vm = new Vm(await startQemu(options), options);
  options.signal?.addEventListener('abort', () => vm.close());
  try {
    await vm.ready;
    return vm;
  } catch (error) {
    await vm.close();
    throw error;
  }
}

async function startQemu({ memoryMiB = 3072, cpus = 1, signal }) {
  const kernel = await findKernel(signal);
  const initramfs = await findInitramfs(kernel);
  const qemu = [
    findProgram('qemu-system-x86_64'),
    ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', String(cpus), '-m', String(memoryMiB)],
    ['-M', 'pc', '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-nic', 'none'],
    ['-kernel', kernel.image, '-initrd', initramfs, '-append', kernelCommandLine],
    ['-chardev', 'stdio,id=log,signal=off', '-serial', 'chardev:log'],
    [
      '-chardev',
      'socket,id=agent,fd=3',
      '-device',
      'virtio-serial',
      '-device',
      'virtserialport,chardev=agent,name=kscope',
    ],
    ['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
  ].flat();
  // What took time so far did not listen to signals everywhere: let those that came be heard before there is a machine.
  await setImmediate();
  signal?.throwIfAborted();
  // A session of its own: Ctrl-C in the terminal is for us to pass on to the command, not for QEMU.
  const command = which('setpriv') === undefined ? qemu : ['setpriv', '--pdeathsig', 'KILL', ...qemu];
  return spawn(command[0], command.slice(1), { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
}

export class Vm {
  #qemu;
  #channel;
  #commands = new Map();
  #nextId = 1;
  #log = '';
  #ended;
  #settleReady;
  kernel = '';

  /** @param {import('node:child_process').ChildProcess} qemu @param {import('./vm.d.mts').BootOptions} options */
  constructor(qemu, { onKernelLog, bootTimeoutMs = 120_000 }) {
    this.#qemu = qemu;
    this.#channel = qemu.stdio[3];
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
    const reader = new FrameReader((type, id, payload) => this.#receive(type, id, payload));
    this.#channel.on('data', (bytes) => reader.push(bytes)).on('error', () => {});
    for (const stream of [qemu.stdout, qemu.stderr])
      stream.on('data', (bytes) => this.#keepLog(bytes, onKernelLog));
    qemu.once('error', (error) => this.#fail(error.message));
    this.#ended = new Promise((resolve) => qemu.once('close', resolve)).then(() => this.#fail('QEMU ended.'));
    this.#timer = setTimeout(
      () => this.#fail(`It did not start within ${bootTimeoutMs / 1000} s.`),
      bootTimeoutMs,
    );
    process.once('exit', this.#kill);
  }

  #timer;
  #kill = () => this.#qemu.kill('SIGKILL');

  #keepLog(bytes, onKernelLog) {
    onKernelLog?.(bytes.toString());
    this.#log = `${this.#log}${bytes}`.split('\n').slice(-logLines).join('\n');
  }

  #receive(type, id, payload) {
    if (type === frame.ready) {
      clearTimeout(this.#timer);
      this.kernel = JSON.parse(payload.toString()).kernel;
      this.#settleReady.resolve();
    }
    const command = this.#commands.get(id);
    if (type === frame.stdout) command?.onStdout(payload);
    if (type === frame.stderr) command?.onStderr(payload);
    if (type !== frame.exit) return;
    this.#commands.delete(id);
    command?.resolve(JSON.parse(payload.toString()));
  }

  /** The machine is gone: whoever waits for it learns so, with the end of the kernel log. */
  #fail(reason) {
    clearTimeout(this.#timer);
    const error = new VmError(
      `The virtual machine failed: ${reason}`,
      'Above are the last lines of its kernel log.',
      this.#log,
    );
    this.#settleReady.reject(error);
    for (const command of this.#commands.values()) command.reject(error);
    this.#commands.clear();
    this.#kill();
  }

  /** @param {string | readonly string[]} command @param {import('./vm.d.mts').RunOptions} [options] */
  start(command, { cwd = process.cwd(), env = {}, onStdout = () => {}, onStderr = () => {} } = {}) {
    const id = this.#nextId++;
    const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command];
    const outcome = new Promise((resolve, reject) =>
      this.#commands.set(id, { onStdout, onStderr, resolve, reject }),
    );
    this.#send(frame.run, id, JSON.stringify({ argv, cwd, env: { ...guestEnvironment(), ...env } }));
    return {
      outcome,
      write: (bytes) => bytes.length > 0 && this.#send(frame.stdin, id, bytes),
      end: () => this.#send(frame.stdin, id, ''),
      signal: (name) => this.#send(frame.signal, id, name),
    };
  }

  /** @param {string | readonly string[]} command @param {import('./vm.d.mts').RunOptions} [options] */
  async run(command, options = {}) {
    const text = { stdout: [], stderr: [] };
    const keep = (chunks, also) => (bytes) => {
      chunks.push(bytes);
      also?.(bytes);
    };
    const started = this.start(command, {
      ...options,
      onStdout: keep(text.stdout, options.onStdout),
      onStderr: keep(text.stderr, options.onStderr),
    });
    started.end();
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => started.signal('SIGKILL'), options.timeoutMs);
    const { status, signal } = await started.outcome.finally(() => clearTimeout(timer));
    return {
      status,
      signal,
      stdout: Buffer.concat(text.stdout).toString(),
      stderr: Buffer.concat(text.stderr).toString(),
    };
  }

  #send(type, id, payload) {
    this.#channel.write(encodeFrame(type, id, payload));
  }

  /**
   * Time of the host's CPUs that the machine took so far: what emulation costs, however busy the host is.
   * utime and stime are fields 14 and 15 of /proc/PID/stat, in hundredths of a second.
   */
  get cpuMs() {
    const stat = readFileSync(`/proc/${this.#qemu.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends the machine, whatever it does; resolves when its process is gone. */
  async close() {
    this.#kill();
    await this.#ended;
    process.removeListener('exit', this.#kill);
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

/** The caller's search path, then busybox for what the host lacks (modprobe); the machine's own home. */
function guestEnvironment() {
  const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin', LANG = 'C.UTF-8', TERM = 'dumb' } = process.env;
  return { PATH: `${PATH}:/run/kscope-vm/bin`, LANG, TERM, HOME: '/root', USER: 'root', KSCOPE_VM: '1' };
}
