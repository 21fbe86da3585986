/**
 * The inverse of decoding, for tests: writes a JavaScript value into memory as a program in the kernel would.
 */
import { alignOf, layoutOf, roundUp, sizeOf } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import { Memory } from '../memory.ts';

export type Raw = number | bigint | boolean | string | readonly Raw[] | { readonly [name: string]: Raw };

export function encode(type: Type, value: Raw): Memory {
  const memory = new Memory(new Uint8Array(sizeOf(type)));
  write(memory, 0, type, value);
  return memory;
}

export function write(memory: Memory, offset: number, type: Type, value: Raw): void {
  const { view, bytes } = memory;
  switch (type.kind) {
    case 'int':
    case 'enum':
    case 'bool':
    case 'pointer':
      writeInteger(view, offset, sizeOf(type), BigInt(value as number | bigint | boolean));
      return;
    case 'string':
      bytes.write(String(value), offset, type.size, 'latin1');
      return;
    case 'buffer':
      view.setUint32(offset, String(value).length, true);
      bytes.write(String(value), offset + 4, type.size, 'latin1');
      return;
    case 'array':
      for (const [index, element] of (value as readonly Raw[]).entries())
        write(memory, offset + index * sizeOf(type.element), type.element, element);
      return;
    case 'tuple':
      for (const [index, element] of type.elements.entries())
        write(memory, offset + layoutOf(type).offsets[index]!, element, (value as readonly Raw[])[index]!);
      return;
    case 'record':
      for (const [index, field] of type.fields.entries())
        write(
          memory,
          offset + layoutOf(type).offsets[index]!,
          field.type,
          (value as Record<string, Raw>)[field.name]!,
        );
      return;
    case 'struct':
      for (const field of type.fields)
        write(memory, offset + field.offset, field.type, (value as Record<string, Raw>)[field.name]!);
      return;
    default:
      // Everything else is words: an array of u64, or one.
      for (const [index, word] of (Array.isArray(value) ? value : [value]).entries())
        view.setBigUint64(offset + 8 * index, BigInt.asUintN(64, BigInt(word)), true);
  }
}

function writeInteger(view: DataView, offset: number, size: number, value: bigint): void {
  for (let index = 0; index < size; index++)
    view.setUint8(offset + index, Number(BigInt.asUintN(8, value >> BigInt(8 * index))));
}

export interface Argument {
  readonly type: Type;
  readonly value: Raw;
  readonly tail?: boolean;
}

/** An event record: eight bytes of header, fixed fields, then the tails. */
export function encodeRecord(args: readonly Argument[]): {
  memory: Memory;
  layout: { fixedSize: number; fields: { offset: number; type: Type; tail: boolean }[] };
} {
  const fields: { offset: number; type: Type; tail: boolean }[] = [];
  let end = 8;
  for (const { type, tail = false } of args) {
    const offset = roundUp(end, tail ? 4 : alignOf(type));
    fields.push({ offset, type, tail });
    end = offset + (tail ? 4 : sizeOf(type));
  }
  const tails = args.filter((argument) => argument.tail).map((argument) => String(argument.value));
  const memory = new Memory(new Uint8Array(end + tails.join('').length));
  for (const [index, { type, value, tail }] of args.entries()) {
    const { offset } = fields[index]!;
    if (tail) memory.view.setUint32(offset, String(value).length, true);
    else write(memory, offset, type, value);
  }
  memory.bytes.write(tails.join(''), end, 'latin1');
  return { memory, layout: { fixedSize: end, fields } };
}

export const int8: Type = { kind: 'int', size: 1, signed: true };
export const int16: Type = { kind: 'int', size: 2, signed: true };
export const int32: Type = { kind: 'int', size: 4, signed: true };
export const int64: Type = { kind: 'int', size: 8, signed: true };
export const uint8: Type = { kind: 'int', size: 1, signed: false };
export const uint32: Type = { kind: 'int', size: 4, signed: false };
export const uint64: Type = { kind: 'int', size: 8, signed: false };
export const bool: Type = { kind: 'bool' };
export const pointer: Type = { kind: 'pointer', to: int8, space: 'kernel' };
export const string = (size: number): Type => ({ kind: 'string', size });
export const buffer = (size: number): Type => ({ kind: 'buffer', size });
export const tuple = (...elements: Type[]): Type => ({ kind: 'tuple', elements });
export const array = (element: Type, length: number): Type => ({ kind: 'array', element, length });
export const record = (fields: Record<string, Type>): Type => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
