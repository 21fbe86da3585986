/** Where a run writes: standard output or the file of `-o`, as text or JSON. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { reasonOf } from '../kernel/strerror.ts';
import { JsonOutput } from '../output/json.ts';
import { MessageOutput } from '../output/message-output.ts';
import { SwitchedOutput } from '../output/switched-output.ts';
import { TextOutput } from '../output/text.ts';
import { Writer } from '../output/writer.ts';
import type { ReportSink } from './commands/self-tests.ts';
import { useColor } from './diagnostics.ts';
import type { CommonOptions } from './invocation.ts';
import { UserError } from './mistakes.ts';
import type { ProgramText } from './program-text.ts';

export interface Sink extends Disposable, ReportSink {
  /** Called when the reader of the output went away. */
  onClosed: () => void;
  /** All probes are attached. */
  notifyAttached(): void;
}

/** For programs that start us and wait until all probes are attached. */
const notifyVariable = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';

/** @throws UserError */
export function openOutput(common: CommonOptions, { name, bytes }: ProgramText): Sink {
  const fd = common.outputFile === undefined ? 1 : openFile(common.outputFile);
  const out = new Writer(fd, { buffering: common.buffering, onClosed: () => sink.onClosed() });
  const options = {
    out,
    err: new Writer(2),
    sources: (file: string) => (file === name ? Buffer.from(bytes).toString() : undefined),
    quiet: common.quiet,
    noWarnings: common.noWarnings,
    color: useColor(),
  };
  const written = common.outputFormat === 'json' ? new JsonOutput(options) : new TextOutput(options);
  const sink: Sink = {
    output: new SwitchedOutput(common.dryRun ? new MessageOutput(() => {}) : written),
    format: common.outputFormat,
    textOutput: (kept) => new TextOutput({ ...options, out: kept }),
    write: (text) => out.write(text),
    onClosed: () => {},
    notifyAttached: () => {
      if (process.env[notifyVariable] === undefined) return;
      written.flush();
      writeSync(1, `${notifyVariable}\n`);
    },
    [Symbol.dispose]: () => {
      written.flush();
      if (fd !== 1) closeSync(fd);
    },
  };
  return sink;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UserError(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}
