/** All options of a tool: its own and those that every tool has. */
import type { Tool } from '../tool.ts';
import type { Options, OptionValues } from './option.ts';
import { parseOptions } from './parse-options.ts';
import { common } from './standard.ts';

type ToolOptions = Options & typeof common;
export type ToolValues = OptionValues<ToolOptions>;

/** A tool may have its own form of a common option: a duration that is an operand. */
export function allOptions(tool: Pick<Tool, 'options'>): ToolOptions {
  return { ...tool.options, ...common, ...tool.options };
}

/** @throws ToolUsageError */
export function parseToolOptions(tool: Pick<Tool, 'options'>, words: readonly string[]): ToolValues {
  return parseOptions(allOptions(tool), words);
}
