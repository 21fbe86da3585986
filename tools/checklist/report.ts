/** The report of the check: for people, with what stands out at the end; and as one JSON object. */
import { headerText, rowText } from '../../src/tools/render/cell-text.ts';
import { JsonRenderer } from '../../src/tools/render/json-renderer.ts';
import { TextRenderer } from '../../src/tools/render/text-renderer.ts';
import type { Table } from './section.ts';
import type { ToolReport } from './tool-reports.ts';

interface SectionReport {
  readonly name: string;
  readonly title: string;
  readonly like: string;
  readonly table: Table;
  readonly findings: readonly string[];
}

export interface Report {
  readonly seconds: number;
  readonly sections: readonly SectionReport[];
  readonly tools: readonly ToolReport[];
}

const context = {
  wallClockMs: Number,
  secondsSinceStart: Number,
  diskName: String,
  userName: String,
};

function cells({ columns, rows }: Table) {
  return rows.map((row) =>
    columns.map(({ field, from }) => (from === undefined ? (row[field] ?? null) : from(row, context))),
  );
}

export function reportText({ seconds, sections, tools }: Report): string {
  const parts = [
    `kscope checklist: ${seconds.toFixed(1)} seconds of this machine\n`,
    ...sections.map(sectionText),
    ...tools.map(toolText),
    findingsText(sections, tools),
  ];
  return parts.join('\n');
}

function sectionText({ title, like, table }: SectionReport): string {
  const body =
    table.rows.length === 0
      ? 'none'
      : [headerText(table.columns), ...cells(table).map((row) => rowText(table.columns, row, false))].join(
          '\n',
        );
  return `${title} (${like})\n${indented(body)}\n`;
}

function toolText(report: ToolReport): string {
  return `${report.tool.summary} (kscope ${report.command})\n${indented(toolBody(report))}\n`;
}

function toolBody({ results, eventCount, unavailable, troubles }: ToolReport): string {
  if (unavailable !== undefined) return `not run: ${unavailable}`;
  let text = '';
  const renderer = new TextRenderer({
    write: (more) => {
      text += more;
    },
    warn: (more) => {
      text += more;
    },
    wide: false,
    timestamps: false,
  });
  const [first] = results;
  if (first?.kind === 'event') text += `${headerText(first.shape.columns)}\n`;
  for (const result of results) renderer.result(result);
  for (const trouble of troubles) renderer.trouble(trouble);
  const shown = results.filter(({ kind }) => kind === 'event').length;
  if (eventCount > shown) text += `… the last ${shown} of ${eventCount}\n`;
  return text.trim() === '' ? 'none' : text.replace(/^\n+|\n+$/g, '');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

function findingsText(sections: readonly SectionReport[], tools: readonly ToolReport[]): string {
  const found = [
    ...sections.flatMap(({ findings }) => findings),
    ...tools.flatMap(({ tool, troubles }) => troubles.map(({ text }) => `${tool.name}: ${text}`)),
  ];
  const lines = found.length === 0 ? ['nothing, of what was looked at'] : found;
  return `What stands out\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

export function reportJson({ seconds, sections, tools }: Report): string {
  const report = {
    seconds,
    sections: Object.fromEntries(
      sections.map(({ name, table, findings }) => [name, { rows: named(table), findings }]),
    ),
    tools: Object.fromEntries(tools.map((tool) => [tool.tool.name, toolJson(tool)])),
  };
  return `${JSON.stringify(report)}\n`;
}

function named(table: Table) {
  return cells(table).map((row) =>
    Object.fromEntries(table.columns.map(({ field }, index) => [field, row[index]])),
  );
}

/** The lines that the tool prints with --json. */
function toolJson({ command, results, eventCount, unavailable, troubles }: ToolReport) {
  const lines: unknown[] = [];
  const renderer = new JsonRenderer({ write: (line) => lines.push(JSON.parse(line)) });
  for (const result of results) renderer.result(result);
  for (const trouble of troubles) renderer.trouble(trouble);
  return {
    command,
    events: eventCount,
    results: lines,
    ...(unavailable === undefined ? {} : { unavailable }),
  };
}
