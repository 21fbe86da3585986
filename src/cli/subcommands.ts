/**
 * Words that begin a command line and are no file: the tools, and what is said about them. A script of the same name
 * is run by its path, `./opensnoop`.
 */
import { nativeKernel } from '../kernel/native.ts';
import { toByteString } from '../output/byte-string.ts';
import { Writer } from '../output/writer.ts';
import type { Tool } from '../tools/tool.ts';
import { UserError } from './mistakes.ts';
import { requireTracingPrivileges } from './privileges.ts';

/** Runs it and gives the exit status. */
export type Subcommand = () => Promise<number> | number;

const toolWord = /^[a-z][a-z0-9_-]*$/;

/** Undefined when the words are those of the command itself. Loads the tools only when the first word may be one. */
export async function findSubcommand(words: readonly string[]): Promise<Subcommand | undefined> {
  const [first = '', ...rest] = words;
  if (!toolWord.test(first)) return undefined;
  const { findTool, tools } = await import('../../tools/index.ts');
  const tool = findTool(first);
  if (tool !== undefined) return () => runTool(tool, rest);
  return aboutTools.get(first)?.(rest, tools);
}

type AboutTools = (words: readonly string[], tools: readonly Tool[]) => Subcommand;

const aboutTools: ReadonlyMap<string, AboutTools> = new Map([
  ['tools', (words, tools) => () => listTools(words, tools)],
  ['help', (words, tools) => () => helpOn(words, tools)],
  ['man', (words, tools) => () => manualPage(words, tools)],
  ['completion', (words, tools) => () => completion(words, tools)],
  ['checklist', (words, tools) => () => runChecklist(words, tools)],
]);

async function runTool(tool: Tool, words: readonly string[]): Promise<number> {
  const { runTool: run } = await import('../tools/command.ts');
  return await run(tool, words, { requirePrivileges: requireTracingPrivileges, onStop });
}

async function runChecklist(words: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { checklist } = await import('../../tools/checklist/checklist.ts');
  return await checklist(words, { tools, requirePrivileges: requireTracingPrivileges, onStop });
}

const endingSignals = ['SIGINT', 'SIGTERM'] as const;

function onStop(stop: () => void): Disposable {
  for (const name of endingSignals) process.on(name, stop);
  return {
    [Symbol.dispose]: () => {
      for (const name of endingSignals) process.off(name, stop);
    },
  };
}

async function listTools(words: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { toolList } = await import('../tools/describe/tool-list.ts');
  const { HostTarget } = await import('../host/target.ts');
  using target = new HostTarget(nativeKernel());
  const text = toolList(tools, target, words.join(' '));
  if (text === '')
    throw new UserError(`no tool has '${words.join(' ')}' in its name or summary: kscope tools lists all`);
  return print(text);
}

async function helpOn([name]: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { helpText } = await import('../tools/describe/help.ts');
  return print(helpText(await wanted(name, tools)));
}

async function manualPage([name]: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { manText } = await import('../tools/describe/man.ts');
  return print(manText(await wanted(name, tools)));
}

async function completion([shell = '']: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { completionScripts } = await import('../tools/describe/completion.ts');
  const script = completionScripts.get(shell);
  if (script === undefined)
    throw new UserError(`completion is made for ${[...completionScripts.keys()].join(' and ')}`);
  return print(script(tools));
}

async function wanted(name: string | undefined, tools: readonly Tool[]): Promise<Tool> {
  if (name === undefined) throw new UserError('which tool? kscope tools lists them');
  const { findTool } = await import('../../tools/index.ts');
  const tool = findTool(name);
  if (tool !== undefined) return tool;
  const { didYouMeanHint } = await import('../compiler/messages/did-you-mean.ts');
  const hint =
    didYouMeanHint(
      name,
      tools.map((one) => one.name),
    ) ?? 'kscope tools lists them';
  throw new UserError(`there is no tool ${name}: ${hint}`);
}

function print(text: string): number {
  const out = new Writer(1);
  out.write(toByteString(text));
  out.flush();
  return 0;
}
