/**
 * Options of a tool as data: how they are written on the command line, what they mean, and which value the tool gets.
 * Parsing, help, completion, man pages and documentation are made from these entries.
 */
import { ToolUsageError } from '../tool-error.ts';

interface Spelling {
  /** One letter, without the dash. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long: string;
  /** Other letters and words that mean the same: the spellings of older collections, where they do not clash. */
  readonly also?: readonly string[];
  /** One line, beginning in lower case, without a full stop. */
  readonly help: string;
}

export interface Flag extends Spelling {
  readonly kind: 'flag';
}

export interface ValueOption<T> extends Spelling {
  readonly kind: 'value';
  /** What stands for the value in usage texts: `PID`. */
  readonly argument: string;
  /** Which place among the operands it may have instead, counted from 0. */
  readonly operand?: number;
  /** The operand may not be left out. */
  readonly required?: true;
  /** The last operand: takes all words that are left, joined by blanks. */
  readonly rest?: true;
  readonly default?: T;
  /** @throws ToolUsageError */
  parse(text: string, what: string): T;
}

export type Option = Flag | ValueOption<unknown>;
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O> = O extends Flag
  ? boolean
  : O extends ValueOption<infer T>
    ? O extends { readonly default: T } | { readonly required: true }
      ? T
      : T | undefined
    : never;

export type OptionValues<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

type Described<T> = Omit<ValueOption<T>, 'kind' | 'parse' | 'argument'> & { readonly argument?: string };

export function flag(spelling: Spelling): Flag {
  return { ...spelling, kind: 'flag' };
}

const wholeNumber = /^(?:0x[0-9a-f]+|[0-9]+)$/i;

/** A whole number of at least `least`. */
export function integer<const D extends Described<number>>(
  described: D,
  least = 0,
): D & { readonly kind: 'value'; readonly argument: string } & Pick<ValueOption<number>, 'parse'> {
  return {
    argument: 'N',
    ...described,
    kind: 'value',
    parse(text, what) {
      const value = wholeNumber.test(text) ? Number(text) : Number.NaN;
      if (Number.isSafeInteger(value) && value >= least) return value;
      const wanted = least === 0 ? 'a whole number' : `a whole number of at least ${least}`;
      throw new ToolUsageError(`${what} wants ${wanted}, not '${text}'`);
    },
  };
}

/** A number that may have decimals: seconds, milliseconds. */
export function decimal<const D extends Described<number>>(
  described: D,
): D & { readonly kind: 'value'; readonly argument: string } & Pick<ValueOption<number>, 'parse'> {
  return {
    argument: 'N',
    ...described,
    kind: 'value',
    parse(text, what) {
      if (/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) return Number(text);
      throw new ToolUsageError(`${what} wants a number, not '${text}'`);
    },
  };
}

export function text<const D extends Described<string>>(
  described: D,
): D & { readonly kind: 'value'; readonly argument: string } & Pick<ValueOption<string>, 'parse'> {
  return {
    argument: 'TEXT',
    ...described,
    kind: 'value',
    parse(value, what) {
      if (value !== '') return value;
      throw new ToolUsageError(`${what} wants a text, not an empty one`);
    },
  };
}

/** One word of a few. */
export function choice<const C extends string, const D extends Described<C>>(
  choices: readonly C[],
  described: D,
): D & { readonly kind: 'value'; readonly argument: string } & Pick<ValueOption<C>, 'parse'> {
  return {
    argument: choices.join('|'),
    ...described,
    kind: 'value',
    parse(value, what) {
      const found = choices.find((one) => one === value);
      if (found !== undefined) return found;
      throw new ToolUsageError(`${what} wants ${listed(choices)}, not '${value}'`);
    },
  };
}

/** Numbers with commas between them. */
export function integers<const D extends Described<readonly number[]>>(
  described: D,
): D & { readonly kind: 'value'; readonly argument: string } & Pick<ValueOption<readonly number[]>, 'parse'> {
  return {
    argument: 'N[,N…]',
    ...described,
    kind: 'value',
    parse(value, what) {
      const words = value.split(',');
      if (words.every((word) => wholeNumber.test(word))) return words.map(Number);
      throw new ToolUsageError(`${what} wants whole numbers with commas between them, not '${value}'`);
    },
  };
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `--pid` with its letter, as messages and help name it: `-p, --pid`. */
export function spelled({ short, long }: Spelling): string {
  return short === undefined ? `--${long}` : `-${short}, --${long}`;
}
