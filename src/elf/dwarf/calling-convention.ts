/**
 * Where the parameters of a function lie when it is entered, by the System V ABI for x86-64 (section 3.2.3): six
 * integer registers, vector registers, and what has no room in them or is too large, on the stack. It depends on all
 * parameters in front of one, and on the result: a large one is returned through a hidden first parameter.
 */
import type { Prototype } from './prototype.ts';
import type { DwarfType } from './types.ts';

export const integerRegisters = ['di', 'si', 'dx', 'cx', 'r8', 'r9'] as const;
export type IntegerRegister = (typeof integerRegisters)[number];

export type ParameterPlace =
  /** One for each eight bytes. */
  | { readonly kind: 'registers'; readonly registers: readonly IntegerRegister[] }
  /** Bytes from the stack pointer at entry. */
  | { readonly kind: 'stack'; readonly offset: number }
  /** Its address is in a register. */
  | { readonly kind: 'address'; readonly register: IntegerRegister | undefined; readonly offset: number }
  | { readonly kind: 'vector' };

type Class = 'none' | 'integer' | 'vector' | 'memory';

const vectorRegisters = 8;
const word = 8;
/** The return address lies on top. */
const firstOnStack = 8;
const depthLimit = 16;

export function parameterPlaces({ parameters, result }: Prototype): readonly ParameterPlace[] {
  let integers = isReturnedInMemory(result) ? 1 : 0;
  let vectors = 0;
  let stack = firstOnStack;
  const takeStack = (size: number): number => {
    const offset = stack;
    stack += Math.ceil(size / word) * word;
    return offset;
  };
  const place = (type: DwarfType): ParameterPlace => {
    if (isByReference(type)) {
      if (integers < integerRegisters.length)
        return { kind: 'address', register: integerRegisters[integers++], offset: 0 };
      return { kind: 'address', register: undefined, offset: takeStack(word) };
    }
    const classes = classify(type);
    const wantedIntegers = classes.filter((one) => one === 'integer').length;
    const wantedVectors = classes.filter((one) => one === 'vector').length;
    const fits =
      integers + wantedIntegers <= integerRegisters.length && vectors + wantedVectors <= vectorRegisters;
    if (classes.includes('memory') || !fits) return { kind: 'stack', offset: takeStack(sizeOf(type)) };
    const registers = integerRegisters.slice(integers, integers + wantedIntegers);
    integers += wantedIntegers;
    vectors += wantedVectors;
    return wantedVectors > 0 ? { kind: 'vector' } : { kind: 'registers', registers };
  };
  return parameters.map(({ type }) => place(type));
}

function isByReference(type: DwarfType): boolean {
  return (type.kind === 'struct' || type.kind === 'union') && type.passedByReference();
}

function isReturnedInMemory(result: DwarfType): boolean {
  // A long double comes back on the stack of the floating-point unit.
  if (result.kind !== 'struct' && result.kind !== 'union') return false;
  return result.passedByReference() || classify(result).includes('memory');
}

/** The class of each eight bytes. */
export function classify(type: DwarfType): readonly Class[] {
  const size = sizeOf(type);
  if (type.kind === 'integer' && size === 16) return ['integer', 'integer'];
  if (size > 16 || (type.kind === 'float' && size > 8)) return ['memory'];
  const classes: Class[] = Array.from({ length: Math.ceil(size / word) }, () => 'none');
  return merge(type, 0, classes, 0) ? classes : ['memory'];
}

/** Adds the parts of a type at an offset; false when one does not lie aligned, and all goes to memory. */
function merge(type: DwarfType, offset: number, classes: Class[], depth: number): boolean {
  if (depth > depthLimit) return false;
  switch (type.kind) {
    case 'struct':
    case 'union':
      return type
        .members()
        .every((m) =>
          m.bitSize > 0
            ? note(classes, offset + Math.floor(m.bitOffset / 8), 'integer')
            : merge(m.type, offset + m.bitOffset / 8, classes, depth + 1),
        );
    case 'array': {
      const size = sizeOf(type.element);
      return Array.from({ length: Math.min(type.length, 16) }, (_, i) => i).every((i) =>
        merge(type.element, offset + i * size, classes, depth + 1),
      );
    }
    case 'float':
    case 'complex':
      return Array.from({ length: Math.ceil(type.size / word) }, (_, i) => i).every((i) =>
        note(classes, offset + i * word, 'vector'),
      );
    default: {
      const size = sizeOf(type);
      if (size > 0 && offset % size !== 0) return false;
      return note(classes, offset, 'integer');
    }
  }
}

/** An integer in the same eight bytes wins over a vector. */
function note(classes: Class[], offset: number, found: 'integer' | 'vector'): boolean {
  const index = Math.floor(offset / word);
  if (index >= classes.length) return true;
  if (classes[index] !== 'integer') classes[index] = found;
  return true;
}

export function sizeOf(type: DwarfType): number {
  if (type.kind === 'array') return sizeOf(type.element) * type.length;
  return 'size' in type ? type.size : 0;
}
