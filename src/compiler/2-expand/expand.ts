/**
 * Syntax tree → syntax tree with fewer kinds of nodes: no macros or macro calls, no program parameters, no C
 * macros, no getopt; and the program's settings. Mistakes are in the reporter; the tree is whole all the same.
 */
import type { Expression, MacroDefinition, ProgramAst, Source } from '../ast.ts';
import type { Reporter } from '../messages/reporter.ts';
import { type Config, type Environment, evaluateConfig } from './config.ts';
import { Expander } from './expander.ts';
import { MacroTable } from './macro-table.ts';
import { Positionals } from './positionals.ts';
import { type ProgramOption, ProgramOptions } from './program-options.ts';
import type { Shared } from './scope.ts';

export interface ExpandOptions {
  readonly reporter: Reporter;
  /** `$1` … */
  readonly positionals?: readonly string[];
  /** `--name=value` after `--`; a name without a value has the value `true`. */
  readonly named?: ReadonlyMap<string, string>;
  readonly environment?: Environment;
  /** Macros that every program may call, and that its own may replace. */
  readonly library?: readonly MacroDefinition[];
  /** Whether a function of this name exists that is no macro. */
  readonly isFunction?: (name: string) => boolean;
  /** Object-like C macros: expressions by name. */
  readonly cMacros?: ReadonlyMap<string, Source>;
}

export interface Expanded {
  readonly ast: ProgramAst;
  readonly config: Config;
  /** The named parameters that the program reads. */
  readonly options: readonly ProgramOption[];
}

export function expand(ast: ProgramAst, options: ExpandOptions): Expanded {
  const { reporter } = options;
  const config = evaluateConfig(ast.config, options.environment ?? {}, reporter);
  const programOptions = new ProgramOptions(options.named ?? new Map(), reporter);
  const shared: Shared = {
    reporter,
    positionals: new Positionals(options.positionals ?? [], reporter),
    options: programOptions,
    cMacros: options.cMacros ?? new Map(),
    isFunction: options.isFunction ?? (() => false),
    importInBlock: config.unstable_import_statement,
    expansions: 0,
    size: 0,
  };
  const expander = new Expander(shared, macroTable(ast.macros, options), { kind: 'program' });
  const expanded = expandProgram(ast, expander);
  programOptions.reportUnknown();
  return {
    ast: { ...expanded, macros: [] },
    config,
    options: programOptions.options,
  };
}

function macroTable(macros: readonly MacroDefinition[], options: ExpandOptions): MacroTable {
  const library = new MacroTable();
  for (const one of options.library ?? []) library.define(one, options.reporter);
  const table = new MacroTable(library);
  for (const one of macros) table.define(one, options.reporter);
  return table;
}

function expandProgram(ast: ProgramAst, expander: Expander): ProgramAst {
  const predicateOf = (predicate: Expression | undefined) => predicate && expander.expression(predicate);
  return {
    ...ast,
    subprograms: ast.subprograms.map((one) => ({
      ...one,
      parameters: one.parameters.map((parameter) => ({ ...parameter, type: expander.type(parameter.type) })),
      returnType: expander.type(one.returnType),
      body: expander.block(one.body),
    })),
    probes: ast.probes.map((one) => ({
      ...one,
      predicate: predicateOf(one.predicate),
      body: expander.block(one.body),
    })),
  };
}
