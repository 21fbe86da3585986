/**
 * Where an expansion stands: in the program itself, in a call of a macro, or in the replacement of a C macro.
 * Scopes form a chain outwards, which shows recursion and bounds depth.
 */
import type { Expression, MacroDefinition, Source, Span } from '../ast.ts';
import type { Reporter } from '../messages/reporter.ts';
import type { Macro } from './macro-table.ts';
import type { Positionals } from './positionals.ts';
import type { ProgramOptions } from './program-options.ts';

export type Scope =
  | { readonly kind: 'program' }
  | MacroScope
  | {
      readonly kind: 'c-macro';
      readonly call: Span;
      readonly name: string;
      readonly outer: Scope;
    };

export interface MacroScope {
  readonly kind: 'macro';
  /** The call; nodes of the body are expanded from it. */
  readonly call: Span;
  readonly macro: Macro;
  /** Number of this expansion, unique in the program. */
  readonly expansion: number;
  /** By parameter name, sigils included. The arguments are expanded already. */
  readonly args: ReadonlyMap<string, Expression>;
  readonly outer: Scope;
}

/** What all scopes of one expansion share. */
export interface Shared {
  readonly reporter: Reporter;
  readonly positionals: Positionals;
  readonly options: ProgramOptions;
  readonly cMacros: ReadonlyMap<string, Source>;
  /** Functions that exist apart from macros: a macro of the same name need not accept every call. */
  readonly isFunction: (name: string) => boolean;
  readonly importInBlock: 'enable' | 'warn' | 'error';
  expansions: number;
  /** Nodes made so far. */
  size: number;
}

/** Calls within bodies of called macros. */
export const depthLimit = 100;

export function outwards(scope: Scope): Scope[] {
  const scopes: Scope[] = [];
  for (let at = scope; at.kind !== 'program'; at = at.outer) scopes.push(at);
  return scopes;
}

/** Macros being expanded, outermost first. */
export function macroChain(scope: Scope): MacroDefinition[] {
  return outwards(scope)
    .flatMap((one) => (one.kind === 'macro' ? [one.macro.definition] : []))
    .reverse();
}

/** Names of C macros being expanded, outermost first. */
export function cMacroChain(scope: Scope): string[] {
  return outwards(scope)
    .flatMap((one) => (one.kind === 'c-macro' ? [one.name] : []))
    .reverse();
}
