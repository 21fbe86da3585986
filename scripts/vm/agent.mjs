/**
 * Runs in the virtual machine: starts the commands that the host asks for and sends back what they write. It lives
 * as long as the host listens; its end is the end of the machine (see init.sh), so that a host that died leaves no
 * machine behind.
 */
import { spawn } from 'node:child_process';
import { openSync, read, readdirSync, readFileSync, write } from 'node:fs';
import { release } from 'node:os';
import { encodeFrame, FrameReader, frame } from './frames.mjs';

const port = openSync(findPort('kscope'), 'r+');
/** @type {Map<number, import('node:child_process').ChildProcess>} */
const commands = new Map();
let lastWrite = Promise.resolve();
const drainMs = 1000;

// A plain exit would wait for the read of the port, which ends only with the machine.
process.on('exit', () => process.kill(process.pid, 'SIGKILL'));

const reader = new FrameReader((type, id, payload) => {
  if (type === frame.run) start(id, JSON.parse(payload.toString()));
  if (type === frame.stdin) feed(commands.get(id), payload);
  if (type === frame.signal) signal(commands.get(id), payload.toString());
});
listen();
send(frame.ready, 0, JSON.stringify({ kernel: release() }));

/** @param {string} name */
function findPort(name) {
  const ports = '/sys/class/virtio-ports';
  const found = readdirSync(ports).find(
    (entry) => readFileSync(`${ports}/${entry}/name`, 'utf8').trim() === name,
  );
  if (found === undefined) throw new Error(`no virtio port '${name}'`);
  return `/dev/${found}`;
}

function listen() {
  read(port, Buffer.alloc(65536), 0, 65536, null, (error, count, buffer) => {
    if (error || count === 0) process.exit(0);
    reader.push(buffer.subarray(0, count));
    listen();
  });
}

/** @param {number} id @param {{ argv: string[], cwd: string, env: Record<string, string> }} request */
function start(id, { argv, cwd, env }) {
  const child = spawn(argv[0], argv.slice(1), { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  commands.set(id, child);
  child.stdin.on('error', () => {});
  child.once('error', (error) => {
    send(frame.stderr, id, `${argv[0]}: ${error.message}\n`);
    finish(id, { status: 127, signal: null });
  });
  forward(child.stdout, frame.stdout, id);
  forward(child.stderr, frame.stderr, id);
  child.once('close', (status, signal) => finish(id, { status, signal }));
  // What it left running may hold its output open for ever.
  child.once('exit', (status, signal) => setTimeout(() => finish(id, { status, signal }), drainMs));
}

/** Reads on only when the host has taken what came before: a slow reader slows the command, as a pipe does. */
function forward(stream, type, id) {
  stream.on('data', (bytes) => {
    stream.pause();
    send(type, id, bytes).then(() => stream.resume());
  });
}

function finish(id, outcome) {
  if (commands.delete(id)) send(frame.exit, id, JSON.stringify(outcome));
}

function feed(child, bytes) {
  if (bytes.length === 0) child?.stdin.end();
  else child?.stdin.write(bytes);
}

function signal(child, name) {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, name);
  } catch {
    // It has just ended: its exit frame is on the way.
  }
}

/** Frames must not be mixed: each waits for the one before. */
function send(type, id, payload) {
  const bytes = encodeFrame(type, id, payload);
  lastWrite = lastWrite.then(() => writeAll(bytes));
  return lastWrite;
}

function writeAll(bytes) {
  return new Promise((resolve) => {
    write(port, bytes, 0, bytes.length, null, (error, count) => {
      if (error) process.exit(1);
      resolve(count < bytes.length ? writeAll(bytes.subarray(count)) : undefined);
    });
  });
}
