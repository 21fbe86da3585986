/**
 * `npm run vm -- COMMAND`: runs a command as root on Debian's stock kernel, in this checkout, and ends as it ends.
 *
 *     npm run vm -- uname -a
 *     npm run vm -- 'node dist/kscope.mjs -e "kprobe:vfs_read { @ = count() }" | head'
 *
 * One argument is a shell command line, several are a command and its arguments. Ctrl-C goes to the command; a
 * second one ends the machine.
 */
import { constants } from 'node:os';
import { VmError } from './errors.mjs';
import { bootVm } from './vm.mjs';

const usage = `Usage: npm run vm -- [--log] [--cpus N] COMMAND [ARGUMENT…]
  --log      show the kernel log
  --cpus N   emulate N CPUs (default: 1)`;
const graceMs = 5000;

const args = process.argv.slice(2);
const options = {};
while (args[0]?.startsWith('--')) takeOption(args.shift());
if (args.length === 0) exitWithUsage();

function exitWithUsage() {
  console.error(usage);
  process.exit(2);
}

/** @param {string | undefined} name */
function takeOption(name) {
  const count = name === '--cpus' ? Number(args.shift()) : 1;
  if (!Number.isInteger(count) || count < 1 || (name !== '--log' && name !== '--cpus')) exitWithUsage();
  if (name === '--log') options.onKernelLog = (text) => process.stderr.write(text);
  else options.cpus = count;
}

const machine = new AbortController();
/** Set by a signal that ended the machine: the status to end with. */
let interrupted;
const endMachine = (signal) => {
  interrupted = 128 + constants.signals[signal];
  machine.abort();
};
/** What a signal does: before the command runs there is nobody else to tell. */
let interrupt = endMachine;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt(signal));

try {
  const vm = await bootVm({ ...options, signal: machine.signal });
  const status = await follow(vm);
  await vm.close();
  process.exitCode = status;
} catch (error) {
  if (interrupted === undefined) console.error(error instanceof VmError ? error.message : error);
  process.exitCode = interrupted ?? 125;
}
process.stdin.destroy();

/** @param {import('./vm.mjs').Vm} vm @returns {Promise<number>} the status that a shell would show */
async function follow(vm) {
  const command = vm.start(args.length === 1 ? args[0] : args, {
    onStdout: (bytes) => process.stdout.write(bytes),
    onStderr: (bytes) => process.stderr.write(bytes),
  });
  passInput(command);
  interrupt = (signal) => {
    command.signal(signal);
    interrupt = endMachine;
    setTimeout(endMachine, graceMs, signal).unref();
  };
  const { status, signal } = await command.outcome;
  return status ?? 128 + constants.signals[signal];
}

/** A terminal stays ours: the command's stdin is then empty. */
function passInput(command) {
  if (process.stdin.isTTY) return command.end();
  process.stdin.on('data', (bytes) => command.write(bytes));
  process.stdin.once('end', () => command.end());
  process.stdin.on('error', () => command.end());
}
