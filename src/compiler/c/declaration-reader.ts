/**
 * Reads declarations (C11 6.7) as they stand in headers and at the top of scripts: definitions of structs, unions,
 * enums and typedefs are kept; objects and functions are read and forgotten. A recursive descent over tokens, one
 * file for each group of rules: specifiers.ts, declarators.ts, composites.ts, attributes.ts.
 */

import type { EnumType, StructType } from '../../program/types.ts';
import type { Span } from '../ast.ts';
import { acceptAttributes } from './attributes.ts';
import { CError } from './c-error.ts';
import { type CType, type CTypes, completeType, type ExternalTypes } from './c-type.ts';
import { type ConstantScope, constantExpression } from './constant-expression.ts';
import { readDeclarator } from './declarators.ts';
import { isTypeStart, readSpecifiers } from './specifiers.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Deeper nesting than any header has; malformed text must not exhaust the stack. */
const maximumDepth = 100;

export class DeclarationReader implements CTypes {
  readonly tagged = new Map<string, StructType | EnumType>();
  readonly typedefs = new Map<string, CType>();
  readonly constants = new Map<string, { readonly value: bigint; readonly type: EnumType }>();
  readonly cursor: TokenCursor;
  readonly external: ExternalTypes;
  #depth = 0;

  constructor(cursor: TokenCursor, external: ExternalTypes) {
    this.cursor = cursor;
    this.external = external;
  }

  /** @throws CError */
  readAll(): void {
    while (!this.cursor.atEnd) this.#declaration();
  }

  #declaration(): void {
    const { cursor } = this;
    if (cursor.accept(';')) return;
    if (cursor.accept('_Static_assert')) {
      cursor.skipBalanced();
      return;
    }
    if (cursor.sees('extern') && cursor.peek(1)?.kind === 'string' && cursor.sees('{', 2))
      throw cursor.error('this is C++');
    const { type, isTypedef } = readSpecifiers(this);
    // The semicolon after a definition may be missing in scripts.
    if (cursor.accept(';') || cursor.atEnd || (isDefinitionEnd(cursor) && !isTypedef)) return;
    for (;;) {
      const declared = readDeclarator(this, type);
      acceptAttributes(this);
      if (isTypedef) this.#define(declared.name, declared.type, cursor.span);
      if (declared.type.isFunction && cursor.sees('{')) return cursor.skipBalanced();
      if (cursor.accept('=')) this.#skipInitializer();
      if (!cursor.accept(',')) break;
    }
    cursor.expect(';');
  }

  #define(name: string, type: CType, place: Span): void {
    if (name === '') throw new CError(place, 'expected a name in this typedef');
    this.typedefs.set(name, type);
  }

  #skipInitializer(): void {
    while (!this.cursor.atEnd && !this.cursor.sees(',') && !this.cursor.sees(';')) {
      if (['(', '[', '{'].some((open) => this.cursor.sees(open))) this.cursor.skipBalanced();
      else this.cursor.next('initializer');
    }
  }

  errorAt(place: Span, problem: string, hint?: string): CError {
    return new CError(place, problem, hint);
  }

  nested<T>(read: () => T): T {
    if (++this.#depth > maximumDepth) throw this.cursor.error('declaration nested too deeply');
    const result = read();
    this.#depth--;
    return result;
  }

  /** A number that must be known now: a length, a width, the value of an enumerator. */
  constant(): bigint {
    const scope: ConstantScope = {
      name: ({ text, span }) => {
        const value = this.constants.get(text)?.value ?? this.external.constant(text);
        if (value === undefined) throw new CError(span, `use of undeclared identifier '${text}'`);
        return value;
      },
      measure: (word, cursor) => {
        cursor.expect('(');
        if (!isTypeStart(this)) throw cursor.error('expected the name of a type');
        const { type } = readDeclarator(this, readSpecifiers(this).type);
        cursor.expect(')');
        if (!type.complete) throw cursor.error(`${word} of a type without a size`);
        return BigInt(word === 'sizeof' ? type.size : type.align);
      },
      cast: (cursor) => {
        if (!isTypeStart(this)) return undefined;
        const { type } = readDeclarator(this, readSpecifiers(this).type).type;
        cursor.expect(')');
        if (type.kind !== 'int') return (value) => value;
        return (value) => (type.signed ? BigInt.asIntN : BigInt.asUintN)(type.size * 8, value);
      },
    };
    return constantExpression(this.cursor, scope);
  }

  /** The struct, union or enum of that name, defined here or by the kernel. */
  findTagged(tag: 'struct' | 'union' | 'enum', name: string): CType | undefined {
    const found = this.tagged.get(`${tag} ${name}`) ?? this.external.tagged(tag, name);
    return found && completeType(found);
  }
}

/** After a definition that ends in a brace, what comes next is the next declaration. */
function isDefinitionEnd(cursor: TokenCursor): boolean {
  return ['struct', 'union', 'enum', 'typedef', 'extern', 'static'].some((word) => cursor.sees(word));
}
