/**
 * With `-k` a program says which of its memory reads and look-ups of elements failed. Without it they give zero in
 * silence, and nothing is added to the code.
 */
import { must } from '../../base/assert.ts';
import { helperName } from '../../bpf/helpers.ts';
import type { Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { runtimeWarning } from './events.ts';
import type { Lowering } from './lowering.ts';

/** Calls a helper that reads memory and gives a negative number when it could not. */
export function callReader(
  l: Lowering,
  helper: number,
  args: readonly [to: ValueId, size: ValueId | bigint, from: ValueId],
): ValueId {
  const result = l.b.call(helper, args);
  if (l.program.reportsFailures) {
    const name = must(helperName(helper), 'name of a helper').replace('bpf_', '');
    l.when('slt', result, 0n, () => runtimeWarning(l, { helper: name, code: result }, l.expressionSpan));
  }
  return result;
}

/** `found`: the address of an element's value, or whatever else is 0 when there is none. */
export function reportMissing(l: Lowering, found: ValueId): void {
  if (!l.program.reportsFailures) return;
  l.when('eq', found, 0n, () =>
    runtimeWarning(
      l,
      { message: runtimeTexts.lookupMissing, helper: 'map_lookup_elem', code: l.b.const(0n) },
      l.expressionSpan,
    ),
  );
}

/** ENOENT (asm-generic/errno-base.h) */
const noSuchElement = -2n;

/** After a delete whose result nobody looks at. */
export function reportNotDeleted(l: Lowering, deleted: ValueId, span: Span): void {
  if (!l.program.reportsFailures) return;
  l.when('eq', deleted, 0n, () =>
    runtimeWarning(
      l,
      { message: runtimeTexts.deleteMissing, helper: 'map_delete_elem', code: l.b.const(noSuchElement) },
      span,
    ),
  );
}
