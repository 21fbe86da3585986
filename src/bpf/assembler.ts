/**
 * BPF assembly to instructions: one statement a line, written as the kernel prints it (see disassembler.ts), plus
 * labels: `again:` before a statement, `goto again`, `call again`, `r1 = subprog[again] ll`. Reading walks the tree
 * of all forms, so that an error names the first token that fits no instruction and what could stand there.
 */
import { AssemblyError } from './errors.ts';
import { encode, type Insn } from './instruction.ts';
import type { Token } from './text/lexer.ts';
import { tokenize } from './text/lexer.ts';
import type { Fields } from './text/operands.ts';
import { type Statement, shapeStatement, type Word } from './text/statement.ts';
import { type Form, type SyntaxNode, syntaxTree } from './text/syntax.ts';

export interface Assembly {
  readonly insns: readonly Insn[];
  readonly bytes: Uint8Array;
  /** 1-based source line of each instruction. */
  readonly lines: readonly number[];
}

interface Parsed {
  readonly statement: Statement;
  readonly form: Form;
  readonly slot: number;
}

/** @throws {AssemblyError} with line and column. */
export function assemble(text: string): Assembly {
  const labels = new Map<string, number>();
  const parsed: Parsed[] = [];
  let slot = 0;
  text.split(/\r?\n/).forEach((lineText, index) => {
    const tokens = takeLabels(tokenize(lineText, index + 1), labels, slot);
    if (tokens.length === 0) return;
    const statement = shapeStatement(tokens);
    const form = recognise(statement);
    parsed.push({ statement, form, slot });
    slot += form.entry.fields.high === undefined ? 1 : 2;
  });
  const insns = parsed.map((one) => fill(one, labels));
  return { insns, bytes: encode(insns), lines: parsed.map(({ statement }) => statement.line) };
}

/** Notes leading `name:` and gives what is left of the line. */
function takeLabels(tokens: readonly Token[], labels: Map<string, number>, slot: number): readonly Token[] {
  const [name, colon] = tokens;
  if (name?.kind !== 'word' || colon?.text !== ':') return tokens;
  if (labels.has(name.text))
    throw new AssemblyError(name.line, name.column, `label \`${name.text}\` is defined twice`);
  labels.set(name.text, slot);
  return takeLabels(tokens.slice(2), labels, slot);
}

function recognise(statement: Statement): Form {
  let node: SyntaxNode = syntaxTree();
  for (const word of statement.words) {
    const next = node.next.get(word.key);
    if (!next)
      throw new AssemblyError(word.line, word.column, `unexpected \`${word.text}\`; ${expected(node)}`);
    node = next;
  }
  if (!node.form)
    throw new AssemblyError(
      statement.line,
      statement.endColumn,
      `the instruction is not complete; ${expected(node)}`,
    );
  return node.form;
}

const shapeNames: ReadonlyMap<string, string> = new Map([
  ['<r>', 'a register r0 to r10'],
  ['<w>', 'a register w0 to w10'],
  ['<number>', 'a number'],
  ['<target>', 'a label or a distance like pc+3'],
  ['<helper>', 'a helper'],
]);

function expected(node: SyntaxNode): string {
  const names = [...node.next.keys()].map((key) => shapeNames.get(key) ?? `\`${key}\``);
  if (node.form) names.push('the end of the line');
  return `expected ${names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names[0]}`;
}

function fill({ statement, form, slot }: Parsed, labels: ReadonlyMap<string, number>): Insn {
  const fields: Fields = {};
  statement.words.forEach((word, i) => {
    const role = form.roles[i];
    if (role === undefined || role.kind === 'text') return;
    const value = wordValue(word, slot, labels);
    if (role.kind === 'exactly') {
      if (value !== BigInt(role.value))
        throw new AssemblyError(word.line, word.column, `this must be ${role.text}`);
      return;
    }
    const read = role.operand.read(value);
    if (!read)
      throw new AssemblyError(word.line, word.column, `${value} is out of range: ${role.operand.range}`);
    merge(fields, read, word);
  });
  return complete(form, fields);
}

function wordValue(word: Word, slot: number, labels: ReadonlyMap<string, number>): bigint {
  if (word.label === undefined) return word.value;
  const target = labels.get(word.label);
  if (target === undefined)
    throw new AssemblyError(word.line, word.column, `label \`${word.label}\` is not defined`);
  return BigInt(target - (slot + 1));
}

/** Instructions that name a field twice, such as `r1 = -r1`, must name the same register. */
function merge(fields: Fields, read: Fields, word: Word): void {
  for (const name of ['dst', 'src', 'offset', 'imm', 'high'] as const) {
    const value = read[name];
    if (value === undefined) continue;
    const before = fields[name];
    if (before !== undefined && before !== value) {
      throw new AssemblyError(
        word.line,
        word.column,
        `${word.text} must be the same register as before, r${before}`,
      );
    }
    fields[name] = value;
  }
}

/** Fields that are not written have the fixed value of the entry, or zero. */
function complete({ entry }: Form, written: Fields): Insn {
  const field = (name: 'dst' | 'src' | 'offset' | 'imm' | 'high'): number => {
    const rule = entry.fields[name];
    return written[name] ?? (typeof rule === 'number' ? rule : 0);
  };
  const narrow = {
    opcode: entry.opcode,
    dst: field('dst'),
    src: field('src'),
    offset: field('offset'),
    imm: field('imm'),
  };
  return entry.fields.high === undefined ? narrow : { ...narrow, high: field('high') };
}
