/**
 * Values in memory that can be printed in every form. Each form is compiled when it is first asked for.
 */
import type { Printable, Value } from '../../output/value.ts';
import type { Type } from '../../program/types.ts';
import { compileFormatter } from './format.ts';
import { compileJson } from './json.ts';
import type { Memory, Reader } from './memory.ts';
import type { Resolvers } from './resolvers.ts';
import { compileDecoder } from './value.ts';

export class Printer {
  readonly #type: Type;
  readonly #resolvers: Resolvers;
  #text: Reader<string> | undefined;
  #json: Reader<string> | undefined;
  #value: Reader<Value> | undefined;

  constructor(type: Type, resolvers: Resolvers) {
    this.#type = type;
    this.#resolvers = resolvers;
  }

  get text(): Reader<string> {
    this.#text ??= compileFormatter(this.#type, this.#resolvers);
    return this.#text;
  }

  get json(): Reader<string> {
    this.#json ??= compileJson(this.#type, this.#resolvers);
    return this.#json;
  }

  get value(): Reader<Value> {
    this.#value ??= compileDecoder(this.#type, this.#resolvers);
    return this.#value;
  }

  at(memory: Memory, offset: number): Printable {
    return {
      text: () => this.text(memory, offset),
      json: () => this.json(memory, offset),
      value: () => this.value(memory, offset),
    };
  }
}
