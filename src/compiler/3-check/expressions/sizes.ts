/** `sizeof`, `offsetof`, `typeinfo`: constants about types. */

import { sizeOf, typeName } from '../../../program/layout.ts';
import type { OffsetofExpression, SizeofExpression } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { literalType, uint64 } from '../type-rules.ts';
import { typeOfOperand } from '../type-syntax.ts';
import type { TypedExpression } from '../typed.ts';
import { text } from './fold.ts';

export function checkSizeof(checker: Checker, { kind, of, span }: SizeofExpression): TypedExpression {
  const type = typeOfOperand(checker, of);
  if (type === undefined) return poison(span);
  if (kind === 'sizeof')
    return { op: 'constant', type: uint64, value: BigInt(sizeOf(type)), literal: true, span };
  if (checker.program.config.unstable_typeinfo === 'error') {
    return checker.fail(span, messages.unstableDisabled('typeinfo'));
  }
  if (checker.program.config.unstable_typeinfo === 'warn')
    checker.warning(undefined, messages.unstableUsed('typeinfo'));
  const elements: TypedExpression[] = [
    {
      op: 'constant',
      type: literalType(0n),
      value: BigInt(type.kind === 'struct' ? (type.btfId ?? 0) : 0),
      literal: true,
      span,
    },
    text(baseName(type.kind), span),
    text(typeName(type), span),
  ];
  const names = ['btf_id', 'base_type', 'full_type'];
  return {
    op: 'tuple',
    type: { kind: 'record', fields: names.map((name, i) => ({ name, type: elements[i]!.type })) },
    elements,
    span,
  };
}

function baseName(kind: string): string {
  return kind === 'struct' ? 'c_type' : kind;
}

export function checkOffsetof(checker: Checker, { of, path, span }: OffsetofExpression): TypedExpression {
  let type = typeOfOperand(checker, of);
  if (type === undefined) return poison(span);
  let offset = 0;
  for (const name of path) {
    if (type?.kind !== 'struct') return checker.fail(span, messages.notACType(typeName(type!)));
    const member = checker.types.member(type, name, checker.space);
    if (member === undefined) return checker.fail(span, messages.unknownOffsetField(typeName(type), name));
    offset += member.offset;
    type = member.type;
  }
  return { op: 'constant', type: uint64, value: BigInt(offset), literal: true, span };
}
