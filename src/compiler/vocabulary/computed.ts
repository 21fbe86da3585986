/** A value that lowering has already made, as an expression: for what takes expressions and is called by lowering. */
import type { Type } from '../../program/types.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';
import { failed } from './call.ts';
import type { FunctionEntry } from './entry.ts';

export function computed(type: Type, value: ValueId, span: Span): TypedExpression {
  return { op: 'call', type, entry, args: [], data: value, span };
}

const entry: FunctionEntry = {
  name: 'value',
  check: (_, call) => failed(call),
  lower: (_, { data }) => data as ValueId,
};
