/** The `--help` of a tool: usage, what it is for, its options, examples, what it costs. */

import type { Option } from '../options/option.ts';
import { allOptions } from '../options/tool-options.ts';
import { areas, type Tool } from '../tool.ts';
import { wrapped } from './wrap.ts';

const width = 80;
const optionColumn = 30;

export function helpText(tool: Tool): string {
  return [
    `${usageLine(tool)}\n`,
    `${wrapped(`${tool.summary}. ${tool.description}`, width)}\n`,
    optionsText(tool),
    examplesText(tool),
    `Overhead: ${wrapped(tool.overhead, width, 10).trimStart()}\n`,
  ].join('\n');
}

export function usageLine({ name, options }: Tool): string {
  const operands = Object.values(options)
    .flatMap((option) => (option.kind === 'value' && option.operand !== undefined ? [option] : []))
    .sort((a, b) => (a.operand ?? 0) - (b.operand ?? 0))
    .map(
      (option) => (option.required ? option.argument : `[${option.argument}]`) + (option.rest ? ' …' : ''),
    );
  return ['Usage: kscope', name, '[OPTIONS]', ...operands].join(' ');
}

export function optionsText(tool: Tool): string {
  return `Options\n${Object.values(allOptions(tool)).map(optionLine).join('\n')}\n`;
}

export function optionSpelling(option: Option): string {
  const argument = option.kind === 'value' ? ` ${option.argument}` : '';
  return `${option.short === undefined ? '    ' : `-${option.short}, `}--${option.long}${argument}`;
}

function optionLine(option: Option): string {
  const left = `  ${optionSpelling(option)}`;
  const help = wrapped(option.help, width, optionColumn);
  return left.length < optionColumn - 1 ? left + help.slice(left.length) : `${left}\n${help}`;
}

function examplesText({ examples }: Tool): string {
  return examples
    .map(({ command, output, reading }) => {
      const shown = output
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `    ${line}`.trimEnd());
      return `    # kscope ${command}\n${shown.join('\n')}\n\n${wrapped(reading, width)}\n`;
    })
    .join('\n');
}

export function areaTitle({ area }: Pick<Tool, 'area'>): string {
  return areas[area];
}
