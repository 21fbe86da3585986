/** The manual page of a tool, in the man macros of groff. */

import type { Option } from '../options/option.ts';
import { allOptions } from '../options/tool-options.ts';
import type { Example, Tool } from '../tool.ts';
import { usageLine } from './help.ts';

export function manText(tool: Tool): string {
  const { name, summary, description, examples, overhead } = tool;
  const title = `kscope-${name}`;
  return [
    `.TH ${escaped(title.toUpperCase())} 8 "" "kscope" "System tracing"`,
    section('NAME', `${escaped(title)} \\- ${escaped(summary)}`),
    section('SYNOPSIS', `.B ${escaped(usageLine(tool).replace('Usage: ', ''))}`),
    section('DESCRIPTION', escaped(description)),
    section('OPTIONS', Object.values(allOptions(tool)).map(optionText).join('\n')),
    section('EXAMPLES', examples.map(exampleText).join('\n')),
    section('OVERHEAD', escaped(overhead)),
    '',
  ].join('\n');
}

function section(title: string, text: string): string {
  return `.SH ${title}\n${text}`;
}

function optionText(option: Option): string {
  const argument = option.kind === 'value' ? ` \\fI${escaped(option.argument)}\\fR` : '';
  const spellings = [...(option.short === undefined ? [] : [`-${option.short}`]), `--${option.long}`];
  return `.TP\n${spellings.map((spelling) => `\\fB${escaped(spelling)}\\fR`).join(', ')}${argument}\n${escaped(option.help)}`;
}

function exampleText({ command, output, reading }: Example): string {
  return `.PP\n.B kscope ${escaped(command)}\n.PP\n.nf\n${escaped(output.replace(/\n$/, ''))}\n.fi\n.PP\n${escaped(reading)}`;
}

/** A dash is a minus sign; a dot or quote that begins a line is no request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
