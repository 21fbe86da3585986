/**
 * The walk over a program that replaces what only exists in the source: macro calls by the macro's body, C
 * macros by their expression, program parameters by literals. One {@link Expander} works in one scope; inside
 * a macro it also renames variables, puts arguments for parameters, and keeps track of the call.
 */
import type {
  Call,
  Expression,
  Identifier,
  MapExpression,
  Span,
  Statement,
  TypeExpression,
  Variable,
} from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { expandCMacro, expandMacroCall } from './calls.ts';
import { foldInteger } from './fold-integer.ts';
import type { MacroTable } from './macro-table.ts';
import { privateName } from './own-variables.ts';
import { Copier } from './rewrite.ts';
import type { MacroScope, Scope, Shared } from './scope.ts';
import { substituteType, typeText } from './type-parameters.ts';

/** Nodes made by expansion; beyond, arguments that contain calls multiply without end. */
const sizeLimit = 500_000;

/** Builtin functions that take a type as an argument. */
const typeParameterFunctions = new Set(['container_of']);

/** Copies a tree and counts its nodes. */
class CountingCopier extends Copier {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    super();
    this.#shared = shared;
  }

  override span(span: Span): Span {
    this.#shared.size++;
    return span;
  }
}

export class Expander extends Copier {
  readonly shared: Shared;
  readonly table: MacroTable;
  readonly scope: Scope;
  /** The scope, when it is the body of a macro. */
  readonly #macro: MacroScope | undefined;

  constructor(shared: Shared, table: MacroTable, scope: Scope) {
    super();
    this.shared = shared;
    this.table = table;
    this.scope = scope;
    this.#macro = scope.kind === 'macro' ? scope : undefined;
  }

  override span(span: Span): Span {
    this.shared.size++;
    return this.scope.kind === 'program' ? span : { ...span, expandedFrom: this.scope.call };
  }

  override expression(expression: Expression): Expression {
    if (this.shared.size > sizeLimit) return this.giveUp(expression.span);
    switch (expression.kind) {
      case 'identifier':
        return this.#identifier(expression);
      case 'call':
        return this.#call(expression);
      case 'positional-parameter':
        return this.shared.positionals.literal({ ...expression, span: this.span(expression.span) });
      case 'parameter-count':
        return { kind: 'integer', value: this.shared.positionals.count, span: this.span(expression.span) };
      default:
        return super.expression(expression);
    }
  }

  override statement(statement: Statement): Statement {
    const expanded = super.statement(statement);
    if (expanded.kind === 'unroll') return this.#foldCount(expanded);
    if (expanded.kind === 'import') this.#reportImport(expanded.span);
    return expanded;
  }

  // --- Names in a macro's body ---

  override variable(variable: Variable): Variable {
    const copy = super.variable(variable);
    const argument = this.#macro?.args.get(`$${variable.name}`);
    if (argument?.kind === 'variable') return { ...copy, name: argument.name };
    if (!this.#macro?.macro.own.has(variable.name)) return copy;
    return { ...copy, name: privateName(variable.name, this.#macro.expansion) };
  }

  override map(map: MapExpression): MapExpression {
    const copy = super.map(map);
    if (!this.#macro) return copy;
    const argument = this.#macro.args.get(map.name);
    if (argument?.kind === 'map') return { ...copy, name: argument.name };
    this.shared.reporter.error(copy.span, messages.unhygienicMap(map.name));
    return copy;
  }

  override type(type: TypeExpression): TypeExpression {
    if (type.kind !== 'type-name' || type.tag) return super.type(type);
    const argument = this.#macro?.args.get(type.name);
    if (!argument) return super.type(type);
    const replaced = substituteType(type, argument, this.span(type.span));
    if (replaced) return replaced;
    const macro = this.#macro?.macro.definition.name ?? '';
    this.shared.reporter.error(argument.span, messages.typeReplacement(macro, type.name, typeText(type)));
    return super.type(type);
  }

  /** `sizeof(x)` of a plain parameter means its argument, though it is written like a type. */
  override typeArgument(of: TypeExpression | Expression): TypeExpression | Expression {
    const isBareName = of.kind === 'type-name' && !of.tag && of.suffixes.length === 0;
    const argument = isBareName ? this.#macro?.args.get(of.name) : undefined;
    if (argument && argument.kind !== 'typeof') return this.#copy(argument);
    return super.typeArgument(of);
  }

  #identifier(identifier: Identifier): Expression {
    const { name } = identifier;
    const argument = this.#macro?.args.get(name);
    if (argument) return this.#useArgument(argument);
    const span = this.span(identifier.span);
    if (this.table.has(name)) {
      return expandMacroCall(this, { kind: 'call', name, args: [], span }, { ...identifier, span });
    }
    const cMacro = this.shared.cMacros.get(name);
    return cMacro ? expandCMacro(this, cMacro, span) : { ...identifier, span };
  }

  /** An argument is evaluated anew at every use, so each use gets nodes of its own. */
  #useArgument(argument: Expression): Expression {
    if (argument.kind === 'typeof') this.shared.reporter.error(argument.span, messages.typeofArgument());
    return this.#copy(argument);
  }

  #copy(expression: Expression): Expression {
    return new CountingCopier(this.shared).expression(expression);
  }

  #call(call: Call): Expression {
    const { positionals, options } = this.shared;
    const span = this.span(call.span);
    const text = positionals.stringArgument(call);
    const args = call.args.map((one, index) => (index === 0 && text ? text : this.expression(one)));
    const expanded: Call = { ...call, args, span };
    if (this.table.has(call.name)) return expandMacroCall(this, expanded, expanded);
    if (!typeParameterFunctions.has(call.name)) this.#refuseTypes(args);
    if (text && args.length === 1) return { ...text, span };
    return call.name === 'getopt' ? options.value(expanded) : expanded;
  }

  #refuseTypes(args: readonly Expression[]): void {
    for (const one of args) {
      if (one.kind === 'typeof') this.shared.reporter.error(one.span, messages.typeofArgument());
    }
  }

  #foldCount(statement: Statement & { readonly kind: 'unroll' }): Statement {
    const value = foldInteger(statement.count);
    if (value === undefined) return statement;
    if (value < 1n) this.shared.reporter.error(statement.span, messages.unrollMinimum());
    if (value > 100n) this.shared.reporter.error(statement.span, messages.unrollMaximum());
    return { ...statement, count: { kind: 'integer', value, span: statement.count.span } };
  }

  #reportImport(span: Span): void {
    const { reporter, importInBlock } = this.shared;
    if (importInBlock === 'error') reporter.error(span, messages.importInBlock());
    if (importInBlock === 'warn') reporter.warning(span, messages.importInBlock());
  }

  /** Reports, at the call in the program itself, that expansion does not come to an end. */
  giveUp(span: Span): Expression {
    const scopes = [this.span(span)];
    let outermost = scopes[0]!;
    while (outermost.expandedFrom) outermost = outermost.expandedFrom;
    this.shared.reporter.error(outermost, messages.macroTooLarge(sizeLimit));
    return missing(span);
  }
}

/** Stands for what could not be expanded; that has been reported. */
export function missing(span: Span): Expression {
  return { kind: 'integer', value: 0n, span };
}
