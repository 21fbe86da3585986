/** Identifiers and calls: builtins, functions and enum constants by name. */
import type { Call, Identifier } from '../../ast.ts';
import { didYouMeanHint } from '../../messages/did-you-mean.ts';
import { messages } from '../../messages/messages.ts';
import { findAggregate, findFunction, functionNames } from '../../vocabulary/registry.ts';
import type { Checker } from '../checker.ts';
import { checkSubprogramCall } from '../subprograms.ts';
import { noneType } from '../type-rules.ts';
import type { TypedExpression } from '../typed.ts';

export function checkIdentifier(checker: Checker, { name, span }: Identifier): TypedExpression {
  const entry = findFunction(name);
  if (entry !== undefined && entry.callOnly !== true) return entry.check(checker, { name, args: [], span });
  const constant = checker.types.constant(name);
  if (constant !== undefined) return { op: 'constant', ...constant, literal: true, span };
  if (/^sarg[0-9]$/.test(name)) return checker.fail(span, messages.sargDeleted());
  checker.error(span, messages.unknownIdentifier(name), hintFor(name));
  return { op: 'none', type: noneType, span };
}

export function checkCall(checker: Checker, call: Call): TypedExpression {
  const { name, args, span } = call;
  if (checker.subprograms.has(name)) return checkSubprogramCall(checker, call);
  const entry = findFunction(name);
  if (entry !== undefined) return entry.check(checker, { name, args, span });
  if (findAggregate(name) !== undefined) return checker.fail(span, messages.mustAssignToMap(name));
  return checker.fail(span, messages.unknownFunction(name), hintFor(name));
}

function hintFor(name: string): { hint?: string } {
  const hint = didYouMeanHint(name, functionNames());
  return hint === undefined ? {} : { hint };
}
