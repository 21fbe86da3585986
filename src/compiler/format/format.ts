/**
 * A program in canonical form (`--fmt`): braces of probes, macros and functions on their own line, those of
 * statements on the line of the statement; one attach point a line; the predicate on its own line.
 * Formatting what was formatted changes nothing, and the meaning stays the same.
 */
import { parseWithComments } from '../1-parse/parse.ts';
import type { ConfigValue, MacroDefinition, ProbeAst, ProgramAst, Source, Span, Subprogram } from '../ast.ts';
import type { Reporter } from '../messages/reporter.ts';
import { Comments } from './comments.ts';
import { quote } from './expressions.ts';
import { StatementPrinter } from './statements.ts';

/** The canonical text with a final newline, or undefined when there are syntax errors. */
export function formatSource(source: Source, reporter: Reporter): string | undefined {
  const parsed = parseWithComments(source, reporter);
  if (!parsed) return undefined;
  const interpreter = /^#!.*/.exec(source.text)?.[0];
  const text = format(parsed.ast, parsed.comments);
  return interpreter === undefined ? text : `${interpreter}\n${text}`;
}

interface Item {
  readonly span: Span;
  /** Items of one kind that may stand close together. */
  readonly close?: string;
  readonly print: () => string;
}

export function format(program: ProgramAst, comments: readonly Span[] = []): string {
  const pending = new Comments(comments);
  const printer = new StatementPrinter(pending);
  const blocks: string[] = [];
  let previous: Item | undefined;
  for (const item of rootItems(program, printer)) {
    const before = pending.takeBefore(item.span.start);
    const text = item.print() + pending.takeBehind(item.span);
    const isClose = previous?.close !== undefined && previous.close === item.close && before.length === 0;
    if (blocks.length > 0) blocks.push(isClose ? '\n' : '\n\n');
    blocks.push([...before, text].join('\n'));
    previous = item;
  }
  const rest = pending.takeBefore(Number.POSITIVE_INFINITY);
  if (rest.length > 0) blocks.push(blocks.length > 0 ? '\n\n' : '', rest.join('\n'));
  return blocks.length === 0 ? '' : `${blocks.join('')}\n`;
}

/** Everything at the top level, in the order of the source. */
function rootItems(program: ProgramAst, printer: StatementPrinter): Item[] {
  const items: Item[] = [
    ...program.cDefinitions.map((one) => ({
      span: one.span,
      close: one.form,
      print: () => one.text.trimEnd(),
    })),
    ...program.imports.map((one) => ({
      span: one.span,
      close: 'import',
      print: () => printer.print(one, ''),
    })),
    ...program.mapDeclarations.map((one) => ({
      span: one.span,
      close: 'map',
      print: () => `let ${one.name} = ${one.type}(${one.maxEntries});`,
    })),
    ...program.macros.map((one) => ({ span: one.span, print: () => macroText(one, printer) })),
    ...program.subprograms.map((one) => ({ span: one.span, print: () => subprogramText(one, printer) })),
    ...program.probes.map((one) => ({ span: one.span, print: () => probeText(one, printer) })),
  ];
  const { config } = program;
  if (config) {
    const lines = config.entries.map((one) => `  ${one.key} = ${configValueText(one.value)};\n`);
    items.push({ span: config.span, print: () => `config = {\n${lines.join('')}}` });
  }
  return items.sort((a, b) => a.span.start - b.span.start);
}

function configValueText(value: ConfigValue): string {
  return value.kind === 'string' ? quote(value.value) : String(value.value);
}

function macroText(macro: MacroDefinition, printer: StatementPrinter): string {
  const parameters = macro.parameters.map((one) => one.name).join(', ');
  return `macro ${macro.name}(${parameters})\n${printer.block(macro.body, '')}`;
}

function subprogramText(subprogram: Subprogram, printer: StatementPrinter): string {
  const { expressions } = printer;
  const parameters = subprogram.parameters.map((one) => `$${one.name} : ${expressions.type(one.type)}`);
  const head = `fn ${subprogram.name}(${parameters.join(', ')}) : ${expressions.type(subprogram.returnType)}`;
  return `${head}\n${printer.body(subprogram.body, '')}`;
}

function probeText(probe: ProbeAst, printer: StatementPrinter): string {
  const points = probe.attachPoints.map((one) => one.text).join(',\n');
  const predicate = probe.predicate ? `/${predicateText(probe, printer)}/\n` : '';
  return `${points}\n${predicate}${printer.body(probe.body, '')}`;
}

/** A dereference right after the slash would begin a comment. */
function predicateText({ predicate }: ProbeAst, printer: StatementPrinter): string {
  if (!predicate) return '';
  const text = printer.expressions.print(predicate, '');
  return text.startsWith('*') ? `(${text})` : text;
}
