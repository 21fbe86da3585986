/**
 * The command. It reads its words, and loads of kscope only what they ask for: `--help` and `--version` must not
 * wait for a compiler.
 */
import { basename } from 'node:path';
import { type Invocation, parseInvocation } from './invocation.ts';
import { reportAndExitStatus } from './report-error.ts';
import { findSubcommand } from './subcommands.ts';
import { usage } from './usage.ts';
import { versionLine } from './version.ts';

/** The name it was called by: a link named `bpftrace` answers as that program does. */
const command = basename(process.argv[1] ?? '') === 'bpftrace' ? 'bpftrace' : 'kscope';

const commands: {
  readonly [Kind in Invocation['kind']]: (
    invocation: Extract<Invocation, { kind: Kind }>,
  ) => Promise<number> | number;
} = {
  help: () => print(usage(command)),
  version: () => print(`${versionLine(command)}\n`),
  info: async () => (await import('./commands/info.ts')).info(),
  list: async (invocation) => (await import('./commands/list.ts')).list(invocation),
  format: async (invocation) => (await import('./commands/format.ts')).formatProgram(invocation),
  run: async (invocation) => (await import('./commands/run.ts')).run(invocation, command),
};

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function main(): Promise<number> {
  try {
    const words = process.argv.slice(2);
    const subcommand = await findSubcommand(words);
    if (subcommand !== undefined) return await subcommand();
    if (words[0] === 'asm') return (await import('./commands/asm.ts')).asm(words.slice(1), command);
    if (words[0] === 'run')
      return await (await import('./commands/run-file.ts')).runFile(words.slice(1), command);
    return await dispatch(parseInvocation(words, command));
  } catch (error) {
    return reportAndExitStatus(error, command);
  }
}

function dispatch<Kind extends Invocation['kind']>(invocation: Invocation & { kind: Kind }) {
  // The command under a kind takes exactly the invocations of that kind; TypeScript cannot follow the correlation.
  const handler = commands[invocation.kind] as (given: Invocation) => Promise<number> | number;
  return handler(invocation);
}

/** What happens outside of main(): a stream that broke while it was written to, or a bug in a callback. */
process.on('uncaughtException', (error) => process.exit(reportAndExitStatus(error, command)));

/**
 * When everything is written, at once: Node's orderly way out takes its signal handlers away first, and whoever
 * pressed Ctrl-C twice would see the run end by a signal.
 */
process.once('beforeExit', (status) => process.exit(status));

// No top-level await: the bundle is a script, so that V8's compiled code can be kept.
void main().then((status) => {
  process.exitCode = status;
});
