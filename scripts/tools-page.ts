/**
 * docs/tools.md, made of the declarations of the tools: each with what it asks of the kernel, an example and what it
 * costs, and the options that all share.
 */
import { areaTitle, optionSpelling } from '../src/tools/describe/help.ts';
import type { Option } from '../src/tools/options/option.ts';
import * as standard from '../src/tools/options/standard.ts';
import { type Area, areas, type Need, type Tool } from '../src/tools/tool.ts';
import { tools } from '../tools/index.ts';

const introduction =
  'A tool is run as `kscope NAME [OPTIONS]`; `kscope help NAME` has all of its options, and `kscope tools` marks those ' +
  'that the running kernel cannot serve, with the reason. Where a tool can go several ways, the first that the kernel ' +
  'has is taken. `--json` prints one object a line, `--schema` says what is in it; `--csv` prints comma separated ' +
  'values; `--program` prints the program instead of running it.';

export function toolsPageBody(): readonly string[] {
  const order = Object.keys(areas) as readonly Area[];
  const groups = order.map((area) => sorted(tools.filter((tool) => tool.area === area)));
  return [
    introduction,
    sharedOptions(),
    ...groups
      .filter((group) => group.length > 0)
      .flatMap((group) => [`## ${areaTitle(group[0]!)}`, table(group), ...group.map(entry)]),
  ];
}

function sorted(group: readonly Tool[]): readonly Tool[] {
  return group.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function table(group: readonly Tool[]): string {
  const rows = group.map(
    (tool) => `| [${tool.name}](#${tool.name}) | ${cell(tool.summary)} | ${cell(ways(tool))} |`,
  );
  return ['| Tool | Shows | Needs |', '|---|---|---|', ...rows].join('\n');
}

function ways({ variants }: Tool): string {
  if (variants.length === 0) return 'no program: reads what the kernel tells';
  return variants
    .map(({ by, needs }) => (needs.length === 0 ? by : `${by}: ${needs.map(needName).join(', ')}`))
    .join('; or ');
}

function needName(need: Need): string {
  const [, ...name] = need.split(':');
  return `\`${name.join(':')}\``;
}

function entry(tool: Tool): string {
  const examples = tool.examples.flatMap(({ command, output, reading }) => [
    ['```', `# kscope ${command}`, output.replace(/\n$/, ''), '```'].join('\n'),
    reading,
  ]);
  return [
    `### ${tool.name}`,
    `${tool.summary}. ${tool.description}`,
    ...examples,
    `*Overhead:* ${tool.overhead}`,
  ].join('\n\n');
}

function sharedOptions(): string {
  const { common, ...shared } = standard;
  const options: readonly Option[] = Object.values({ ...shared, ...common }).sort((a, b) =>
    a.long < b.long ? -1 : 1,
  );
  const unique = new Map(options.map((option) => [option.long, option]));
  const rows = [...unique.values()].map(
    (option) => `| \`${cell(optionSpelling(option).trim())}\` | ${cell(option.help)} |`,
  );
  return [
    '## Options that tools share',
    'A tool has those of them that apply to it, always with the same meaning.',
    ['| Option | |', '|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
