/**
 * The `syntax` texts of the instruction set, taken apart: for printing a list of pieces, for reading a tree over
 * the kinds of tokens, so that a statement is recognised, or its first wrong token found, in one walk.
 */
import { InternalError, must } from '../../base/assert.ts';
import type { Entry } from '../instruction-set/entry.ts';
import { instructionSet } from '../instruction-set/lookup.ts';
import { type Token, tokenize } from './lexer.ts';
import { type Operand, type OperandShape, operands } from './operands.ts';

/** How one statement token is used: as an operand, or it must be just this register or number, or it is fixed text. */
export type Role =
  | { readonly kind: 'operand'; readonly operand: Operand }
  | { readonly kind: 'exactly'; readonly value: number; readonly text: string }
  | { readonly kind: 'text' };

export interface Form {
  readonly entry: Entry;
  readonly roles: readonly Role[];
}

/** Keys of `next` are operand shapes in angle brackets, or literal token texts. */
export interface SyntaxNode {
  readonly next: Map<string, SyntaxNode>;
  form?: Form;
}

export const shapeKey = (shape: OperandShape): string => `<${shape}>`;

/** Pieces of a template: literal text at even places, operand names at odd ones. */
const split = (template: string): string[] => template.split(/\{(\w+)\}/);

const operandNamed = (name: string): Operand => must(operands.get(name), `operand {${name}}`);

/** Prints an instruction in the first form of its entry. */
export type Printer = readonly (string | Operand)[];

const printers = new Map<Entry, Printer>();

export function printerOf(entry: Entry): Printer {
  const known = printers.get(entry);
  if (known !== undefined) return known;
  const made = split(entry.syntax[0]).map((piece, i) => (i % 2 === 0 ? piece : operandNamed(piece)));
  printers.set(entry, made);
  return made;
}

function templateTokens(template: string): { readonly key: string; readonly role: Role }[] {
  return split(template).flatMap((piece, i) => {
    if (i % 2 === 0) return tokenize(piece, 0).map(literal);
    const operand = operandNamed(piece);
    return [{ key: shapeKey(operand.shape), role: { kind: 'operand', operand } as const }];
  });
}

function literal(token: Token): { readonly key: string; readonly role: Role } {
  if (token.kind === 'register') {
    return { key: shapeKey('r'), role: { kind: 'exactly', value: token.number, text: token.text } };
  }
  if (token.kind === 'number') {
    return {
      key: shapeKey('number'),
      role: { kind: 'exactly', value: Number(token.value), text: token.text },
    };
  }
  return { key: token.text, role: { kind: 'text' } };
}

function grow(): SyntaxNode {
  const root: SyntaxNode = { next: new Map() };
  for (const entry of instructionSet) {
    new Set(entry.syntax).forEach((template) => {
      plant(root, entry, template);
    });
  }
  return root;
}

function plant(root: SyntaxNode, entry: Entry, template: string): void {
  const tokens = templateTokens(template);
  let node = root;
  for (const { key } of tokens) {
    const next: SyntaxNode = node.next.get(key) ?? { next: new Map() };
    node.next.set(key, next);
    node = next;
  }
  if (node.form) throw new InternalError(`two instructions are written \`${template}\``);
  node.form = { entry, roles: tokens.map(({ role }) => role) };
}

let grown: SyntaxNode | undefined;

/** Grown when something is read for the first time: whoever only prints does not wait for it. */
export function syntaxTree(): SyntaxNode {
  grown ??= grow();
  return grown;
}
