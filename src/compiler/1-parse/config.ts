/** The `config = { key = value; … }` block. Keys and values are checked in 2-expand. */
import type { ConfigBlock, ConfigEntry, ConfigValue } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { isDigit } from './characters.ts';
import { parseInteger, parseString } from './literals.ts';
import type { Parser } from './parser.ts';

export function parseConfig(parser: Parser): ConfigBlock {
  const start = parser.mark();
  parser.acceptWord('config');
  const entries: ConfigEntry[] = [];
  const block = (): ConfigBlock => ({ kind: 'config', entries, span: parser.spanFrom(start) });
  if (!parser.expect('=') || !parser.expect('{')) return block();
  while (!parser.failed && !parser.sees('}')) {
    entries.push(parseEntry(parser));
    if (!parser.sees('}')) parser.expect(';');
  }
  if (!parser.failed) parser.expect('}');
  return block();
}

function parseEntry(parser: Parser): ConfigEntry {
  const start = parser.mark();
  const key = parser.expectIdentifier(messages.expectedConfigKey);
  if (!parser.lost) parser.expect('=');
  const value: ConfigValue = parser.lost ? { kind: 'identifier', value: '' } : parseValue(parser);
  return { kind: 'config-entry', key, value, span: parser.spanFrom(start) };
}

function parseValue(parser: Parser): ConfigValue {
  if (isDigit(parser.text[parser.mark()])) return { kind: 'integer', value: parseInteger(parser).value };
  if (parser.sees('"')) return { kind: 'string', value: parseString(parser).value };
  const word = parser.acceptIdentifier();
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
  if (word === undefined) parser.lose(messages.expectedConfigValue());
  return { kind: 'identifier', value: word ?? '' };
}
