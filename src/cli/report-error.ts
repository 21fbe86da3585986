/**
 * What the person sees when something fails, and the exit status: mistakes and refusals of the machine as a message,
 * our own bugs with the request to report them. Stacks only for bugs.
 */
import { useColor } from './diagnostics.ts';
import { exitStatus, UserError } from './mistakes.ts';
import { usage } from './usage.ts';

export function reportAndExitStatus(error: unknown, command: string): number {
  if (error instanceof UserError) {
    if (error.message !== '') (isGetopt(error, command) ? say : sayError)(error.message);
    if (error.showUsage) process.stderr.write(usage(command));
    return error.status;
  }
  if (!(error instanceof Error)) return fatal(String(error));
  // By name: the classes live in parts of kscope that may not have been loaded.
  if (error.name === 'AttachError') return attachFailed(error);
  if (expected.has(error.name)) {
    sayError(error.message);
    return statusOf.get(error.name) ?? exitStatus.refused;
  }
  if (isReaderGone(error)) return exitStatus.ok;
  if (isFileError(error)) {
    sayError(error.message);
    return exitStatus.mistake;
  }
  return fatal(error.stack ?? error.message);
}

function attachFailed({ message, cause }: Error): number {
  if (cause instanceof Error) sayError(cause.message);
  sayError(`${message}. If this is expected, set the 'missing_probes' config variable to 'warn'.`);
  return exitStatus.refused;
}

/** Errors that are about the machine or its files. */
const expected: ReadonlySet<string> = new Set([
  'SyscallError',
  'UnsupportedFeatureError',
  'MissingCapabilityError',
  'KernelFileError',
  'VerifierError',
  'ElfError',
  'BtfError',
  'ToolUsageError',
  'ToolUnavailableError',
]);

const statusOf: ReadonlyMap<string, number> = new Map([
  ['MissingCapabilityError', exitStatus.mistake],
  ['ToolUsageError', exitStatus.mistake],
  ['ToolUnavailableError', exitStatus.mistake],
]);

/** Whoever read the output wants no more of it (`| head`): nothing to complain about. */
function isReaderGone(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

function isFileError(error: Error): boolean {
  return 'syscall' in error && 'code' in error;
}

function isGetopt(error: UserError, command: string): boolean {
  return error.showUsage && error.message.startsWith(`${command}: `);
}

function fatal(details: string): number {
  say(
    `${painted(`BUG: ${details}`)}\nPlease report this, with the program and the command line that led to it.`,
  );
  return exitStatus.refused;
}

function sayError(text: string): void {
  say(painted(`ERROR: ${text}`));
}

function painted(text: string): string {
  return useColor() ? `\x1b[31m${text}\x1b[0m` : text;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
