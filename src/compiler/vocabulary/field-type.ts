/**
 * Types of tracepoint fields. A format file writes the C type as text (`const char *const *`, `enum X`,
 * `__data_loc char[]`); sizes are those that it gives.
 */
import { sizeOf } from '../../program/layout.ts';
import type { TracepointField } from '../../program/target.ts';
import type { AddressSpace, Type } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import { intType } from '../3-check/type-rules.ts';

/** The C type that a format file writes, in the size that the record gives it. */
export function fieldType(checker: Checker, field: TracepointField, space: AddressSpace): Type {
  const written = field.type
    .replace(/\b(const|volatile|__user|__rcu)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (field.dataLoc) return /\bchar\b/.test(written) ? dataLocType : { kind: 'int', size: 4, signed: false };
  if (written.endsWith('*')) return pointerType(checker, written, space);
  if (field.arrayLength !== undefined && field.arrayLength > 0) {
    const elementSize = Math.max(1, Math.floor(field.size / field.arrayLength));
    if (elementSize === 1 && /^char\b/.test(written)) return { kind: 'string', size: field.size };
    return { kind: 'array', element: intType(elementSize, field.signed), length: field.arrayLength };
  }
  const variants = enumType(checker, written, space);
  if (variants !== undefined && sizeOf(variants) === field.size) return variants;
  if (![1, 2, 4, 8].includes(field.size))
    return { kind: 'array', element: intType(1, false), length: field.size };
  return intType(field.size, field.signed);
}

function enumType(checker: Checker, written: string, space: AddressSpace): Type | undefined {
  const [, name] = /^enum (\w+)$/.exec(written) ?? [];
  const named = name === undefined ? undefined : checker.types.find('enum', name);
  return named && checker.types.resolve(named, space);
}

/** A pointer into the record itself: `str()` reads it, and it prints as an address. */
const dataLocType: Type = { kind: 'pointer', to: { kind: 'int', size: 1, signed: true }, space: 'kernel' };

/** `written`: a C type without qualifiers that ends in `*`. */
export function pointerType(checker: Checker, written: string, space: AddressSpace): Type {
  const name = written.slice(0, -1).trim();
  if (name.endsWith('*')) return { kind: 'pointer', to: pointerType(checker, name, space), space };
  const tagged = /^(struct|union) (\w+)$/.exec(name);
  if (tagged !== null) {
    const named = checker.types.find(tagged[1] === 'union' ? 'union' : 'struct', tagged[2]!);
    return { kind: 'pointer', to: named ?? { kind: 'void' }, space };
  }
  const plain = name === 'char' ? intType(1, true) : checker.types.findPlain(name, space);
  return { kind: 'pointer', to: plain ?? { kind: 'void' }, space };
}
