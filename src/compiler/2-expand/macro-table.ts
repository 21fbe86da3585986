/**
 * Macro definitions by name, checked among themselves, and the choice of an overload for a call. A definition
 * that an earlier one covers in every parameter could never be chosen, so it counts as a redefinition.
 */
import type { Expression, MacroDefinition, MacroParameter, Span } from '../ast.ts';
import { macroNotes, type ParameterKind } from '../messages/catalogue/macros.ts';
import type { Note } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { ownVariables } from './own-variables.ts';
import { Copier } from './rewrite.ts';

export interface Macro {
  readonly definition: MacroDefinition;
  /** Variables that the body creates; they are private to each expansion. */
  readonly own: ReadonlySet<string>;
  /** Calls in the body find only macros of this table. */
  readonly table: MacroTable;
}

export type Choice =
  | { readonly kind: 'chosen'; readonly macro: Macro }
  | { readonly kind: 'none'; readonly notes: readonly Note[] };

export class MacroTable {
  readonly #macros = new Map<string, Macro[]>();
  readonly #library: MacroTable | undefined;

  constructor(library?: MacroTable) {
    this.#library = library;
  }

  define(definition: MacroDefinition, reporter: Reporter): void {
    checkParameters(definition, reporter);
    checkJumps(definition, reporter);
    const overloads = this.#macros.get(definition.name) ?? [];
    const original = overloads.find((one) => covers(one.definition, definition));
    if (original) {
      const notes = [{ message: macroNotes.original, span: original.definition.headSpan }];
      reporter.error(definition.headSpan, messages.macroRedefinition(definition.name), { notes });
      return;
    }
    const macro: Macro = { definition, own: ownVariables(definition), table: this };
    this.#macros.set(definition.name, [...overloads, macro]);
  }

  has(name: string): boolean {
    return this.#macros.has(name) || (this.#library?.has(name) ?? false);
  }

  names(): readonly string[] {
    return [...this.#macros.keys(), ...(this.#library?.names() ?? [])];
  }

  /** The definition for a call; user definitions go before those of the library with as many parameters. */
  choose(name: string, args: readonly Expression[]): Choice {
    const candidates = this.#overloads(name);
    const macro = candidates.find((one) => accepts(one.definition, args));
    if (macro) return { kind: 'chosen', macro };
    return { kind: 'none', notes: closestNotes(name, args, candidates) };
  }

  #overloads(name: string): readonly Macro[] {
    const library = this.#library ? this.#library.#overloads(name) : [];
    return [...(this.#macros.get(name) ?? []), ...library];
  }
}

function covers(earlier: MacroDefinition, later: MacroDefinition): boolean {
  if (earlier.parameters.length !== later.parameters.length) return false;
  return earlier.parameters.every(
    (one, index) => one.form === 'expression' || one.form === later.parameters[index]?.form,
  );
}

function accepts(definition: MacroDefinition, args: readonly Expression[]): boolean {
  if (definition.parameters.length !== args.length) return false;
  return args.every((argument, index) => fits(definition.parameters[index]!, argument));
}

function fits(parameter: MacroParameter, argument: Expression): boolean {
  return parameter.form === 'expression' || parameter.form === argument.kind;
}

/** Why the closest definition does not fit: its first argument that differs, or its number of arguments. */
function closestNotes(
  name: string,
  args: readonly Expression[],
  candidates: readonly Macro[],
): readonly Note[] {
  const sameCount = candidates.find((one) => one.definition.parameters.length === args.length);
  if (sameCount) return mismatchNotes(sameCount.definition, args);
  const distance = (one: Macro) => Math.abs(one.definition.parameters.length - args.length);
  const [closest] = [...candidates].sort((a, b) => distance(a) - distance(b));
  if (!closest) return [];
  const expected = closest.definition.parameters.length;
  return [
    { message: macroNotes.closestCount(name, expected, args.length), span: closest.definition.headSpan },
  ];
}

function mismatchNotes(definition: MacroDefinition, args: readonly Expression[]): readonly Note[] {
  const index = definition.parameters.findIndex((parameter, at) => !fits(parameter, args[at]!));
  const parameter = definition.parameters[index];
  const argument = args[index];
  if (!parameter || !argument) return [];
  const actual = kindName(argument.kind);
  const text = macroNotes.mismatch(definition.name, kindName(parameter.form), parameter.name, actual);
  return [
    { message: text, span: argument.span },
    { message: macroNotes.closestArgument, span: parameter.span },
  ];
}

function kindName(kind: Expression['kind'] | MacroParameter['form']): ParameterKind {
  if (kind === 'variable') return 'a variable';
  return kind === 'map' ? 'a map' : 'an expression';
}

const formNames = { variable: 'Variable', map: 'Map', expression: 'Ident' } as const;

function checkParameters(definition: MacroDefinition, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const { name, form, span } of definition.parameters) {
    if (seen.has(name)) reporter.error(span, messages.macroParameterReused(formNames[form], name));
    seen.add(name);
  }
}

/** A macro is part of its caller, so it can not return from itself. */
function checkJumps(definition: MacroDefinition, reporter: Reporter): void {
  const report = (span: Span) => reporter.error(span, messages.jumpNotAllowed('return', 'macro'));
  class JumpFinder extends Copier {
    override statement(...[statement]: Parameters<Copier['statement']>) {
      if (statement.kind === 'return') report(statement.span);
      return super.statement(statement);
    }
  }
  new JumpFinder().block(definition.body);
}
