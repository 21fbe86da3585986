/** Words of the command line → values by option name. Every mistake is one line that says what to do instead. */
import { parseArgs } from 'node:util';
import { didYouMean } from '../../compiler/messages/did-you-mean.ts';
import { ToolUsageError } from '../tool-error.ts';
import { type Flag, type Options, type OptionValues, spelled, type ValueOption } from './option.ts';

type Value = unknown;

/** @throws ToolUsageError */
export function parseOptions<O extends Options>(options: O, words: readonly string[]): OptionValues<O> {
  const spellings = bySpelling(options);
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      [...spellings].map(([word, { option }]) => [
        word.length === 1 ? `letter-${word}` : word,
        {
          type: option.kind === 'flag' ? 'boolean' : 'string',
          ...(word.length === 1 && { short: word }),
        } as const,
      ]),
    ),
  });
  const values = new Map<string, Value>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const word = token.name.replace(/^letter-/, '');
    const entry = spellings.get(word);
    if (entry === undefined) throw unknownOption(token.rawName, [...spellings.keys()]);
    values.set(entry.name, parsedValue(entry.option, token.rawName, token.value));
  }
  takeOperands(options, operands, values);
  return withDefaults(options, values);
}

interface Named {
  readonly name: string;
  readonly option: Options[string];
}

function bySpelling(options: Options): ReadonlyMap<string, Named> {
  const spellings = new Map<string, Named>();
  for (const [name, option] of Object.entries(options)) {
    const words = [option.long, ...(option.short === undefined ? [] : [option.short])];
    for (const word of words) spellings.set(word, { name, option });
  }
  // A spelling of its own goes before one that is only also understood.
  for (const [name, option] of Object.entries(options)) {
    for (const word of option.also ?? []) if (!spellings.has(word)) spellings.set(word, { name, option });
  }
  return spellings;
}

function unknownOption(written: string, known: readonly string[]): ToolUsageError {
  const near = didYouMean(
    written.replace(/^-+/, ''),
    known.filter((word) => word.length > 1),
  );
  const hint = near === undefined ? 'see --help' : `did you mean --${near}?`;
  return new ToolUsageError(`unknown option ${written}: ${hint}`);
}

function parsedValue(option: Flag | ValueOption<Value>, written: string, value: string | undefined): Value {
  if (option.kind === 'flag') {
    if (value === undefined) return true;
    throw new ToolUsageError(`${written} takes no value`);
  }
  if (value === undefined) throw new ToolUsageError(`${written} wants ${option.argument}: ${option.help}`);
  return option.parse(value, written);
}

function takeOperands(options: Options, operands: readonly string[], values: Map<string, Value>): void {
  const places = Object.entries(options)
    .flatMap(([name, option]) =>
      option.kind === 'value' && option.operand !== undefined ? [{ name, option }] : [],
    )
    .sort((a, b) => (a.option.operand ?? 0) - (b.option.operand ?? 0));
  let next = 0;
  for (const { name, option } of places) {
    if (next >= operands.length) break;
    const word = option.rest ? operands.slice(next).join(' ') : (operands[next] ?? '');
    next = option.rest ? operands.length : next + 1;
    if (values.has(name))
      throw new ToolUsageError(`${option.argument} is given twice: '${word}' and ${spelled(option)}`);
    values.set(name, option.parse(word, option.argument));
  }
  if (next < operands.length)
    throw new ToolUsageError(`nothing is to be done with '${operands[next]}': see --help`);
  for (const { name, option } of places) {
    if (option.required && !values.has(name))
      throw new ToolUsageError(`${option.argument} is missing: ${option.help}`);
  }
}

function withDefaults<O extends Options>(options: O, values: ReadonlyMap<string, Value>): OptionValues<O> {
  const entries = Object.entries(options).map(([name, option]) => [
    name,
    values.get(name) ?? (option.kind === 'flag' ? false : option.default),
  ]);
  return Object.fromEntries(entries);
}
