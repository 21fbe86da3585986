/**
 * Pointers that the verifier knows to be kernel objects (the current task, arguments of BTF tracepoints, pointers
 * loaded from those). It lets them be followed with plain loads, compared and stored, but not computed with: to be
 * a number, such a value has to pass through memory that the verifier does not track.
 */
import type { TypedExpression } from '../3-check/typed.ts';
import type { ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';

/** Following this pointer with plain loads is allowed. */
export function isTrusted(l: Lowering, pointer: TypedExpression): boolean {
  if (pointer.op === 'call') return pointer.entry.trustedPointer?.(l, pointer) ?? false;
  if (pointer.op !== 'dereference') return false;
  return pointer.trustedField === true && isTrusted(l, pointer.pointer);
}

/** Its value may be such a pointer on some path. */
function mayBeTracked(l: Lowering, e: TypedExpression): boolean {
  switch (e.op) {
    case 'variable':
    case 'address-of':
      return true;
    case 'conditional':
      return mayBeTracked(l, e.then ?? e.condition) || mayBeTracked(l, e.otherwise);
    case 'convert':
      return mayBeTracked(l, e.operand);
    case 'pointer-offset':
      return mayBeTracked(l, e.pointer);
    case 'block':
    case 'if':
    case 'update':
      return true;
    case 'call':
      // The context, variables of the kernel, the current task: any pointer of our own making.
      return e.type.kind === 'pointer';
    default:
      return isTrusted(l, e);
  }
}

/** The variable or map whose address this is, as a pointer of any type. */
export function addressed(e: TypedExpression): Extract<TypedExpression, { op: 'address-of' }> | undefined {
  if (e.op === 'convert') return addressed(e.operand);
  return e.op === 'address-of' ? e : undefined;
}

/** The value of a pointer as a number to compute with. */
export function pointerAsNumber(l: Lowering, e: TypedExpression): ValueId {
  const value = l.value(e);
  if (e.type.kind !== 'pointer' || !mayBeTracked(l, e)) return value;
  return l.withTemporaries(() => {
    const from = l.temporary(8);
    l.b.store(8, from.base, from.offset, value);
    return readUntracked(l, l.address(from));
  });
}

/** Reads 8 bytes through a helper: what comes back is a plain number to the verifier. */
export function readUntracked(l: Lowering, address: ValueId): ValueId {
  return l.withTemporaries(() => {
    const to = l.temporary(8);
    l.b.call(helpers.probeReadKernel, [l.address(to), 8n, address]);
    return l.b.load(8, to.base, to.offset);
  });
}
