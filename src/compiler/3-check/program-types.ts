/**
 * All types that a program can name: those it defines itself, in front of the kernel's. A struct of the program is
 * told from one of the kernel by its missing BTF id, so both may have the same name without being mixed up; those of
 * traced programs by their origin.
 */
import type { AddressSpace, EnumType, NamedType, StructType, Type } from '../../program/types.ts';
import { arithmeticType, knownTypedefs } from '../c/base-types.ts';
import type { CType, CTypes, ExternalTypes } from '../c/c-type.ts';
import { type KernelTypes, type MemberInfo, memberOf } from './kernel-types.ts';

type Tag = NamedType['tag'];

export class ProgramTypes {
  readonly kernel: KernelTypes;
  readonly #own: CTypes;
  readonly #user: (origin: string) => StructType | undefined;

  /** `user` finds structs of traced programs. */
  constructor(
    kernel: KernelTypes,
    own: CTypes,
    user: (origin: string) => StructType | undefined = () => undefined,
  ) {
    this.kernel = kernel;
    this.#own = own;
    this.#user = user;
  }

  find(tag: Tag, name: string): NamedType | undefined {
    return this.#own.tagged.has(`${tag} ${name}`)
      ? { kind: 'named', tag, name }
      : this.kernel.find(tag, name);
  }

  /** A type without `struct`, `union` or `enum` in front, as a value type. */
  findPlain(name: string, space: AddressSpace): Type | undefined {
    const own = this.#own.typedefs.get(name);
    if (own !== undefined) return this.#valueOf(own, space);
    const struct = this.#own.tagged.get(`struct ${name}`);
    if (struct !== undefined) return struct;
    return (
      this.kernel.findPlain(name, space) ??
      this.#valueOf(knownTypedefs.get(name) ?? arithmeticType(name.split(' ')), space)
    );
  }

  #valueOf(found: CType | undefined, space: AddressSpace): Type | undefined {
    if (found === undefined) return undefined;
    return found.type.kind === 'named' ? this.resolve(found.type, space) : inSpace(found.type, space);
  }

  /** An enumerator by name. */
  constant(name: string): { readonly value: bigint; readonly type: Type } | undefined {
    return this.#own.constants.get(name) ?? this.kernel.constant(name);
  }

  /** The full type behind a name, or undefined when it is only declared. */
  resolve(type: NamedType | Type, space: AddressSpace): Type | undefined {
    if (type.kind !== 'named') return type;
    return this.#ownOf(type) ?? this.kernel.resolve(type, space);
  }

  /** Whether its members are known. */
  isKnown(type: NamedType | StructType): boolean {
    return this.#ownOf(type) !== undefined || this.kernel.idOf(type) !== undefined;
  }

  /** A field by name, through anonymous members. */
  member(type: NamedType | StructType, name: string, space: AddressSpace): MemberInfo | undefined {
    const own = this.#ownOf(type);
    if (own === undefined) return this.kernel.member(type, name, space);
    const found = own.kind === 'struct' ? memberOf(own, name) : undefined;
    // The verifier does not know these types: no plain loads through them.
    return found && { ...found, type: inSpace(found.type, space), throughUnion: true };
  }

  #ownOf(type: NamedType | StructType): StructType | EnumType | undefined {
    if (type.btfId !== undefined) return undefined;
    if (type.origin !== undefined) return this.#user(type.origin);
    return type.kind === 'struct' ? type : this.#own.tagged.get(`${type.tag} ${type.name}`);
  }
}

/** Pointers inside of what was read from a space lead to the same space. */
function inSpace(type: Type, space: AddressSpace): Type {
  if (type.kind === 'pointer')
    return { ...type, space, to: type.to.kind === 'named' ? type.to : inSpace(type.to, space) };
  if (type.kind === 'array') return { ...type, element: inSpace(type.element, space) };
  return type;
}

/** What definitions of a program may name without defining it. */
export function externalTypes(kernel: KernelTypes): ExternalTypes {
  return {
    plain: (name) => kernel.findPlain(name, 'unknown'),
    tagged: (tag, name) => {
      const found = kernel.find(tag, name);
      return found && kernel.resolve(found, 'unknown');
    },
    constant: (name) => kernel.constant(name)?.value,
  };
}
