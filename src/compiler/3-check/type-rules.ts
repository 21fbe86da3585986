/**
 * Rules of types that need no program: equality, what two assignments to one name make of it (join), the type of
 * a literal. Sources: the language reference, parts 3.2 (integers), 3.4 (strings), 3.6 (tuples and records).
 */
import type { IntType, Type } from '../../program/types.ts';

export const int64: IntType = { kind: 'int', size: 8, signed: true };
export const uint64: IntType = { kind: 'int', size: 8, signed: false };
export const uint32: IntType = { kind: 'int', size: 4, signed: false };
export const int32: IntType = { kind: 'int', size: 4, signed: true };
export const int8: IntType = { kind: 'int', size: 1, signed: true };
export const uint8: IntType = { kind: 'int', size: 1, signed: false };
export const boolType: Type = { kind: 'bool' };
export const voidType: Type = { kind: 'void' };
export const noneType: Type = { kind: 'none' };

export function intType(size: number, signed: boolean): IntType {
  const sizes = [1, 2, 4, 8] as const;
  return { kind: 'int', size: sizes.find((s) => s >= size) ?? 8, signed };
}

/** Smallest signed type that holds the value; uint64 above INT64_MAX. */
export function literalType(value: bigint): IntType {
  if (value > 0x7fff_ffff_ffff_ffffn) return uint64;
  for (const size of [1, 2, 4] as const) {
    const limit = 1n << BigInt(size * 8 - 1);
    if (value >= -limit && value < limit) return intType(size, true);
  }
  return int64;
}

export function fits(value: bigint, type: IntType): boolean {
  const bits = BigInt(type.size * 8);
  return type.signed
    ? value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n)
    : value >= 0n && value < 1n << bits;
}

/** The value as the type stores it: truncated, then sign- or zero-extended. */
export function wrap(value: bigint, type: IntType): bigint {
  return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'int':
      return b.kind === 'int' && a.size === b.size && a.signed === b.signed;
    case 'string':
    case 'buffer':
      return (b.kind === 'string' || b.kind === 'buffer') && a.size === b.size;
    case 'pointer':
      return b.kind === 'pointer' && samePointee(a.to, b.to);
    case 'array':
      return b.kind === 'array' && a.length === b.length && sameType(a.element, b.element);
    case 'tuple':
      return (
        b.kind === 'tuple' &&
        a.elements.length === b.elements.length &&
        a.elements.every((e, i) => sameType(e, b.elements[i]!))
      );
    case 'record':
      return (
        b.kind === 'record' &&
        a.fields.length === b.fields.length &&
        a.fields.every((f, i) => f.name === b.fields[i]!.name && sameType(f.type, b.fields[i]!.type))
      );
    case 'struct':
      return b.kind === 'struct' && a.name === b.name && a.tag === b.tag && a.size === b.size;
    case 'enum':
      return b.kind === 'enum' && a.name === b.name;
    case 'kstack':
    case 'ustack':
      return (
        (b.kind === 'kstack' || b.kind === 'ustack') &&
        a.unwinder === b.unwinder &&
        a.map === b.map &&
        a.mode === b.mode &&
        a.limit === b.limit
      );
    case 'timestamp':
      return b.kind === 'timestamp' && a.format === b.format && a.clock === b.clock;
    case 'cgroup-path':
      return b.kind === 'cgroup-path' && a.filter === b.filter;
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
    case 'stats':
      return 'signed' in b && a.signed === b.signed;
    default:
      return JSON.stringify(a, bigintText) === JSON.stringify(b, bigintText);
  }
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function samePointee(a: Type | { kind: 'named'; tag: string; name: string }, b: typeof a): boolean {
  const [left, right] = [pointeeName(a), pointeeName(b)];
  if (left !== undefined || right !== undefined) return left === right;
  return sameType(a as Type, b as Type);
}

function pointeeName(type: Type | { kind: 'named'; tag: string; name: string }): string | undefined {
  if (type.kind === 'named' || type.kind === 'struct') return `${type.tag} ${type.name}`;
  return type.kind === 'enum' ? `enum ${type.name}` : undefined;
}

/** A type and whether its sign is still open (a non-negative literal). */
export interface Joinable {
  readonly type: Type;
  readonly flexible: boolean;
}

/** The type that holds both, or undefined when they do not go together. */
export function join(a: Joinable, b: Joinable): Joinable | undefined {
  const [x, y] = [a.type, b.type];
  if (x.kind === 'int' && y.kind === 'int')
    return { type: joinInts(x, a.flexible, y, b.flexible), flexible: a.flexible && b.flexible };
  const type = joinOthers(x, y);
  return type === undefined ? undefined : { type, flexible: false };
}

function joinInts(a: IntType, aFlexible: boolean, b: IntType, bFlexible: boolean): IntType {
  if (a.signed === b.signed) return intType(Math.max(a.size, b.size), a.signed);
  const [signed, signedFlexible, unsigned, unsignedFlexible] = a.signed
    ? [a, aFlexible, b, bFlexible]
    : [b, bFlexible, a, aFlexible];
  if (signedFlexible) return intType(Math.max(signed.size, unsigned.size), false);
  if (unsignedFlexible) return intType(Math.max(signed.size, unsigned.size), true);
  // The signed type must be wider than the unsigned one to hold both; 64 bits is the end of it.
  return intType(signed.size > unsigned.size ? signed.size : Math.min(8, unsigned.size * 2), true);
}

function joinOthers(a: Type, b: Type): Type | undefined {
  if (a.kind === 'string' && b.kind === 'string') return a.size >= b.size ? a : b;
  if (a.kind === 'buffer' && b.kind === 'buffer') return a.size >= b.size ? a : b;
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    if (a.elements.length !== b.elements.length) return undefined;
    const elements = a.elements.map(
      (element, i) =>
        join({ type: element, flexible: false }, { type: b.elements[i]!, flexible: false })?.type,
    );
    return elements.every((e) => e !== undefined) ? { kind: 'tuple', elements } : undefined;
  }
  if (a.kind === 'record' && b.kind === 'record') return joinRecords(a, b);
  return sameType(a, b) ? a : undefined;
}

function joinRecords(
  a: Extract<Type, { kind: 'record' }>,
  b: Extract<Type, { kind: 'record' }>,
): Type | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const fields = a.fields.map((field) => {
    const other = b.fields.find((candidate) => candidate.name === field.name);
    const type =
      other && join({ type: field.type, flexible: false }, { type: other.type, flexible: false })?.type;
    return type && { name: field.name, type };
  });
  return fields.every((f) => f !== undefined) ? { kind: 'record', fields } : undefined;
}

/** Fits a register: everything else lives in memory. */
export function isScalar(type: Type): boolean {
  switch (type.kind) {
    case 'int':
    case 'bool':
    case 'pointer':
    case 'enum':
    case 'kstack':
    case 'timestamp':
    case 'cgroup-path':
    case 'username':
    case 'ksym':
      return true;
    default:
      return false;
  }
}

export function isAggregate(type: Type): boolean {
  return ['count', 'sum', 'min', 'max', 'avg', 'stats', 'hist', 'lhist', 'tseries'].includes(type.kind);
}

/** Aggregates that read as an integer. */
export function isCastableAggregate(type: Type): boolean {
  return ['count', 'sum', 'min', 'max', 'avg'].includes(type.kind);
}

/** What an integer-like aggregate is when it is read. */
export function readType(type: Type): Type {
  switch (type.kind) {
    case 'count':
      return uint64;
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
      return type.signed ? int64 : uint64;
    default:
      return type;
  }
}
