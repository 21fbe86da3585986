/**
 * What a function's BTF says of its arguments and result, and where a trampoline puts them: an array of 8-byte
 * slots, arguments first, then (at the return) the result. A struct passed by value takes as many as it fills.
 */
import type { Btf } from '../../btf/btf.ts';
import type { BtfArgument } from '../probe-type.ts';

export interface Prototype {
  readonly args: readonly BtfArgument[];
  /** Type 0 (void) when the function returns nothing. */
  readonly result: BtfArgument;
}

/** Undefined when BTF has no such function, or one that takes a variable number of arguments. */
export function prototypeOf(btf: Btf, name: string): Prototype | undefined {
  const id = btf.find(name, 'func');
  const func = id === undefined ? undefined : btf.type(id);
  const type = func?.kind === 'func' ? btf.type(btf.strip(func.prototype)) : undefined;
  if (type?.kind !== 'func_proto' || type.variadic) return undefined;
  let index = 0;
  const args = type.parameters.map((parameter, number) => {
    const argument = { name: parameter.name || `arg${number}`, typeId: parameter.type, index };
    index += slots(btf, parameter.type);
    return argument;
  });
  return { args, result: { name: 'retval', typeId: isVoid(btf, type.returns) ? 0 : type.returns, index } };
}

function isVoid(btf: Btf, typeId: number): boolean {
  return typeId === 0 || btf.strip(typeId) === 0;
}

function slots(btf: Btf, typeId: number): number {
  return Math.max(1, Math.ceil(btf.sizeOf(typeId) / 8));
}

/** `struct file * file`; a kprobe has no names for its arguments, and says `arg1`. */
export function argumentTexts(
  btf: Btf | undefined,
  functionName: string,
  naming: 'names' | 'numbers' = 'names',
): readonly string[] {
  if (btf === undefined) return [];
  return (prototypeOf(btf, functionName)?.args ?? []).map(({ name, typeId }, number) =>
    argumentText(btf, typeId, naming === 'names' ? name : `arg${number}`),
  );
}

export function argumentText(btf: Btf, typeId: number, name: string): string {
  return `${btf.declaration(typeId)} ${name}`;
}
