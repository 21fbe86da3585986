/**
 * Names of types as diagnostics, `typeinfo` and format errors print them (language reference, section 3.1).
 */
import { byKind, type KindTable } from './by-kind.ts';
import type { NamedType, PointerType, RecordType, Type } from './types.ts';

const signedName = (name: string) => (type: { readonly signed: boolean }) =>
  `${type.signed ? '' : 'u'}${name}`;
const fixed = (name: string) => () => name;

const names: KindTable<string> = {
  int: (type) => `${type.signed ? 'int' : 'uint'}${type.size * 8}`,
  bool: fixed('bool'),
  string: (type) => `string[${type.size}]`,
  pointer: pointerName,
  array: (type) => `${typeName(type.element)}[${type.length}]`,
  tuple: (type) => `(${type.elements.map(typeName).join(',')})`,
  record: recordName,
  struct: (type) => `${type.tag} ${type.name}`,
  enum: (type) => `enum ${type.name}`,
  buffer: (type) => `buffer[${type.size}]`,
  inet: fixed('inet[24]'),
  mac: fixed('mac_address'),
  kstack: (type) => `kstack_${type.mode}_${type.limit}`,
  ustack: (type) => `ustack_${type.mode}_${type.limit}`,
  ksym: fixed('ksym_t'),
  usym: fixed('usym_t'),
  timestamp: fixed('timestamp'),
  'cgroup-path': fixed('cgroup_path_t'),
  username: fixed('username_t'),
  ratio: fixed('ratio_t'),
  count: fixed('count_t'),
  sum: signedName('sum_t'),
  min: signedName('min_t'),
  max: signedName('max_t'),
  avg: signedName('avg_t'),
  stats: signedName('stats_t'),
  hist: fixed('hist_t'),
  lhist: fixed('lhist_t'),
  tseries: fixed('tseries_t'),
  void: fixed('void'),
  none: fixed('none'),
  context: fixed('ctx'),
};

export function typeName(type: Type | NamedType): string {
  return type.kind === 'named' ? `${type.tag} ${type.name}` : byKind(names, type);
}

function pointerName(type: PointerType): string {
  return `${typeName(type.to)} *`;
}

function recordName(type: RecordType): string {
  return `record { ${type.fields.map((field) => `.${field.name} = ${typeName(field.type)}`).join(', ')} }`;
}
