/**
 * Splits a command line as getopt_long(3) does: options and operands in any order, up to a lone `--`; short options
 * in clusters, arguments attached or in the next word; long options with `=` and by any unambiguous beginning.
 */
import type { OptionEntry, OptionName } from './option-table.ts';

export interface ParsedWords {
  /** Values in order; an empty string for each use of an option without argument. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>;
  readonly operands: readonly string[];
}

/** `message` is what getopt prints. */
export class GetoptError extends Error {
  override readonly name = 'GetoptError';
}

export function getopt(
  words: readonly string[],
  table: readonly OptionEntry[],
  command: string,
): ParsedWords {
  return new Getopt(words, table, command).parse();
}

class Getopt {
  readonly #words: readonly string[];
  readonly #table: readonly OptionEntry[];
  readonly #command: string;
  readonly #options = new Map<OptionName, string[]>();
  readonly #operands: string[] = [];
  #next = 0;

  constructor(words: readonly string[], table: readonly OptionEntry[], command: string) {
    this.#words = words;
    this.#table = table;
    this.#command = command;
  }

  parse(): ParsedWords {
    for (let word = this.#take(); word !== undefined; word = this.#take()) {
      if (word === '--') break;
      if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word !== '-') this.#cluster(word);
      else this.#operands.push(word);
    }
    return { options: this.#options, operands: [...this.#operands, ...this.#words.slice(this.#next)] };
  }

  #take(): string | undefined {
    return this.#words[this.#next++];
  }

  #long(word: string): void {
    const equals = word.indexOf('=');
    const spelled = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const entry = this.#findLong(spelled);
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    if (entry.argument === undefined) {
      if (attached !== undefined) this.#fail(`option '--${entry.long}' doesn't allow an argument`);
      this.#add(entry, '');
      return;
    }
    const value = attached ?? this.#take();
    if (value === undefined) this.#fail(`option '--${entry.long}' requires an argument`);
    this.#add(entry, value);
  }

  #findLong(spelled: string): OptionEntry {
    const exact = this.#table.find(({ long }) => long === spelled);
    if (exact !== undefined) return exact;
    const begun = this.#table.filter(({ long }) => long?.startsWith(spelled));
    const [first] = begun;
    if (first === undefined) this.#fail(`unrecognized option '--${spelled}'`);
    if (begun.length > 1) {
      const choices = begun.map(({ long }) => ` '--${long}'`).join('');
      this.#fail(`option '--${spelled}' is ambiguous; possibilities:${choices}`);
    }
    return first;
  }

  #cluster(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const letter = word[at];
      const entry = this.#table.find(({ short }) => short === letter);
      if (entry === undefined) this.#fail(`invalid option -- '${letter}'`);
      if (entry.argument === undefined) {
        this.#add(entry, '');
        continue;
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : this.#take();
      if (value === undefined) this.#fail(`option requires an argument -- '${letter}'`);
      this.#add(entry, value);
      return;
    }
  }

  #add({ name }: OptionEntry, value: string): void {
    this.#options.set(name, [...(this.#options.get(name) ?? []), value]);
  }

  #fail(message: string): never {
    throw new GetoptError(`${this.#command}: ${message}`);
  }
}
