/** Integer and string literals in program text: scanning, with the exact place of each mistake. */
import type { IntegerLiteral, StringLiteral } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import { scanInteger } from './integers.ts';
import type { Parser } from './parser.ts';

/** The next character must be a digit. */
export function parseInteger(parser: Parser): IntegerLiteral {
  const start = parser.mark();
  const scan = scanInteger(parser.text, start);
  parser.take(scan.length);
  if (scan.kind === 'problem') {
    parser.error(scan.message, parser.spanBetween(start + scan.from, start + scan.to));
  }
  return { kind: 'integer', value: scan.kind === 'value' ? scan.value : 0n, span: parser.spanFrom(start) };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

type Escape =
  | { readonly value: string; readonly length: number }
  /** Offsets are relative to the backslash. */
  | { readonly message: Message; readonly from: number; readonly to: number; readonly length: number };

/** The next character must be a double quote. */
export function parseString(parser: Parser): StringLiteral {
  const start = parser.mark();
  const pieces: string[] = [];
  let at = start + 1;
  let plainFrom = at;
  let reported = false;
  for (;;) {
    const character = parser.text[at];
    if (character === undefined || character === '\n') return unterminated(parser, start, at);
    if (character === '"') break;
    if (character !== '\\') {
      at++;
      continue;
    }
    pieces.push(parser.text.slice(plainFrom, at));
    const sequence = readEscape(parser.text, at);
    if ('value' in sequence) pieces.push(sequence.value);
    else if (!reported) {
      parser.error(sequence.message, parser.spanBetween(at + sequence.from, at + sequence.to));
      reported = true;
    }
    at += sequence.length;
    plainFrom = at;
  }
  pieces.push(parser.text.slice(plainFrom, at));
  parser.take(at + 1 - start);
  return { kind: 'string', value: pieces.join(''), span: parser.spanFrom(start) };
}

function unterminated(parser: Parser, start: number, end: number): StringLiteral {
  parser.take(end - start);
  parser.lose(messages.unterminatedString());
  return { kind: 'string', value: '', span: parser.spanFrom(start) };
}

function readEscape(text: string, backslash: number): Escape {
  const after = text.slice(backslash + 1, backslash + 4);
  const simple = simpleEscapes[after[0] ?? ''];
  if (simple !== undefined) return { value: simple, length: 2 };
  const octal = /^[0-7]+/.exec(after)?.[0];
  if (octal !== undefined) return octalEscape(octal);
  if (after[0] === 'x' || after[0] === 'X') return hexEscape(after.slice(1));
  return invalidEscape(after[0]);
}

function octalEscape(digits: string): Escape {
  const length = digits.length + 1;
  const code = Number.parseInt(digits, 8);
  if (code <= 0o377) return { value: String.fromCharCode(code), length };
  return { message: messages.octalRange(digits), from: 0, to: length, length };
}

function hexEscape(after: string): Escape {
  const digits = /^[0-9a-fA-F]{1,2}/.exec(after)?.[0];
  if (digits !== undefined)
    return { value: String.fromCharCode(Number.parseInt(digits, 16)), length: digits.length + 2 };
  const word = /^\w*/.exec(after)?.[0].length ?? 0;
  return { message: messages.invalidHexEscape(), from: 2, to: 2 + Math.max(1, word), length: 2 };
}

/** A line may end right after the backslash; the newline is then left for "unterminated string". */
function invalidEscape(character: string | undefined): Escape {
  const length = character === undefined || character === '\n' ? 1 : 2;
  return {
    message: messages.invalidEscape(length === 1 ? '' : (character ?? '')),
    from: 1,
    to: length,
    length,
  };
}
