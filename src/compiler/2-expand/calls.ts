/** What a call of a macro, and the use of a C macro, expand to. */
import { parseExpressionText } from '../1-parse/parse.ts';
import type { Call, Expression, Source, Span } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { Reporter } from '../messages/reporter.ts';
import { Expander, missing } from './expander.ts';
import type { Macro } from './macro-table.ts';
import { cMacroChain, depthLimit, macroChain, outwards } from './scope.ts';

/** `otherwise` remains when no definition accepts the arguments but there is a function of that name. */
export function expandMacroCall(expander: Expander, call: Call, otherwise: Expression): Expression {
  const { shared, table, scope } = expander;
  const choice = table.choose(call.name, call.args);
  if (choice.kind === 'none') {
    if (shared.isFunction(call.name)) return otherwise;
    shared.reporter.error(call.span, messages.macroNoMatch(call.name), { notes: choice.notes });
    return missing(call.span);
  }
  const { definition } = choice.macro;
  const chain = macroChain(scope);
  if (chain.includes(definition)) {
    const names = [...chain.slice(chain.indexOf(definition)), definition].map((one) => one.name);
    shared.reporter.error(call.span, messages.macroRecursion(names));
    return missing(call.span);
  }
  return outwards(scope).length >= depthLimit
    ? expander.giveUp(call.span)
    : expandBody(expander, choice.macro, call);
}

function expandBody(expander: Expander, macro: Macro, call: Call): Expression {
  const { shared, scope } = expander;
  const { parameters, body } = macro.definition;
  const args = new Map(parameters.map((one, index) => [one.name, call.args[index] ?? missing(call.span)]));
  shared.expansions++;
  const inner = new Expander(shared, macro.table, {
    kind: 'macro',
    call: call.span,
    macro,
    expansion: shared.expansions,
    args,
    outer: scope,
  });
  const block = inner.block(body);
  // A body that is only a value stands for itself, so that a macro for a literal is a literal.
  if (block.statements.length === 0 && block.value) return block.value;
  return { kind: 'block-expression', block, span: call.span };
}

/** The replacement text is an expression of the language; its names are looked up as in the program. */
export function expandCMacro(expander: Expander, source: Source, use: Span): Expression {
  const { shared, table, scope } = expander;
  const chain = cMacroChain(scope);
  if (chain.includes(source.name)) {
    shared.reporter.error(use, messages.cMacroRecursion([...chain, source.name].join(' > ')));
    return missing(use);
  }
  const parsed = parseExpressionText(source, new Reporter());
  if (!parsed) {
    shared.reporter.error(use, messages.cMacroNotExpression(source.text));
    return missing(use);
  }
  if (outwards(scope).length >= depthLimit) return expander.giveUp(use);
  const inner = new Expander(shared, table, { kind: 'c-macro', call: use, name: source.name, outer: scope });
  return inner.expression(parsed);
}
