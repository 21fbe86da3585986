/** Types as they are written (language reference, part 2.10) → types. */

import { typeName } from '../../program/layout.ts';
import type { Type } from '../../program/types.ts';
import type { Expression, Span, TypeExpression, TypeSuffix } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Checker } from './checker.ts';
import { boolType, intType, readType, voidType } from './type-rules.ts';

const plain: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['bool', boolType],
  ['void', voidType],
  ...([1, 2, 4, 8] as const).flatMap((size): [string, Type][] => [
    [`int${size * 8}`, intType(size, true)],
    [`uint${size * 8}`, intType(size, false)],
  ]),
  ['timestamp', { kind: 'timestamp', clock: 'boot' }],
  ['macaddr_t', { kind: 'mac' }],
  ['cgroup_path_t', { kind: 'cgroup-path' }],
  ['username_t', { kind: 'username' }],
  ['count_t', { kind: 'count' }],
  ...(['sum', 'min', 'max', 'avg', 'stats'] as const).flatMap((kind): [string, Type][] => [
    [`${kind}_t`, { kind, signed: true }],
    [`u${kind}_t`, { kind, signed: false }],
  ]),
]);

/** Names whose `[N]` is a size, not a number of elements. */
const sizedNames: ReadonlyMap<string, (size: number) => Type> = new Map<string, (size: number) => Type>([
  ['string', (size) => ({ kind: 'string', size })],
  ['buffer', (size) => ({ kind: 'buffer', size })],
  ['inet', () => ({ kind: 'inet' })],
]);

interface TypePlace {
  /** What to blame for an enum that does not exist, when that is more than the type. */
  readonly span?: Span;
  /** An expression might stand in its place, too. */
  readonly mayBeValue?: boolean;
}

/** The kernel's maps have no larger values (KMALLOC_MAX_SIZE). */
const largestType = 4 << 20;

export function resolveType(
  checker: Checker,
  syntax: TypeExpression,
  place: TypePlace = {},
): Type | undefined {
  const type = resolveAnySize(checker, syntax, place);
  const bytes = type?.kind === 'string' || type?.kind === 'buffer' ? type.size : arrayBytes(type);
  if (type === undefined || bytes <= largestType) return type;
  checker.error(place.span ?? syntax.span, messages.typeTooLarge(typeName(type), largestType));
  return undefined;
}

function arrayBytes(type: Type | undefined): number {
  return type?.kind === 'array' ? type.length * Math.max(1, arrayBytes(type.element)) : 0;
}

function resolveAnySize(
  checker: Checker,
  syntax: TypeExpression,
  { span = syntax.span, mayBeValue = false }: TypePlace = {},
): Type | undefined {
  if (syntax.kind === 'type-of') {
    const base = typeOfOperand(checker, syntax.of);
    return base && applySuffixes(checker, base, syntax.suffixes);
  }
  const sizedName = syntax.tag === undefined ? sizedNames.get(syntax.name) : undefined;
  if (sizedName !== undefined) {
    const [first, ...rest] = syntax.suffixes;
    const size = first?.kind === 'array' ? (first.length ?? 0) : 0;
    return applySuffixes(checker, sizedName(size), first?.kind === 'array' ? rest : syntax.suffixes);
  }
  if (syntax.tag !== undefined)
    return resolveTagged(
      checker,
      syntax.tag,
      syntax.name,
      syntax.suffixes,
      syntax.tag === 'enum' ? span : syntax.span,
    );
  const base = plain.get(syntax.name) ?? checker.types.findPlain(syntax.name, checker.space);
  if (base === undefined) {
    const { span: place, name, suffixes } = syntax;
    checker.error(
      place,
      mayBeValue && suffixes.length === 0 ? messages.unknownIdentifier(name) : messages.unknownType(name),
    );
    return undefined;
  }
  return applySuffixes(checker, base, syntax.suffixes);
}

function resolveTagged(
  checker: Checker,
  tag: 'struct' | 'union' | 'enum',
  name: string,
  suffixes: readonly TypeSuffix[],
  span: Span,
): Type | undefined {
  const named = checker.types.find(tag, name);
  if (named === undefined) {
    checker.error(span, tag === 'enum' ? messages.unknownEnum(name) : messages.unknownType(`${tag} ${name}`));
    return undefined;
  }
  const [first, ...rest] = suffixes;
  if (first?.kind === 'pointer' && tag !== 'enum') {
    return applySuffixes(checker, { kind: 'pointer', to: named, space: checker.space }, rest);
  }
  const full = checker.types.resolve(named, checker.space);
  return full && applySuffixes(checker, full, suffixes);
}

function applySuffixes(checker: Checker, base: Type, suffixes: readonly TypeSuffix[]): Type {
  return suffixes.reduce<Type>((type, suffix) => {
    if (suffix.kind === 'pointer') return { kind: 'pointer', to: type, space: checker.space };
    return { kind: 'array', element: type, length: suffix.length ?? 0 };
  }, base);
}

/** The type that `typeof`, `sizeof` and `typeinfo` speak of. */
export function typeOfOperand(checker: Checker, of: TypeExpression | Expression): Type | undefined {
  if (of.kind === 'type-name' || of.kind === 'type-of') return resolveType(checker, of, { mayBeValue: true });
  const expression = checker.expression(of);
  return expression.op === 'none' ? undefined : readType(expression.type);
}
