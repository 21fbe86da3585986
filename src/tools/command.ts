/**
 * `kscope TOOL …`: from words to a finished run. What is printed instead of running (help, the program, the schema)
 * needs no privileges and no kernel.
 */
import { HostTarget } from '../host/target.ts';
import { nativeKernel } from '../kernel/native.ts';
import { processExists } from '../kernel/procfs.ts';
import { toByteString } from '../output/byte-string.ts';
import { Writer } from '../output/writer.ts';
import type { Attachment } from '../program/program.ts';
import { helpText } from './describe/help.ts';
import { schemaOf } from './describe/schema.ts';
import { parseToolOptions, type ToolValues } from './options/tool-options.ts';
import { CsvRenderer } from './render/csv-renderer.ts';
import { JsonRenderer } from './render/json-renderer.ts';
import type { Renderer } from './render/renderer.ts';
import { TextRenderer } from './render/text-renderer.ts';
import { MachineContext } from './run/machine-context.ts';
import { collectRows, programOf, startTool } from './run/start-tool.ts';
import type { Tool } from './tool.ts';
import { ToolUsageError } from './tool-error.ts';
import { tidy } from './where.ts';

export interface ToolHost {
  /** @throws when the person may not trace. */
  readonly requirePrivileges: () => void;
  /** Calls `stop` when the run is to end; what it returns is disposed of after the run. */
  readonly onStop: (stop: () => void) => Disposable;
}

/** @returns the exit status. @throws ToolUsageError, ToolUnavailableError, and what loading and attaching throw */
export async function runTool(tool: Tool, words: readonly string[], host: ToolHost): Promise<number> {
  const values = parseToolOptions(tool, words);
  if (values.help) return print(helpText(tool));
  if (values.schema) return print(`${JSON.stringify(schemaOf(tool, values), undefined, 2)}\n`);
  tool.check?.(values);
  checkProcess(values);
  if (!values.program) host.requirePrivileges();
  return await runChecked(tool, values, host);
}

function print(text: string): number {
  const out = new Writer(1);
  out.write(toByteString(text));
  out.flush();
  return 0;
}

/** A process that does not exist would be waited for in vain. */
function checkProcess(values: ToolValues): void {
  for (const name of ['pid', 'tid']) {
    const id = values[name];
    if (typeof id === 'number' && !processExists(id)) throw new ToolUsageError(`there is no process ${id}`);
  }
}

async function runChecked(tool: Tool, values: ToolValues, host: ToolHost): Promise<number> {
  const kernel = nativeKernel();
  kernel.setThreadName('kscope');
  using target = new HostTarget(kernel);
  const program = programOf(tool, values, target);
  if (values.program)
    return print(program === undefined ? `${tool.name} runs no program\n` : `${tidy(program)}\n`);
  let stop = () => {};
  const out = new Writer(1, { onClosed: () => stop() });
  const surroundings = {
    kernel,
    target,
    context: new MachineContext(kernel),
    renderer: rendererOf(values, out),
    onIdle: () => out.idle(),
    onAttached: notifyAttached,
    ...(values.verbose ? { onAttach: sayAttachment } : {}),
  };
  if (program === undefined) collectRows(tool, values, surroundings);
  else {
    using run = startTool(tool, values, program, surroundings);
    stop = () => run.stop();
    using _signals = host.onStop(stop);
    await run.run();
  }
  out.flush();
  return 0;
}

/** For programs that start a tool and wait until its probes are attached; the same variable as for scripts. */
const notifyVariable = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';

function notifyAttached(): void {
  if (process.env[notifyVariable] !== undefined) process.stdout.write(`${notifyVariable}\n`);
}

function rendererOf(values: ToolValues, out: Writer): Renderer {
  const options = {
    write: (text: string) => out.write(toByteString(text)),
    warn: (text: string) => {
      out.flush();
      process.stderr.write(text);
    },
    wide: values.wide,
    timestamps: values.timestamps === true,
  };
  if (values.json) return new JsonRenderer(options);
  return values.csv ? new CsvRenderer(options) : new TextRenderer(options);
}

function sayAttachment({ probes, via }: Attachment): void {
  for (const probe of probes) process.stderr.write(`Attaching ${probe} (${via})\n`);
}
