/** `kscope tools`: all tools by area, one line each; those that cannot run on this kernel are marked, with the reason. */
import { chooseVariant, type Machine, needText } from '../run/needs.ts';
import { type Area, areas, type Tool } from '../tool.ts';

/** Empty when nothing matches. `search`: a part of name or summary, in any case. */
export function toolList(tools: readonly Tool[], machine: Machine, search: string): string {
  const wanted = tools.filter((tool) => matches(tool, search.toLowerCase()));
  const width = Math.max(0, ...wanted.map(({ name }) => name.length));
  const order = Object.keys(areas) as readonly Area[];
  return order
    .map((area) => wanted.filter((tool) => tool.area === area))
    .filter((group) => group.length > 0)
    .map((group) => areaText(group, machine, width))
    .join('\n');
}

function matches({ name, summary, aliases = [] }: Tool, search: string): boolean {
  return [name, summary, ...aliases].some((text) => text.toLowerCase().includes(search));
}

function areaText(tools: readonly Tool[], machine: Machine, width: number): string {
  const sorted = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map((tool) => `  ${tool.name.padEnd(width)}  ${tool.summary}${mark(tool, machine)}\n`);
  return `${areas[tools[0]!.area]}\n${lines.join('')}`;
}

function mark(tool: Tool, machine: Machine): string {
  const { missing } = chooseVariant(tool, machine);
  return missing === undefined
    ? ''
    : ` (not on this kernel: it lacks ${missing.map(needText).join(' and ')})`;
}
