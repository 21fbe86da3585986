/**
 * The `format` file of a tracepoint: id and memory layout of its record, the only description of event fields that
 * works without BTF (Documentation/trace/events.rst). Declarations are C, written by the kernel's macros.
 */
import { KernelFileError } from './errors.ts';

export interface TracepointFormat {
  readonly name: string;
  readonly id: number;
  /** In the order of the file; the common_* fields first. */
  readonly fields: readonly TracepointField[];
  /** The `print fmt:` text: a C format string and its arguments. */
  readonly printFormat: string;
}

export interface TracepointField {
  readonly name: string;
  /** C type as written: `const char *`, `char[16]`, `__data_loc char[]`. */
  readonly type: string;
  /** C type of one element of an array, dynamic or not; the type itself otherwise: `const char *`, `char`. */
  readonly elementType: string;
  /** Bytes from the start of the record. */
  readonly offset: number;
  readonly size: number;
  readonly signed: boolean;
  /**
   * The record holds a u32: length in the upper half, in the lower one the place of the bytes, from the start of
   * the record (`dataLoc`) or from the end of this field (`relativeLoc`, since 5.18).
   */
  readonly dataLoc: boolean;
  readonly relativeLoc: boolean;
  /** Present for inline arrays. 0 when the array has no fixed length and lies at the end of the record. */
  readonly arrayLength?: number;
}

const fieldLine =
  /^\tfield:(?<declaration>[^;]*);\s*offset:(?<offset>\d+);\s*size:(?<size>\d+);(?:\s*signed:(?<signed>[01]);)?/;

/** `path` names the file in errors. @throws KernelFileError naming path and line. */
export function parseTracepointFormat(text: string, path: string): TracepointFormat {
  const name = /^name: (\S+)$/m.exec(text)?.[1];
  const id = /^ID: (\d+)$/m.exec(text)?.[1];
  if (name === undefined || id === undefined)
    throw new KernelFileError(path, 'it has no "name:" or no "ID:" line');
  const fields: TracepointField[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('\tfield:')) fields.push(parseField(line, `${path}:${index + 1}`));
  });
  return {
    name,
    id: Number(id),
    fields,
    printFormat: /^print fmt: (.*)$/ms.exec(text)?.[1]?.trimEnd() ?? '',
  };
}

function parseField(line: string, place: string): TracepointField {
  const groups = fieldLine.exec(line)?.groups;
  if (!groups) throw new KernelFileError(place, `"${line.trim()}" is not a field`);
  const size = Number(groups.size);
  const { kind, rest } = splitLocation(groups.declaration ?? '');
  const declared = splitDeclaration(rest);
  if (!declared) throw new KernelFileError(place, `"${rest}" is not a declaration`);
  const { name, type, bound } = declared;
  const written = `${kind ? `${kind} ` : ''}${type}${bound === undefined ? '' : `[${bound}]`}`;
  const numbers = { offset: Number(groups.offset), size, signed: groups.signed === '1' };
  const common = { name, type: written, elementType: type, ...numbers };
  const located = { ...common, dataLoc: kind === '__data_loc', relativeLoc: kind === '__rel_loc' };
  if (bound === undefined || kind !== undefined) return located;
  return { ...located, arrayLength: arrayLength(bound, type, size) };
}

function splitLocation(declaration: string): { kind: string | undefined; rest: string } {
  const match = /^(__data_loc|__rel_loc)\s+(.*)$/.exec(declaration);
  return { kind: match?.[1], rest: match?.[2] ?? declaration };
}

/** `type name[bound]`, `type[] name` (dynamic arrays) or `result (*name)(parameters)`. */
function splitDeclaration(
  text: string,
): { name: string; type: string; bound: string | undefined } | undefined {
  const pointer = /^(.*)\(\s*\*\s*(\w+)\s*\)(\(.*\))$/.exec(text);
  if (pointer)
    return { name: pointer[2] ?? '', type: `${pointer[1]?.trim()} (*)${pointer[3]}`, bound: undefined };
  const plain = /^(.*?[\s*])(\w+)\s*(?:\[(.*)\])?$/.exec(text.trim());
  if (!plain) return undefined;
  const [, before = '', name = '', bound] = plain;
  const dynamic = /^(.*?)\s*\[(.*)\]\s*$/.exec(before);
  return { name, type: (dynamic?.[1] ?? before).trim(), bound: bound ?? dynamic?.[2] };
}

const elementSizes: ReadonlyMap<string, number> = new Map(
  Object.entries({
    char: 1,
    'signed char': 1,
    'unsigned char': 1,
    bool: 1,
    u8: 1,
    s8: 1,
    __u8: 1,
    __s8: 1,
    uint8_t: 1,
    short: 2,
    'unsigned short': 2,
    u16: 2,
    s16: 2,
    __u16: 2,
    __s16: 2,
    __be16: 2,
    __le16: 2,
    int: 4,
    'unsigned int': 4,
    unsigned: 4,
    u32: 4,
    s32: 4,
    __u32: 4,
    __s32: 4,
    __be32: 4,
    __le32: 4,
    long: 8,
    'unsigned long': 8,
    u64: 8,
    s64: 8,
    __u64: 8,
    __s64: 8,
    'long long': 8,
    'unsigned long long': 8,
  }),
);

/** A bound may be a macro's name (`TASK_COMM_LEN`, before 6.x): then the size decides, where the type is known. */
function arrayLength(bound: string, type: string, size: number): number {
  if (/^\d+$/.test(bound)) return Number(bound);
  const elementSize = type.endsWith('*')
    ? 8
    : (elementSizes.get(type.replace(/^(const|volatile) /, '')) ?? size);
  return elementSize === 0 ? 0 : Math.floor(size / elementSize);
}
