/**
 * What `trace` and `argdist` are asked: a probe, a condition, and what to show.
 *
 *     PROBE [(CONDITION)] ["FORMAT", EXPRESSION, …]        trace
 *     PROBE EXPRESSION[, EXPRESSION …] [if CONDITION]      argdist
 *
 * Expressions are those of the language: args.filename, arg0, retval, str(arg1) …
 */
import { parseProbe, probeText } from './probe-pattern.ts';
import { ToolUsageError } from './tool-error.ts';

export interface TraceSpec {
  readonly probe: string;
  readonly condition: string | undefined;
  /** With `\n` and the like already what they stand for. */
  readonly format: string | undefined;
  readonly expressions: readonly string[];
}

/** @throws ToolUsageError */
export function parseTraceSpec(text: string): TraceSpec {
  const [probe, rest] = takeProbe(text);
  const condition = rest.startsWith('(') ? balanced(rest) : undefined;
  const shown = (condition === undefined ? rest : rest.slice(condition.length)).trim();
  return {
    probe,
    condition: condition?.slice(1, -1).trim(),
    ...(shown === '' ? { format: undefined, expressions: [] } : message(shown, text)),
  };
}

function message(shown: string, text: string): Pick<TraceSpec, 'format' | 'expressions'> {
  const literal = /^"((?:[^"\\]|\\.)*)"/.exec(shown);
  if (literal === null)
    throw new ToolUsageError(
      `after the probe of '${text}' comes a format in double quotes, then expressions with commas`,
    );
  const rest = shown.slice(literal[0].length).trim();
  if (rest !== '' && !rest.startsWith(','))
    throw new ToolUsageError(`a comma is missing after the format in '${text}'`);
  return { format: unescaped(literal[1] ?? ''), expressions: splitExpressions(rest.slice(1)) };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

export interface DistributionSpec {
  readonly probe: string;
  readonly expressions: readonly string[];
  readonly condition: string | undefined;
}

/** @throws ToolUsageError */
export function parseDistributionSpec(text: string): DistributionSpec {
  const [probe, rest] = takeProbe(text);
  const [shown = '', condition] = rest.split(/\bif\b/);
  const expressions = splitExpressions(shown);
  if (expressions.length === 0)
    throw new ToolUsageError(
      `'${text}' says no expression: write PROBE EXPRESSION, such as 't:syscalls:sys_exit_read args.ret'`,
    );
  return { probe, expressions, condition: condition?.trim() };
}

function takeProbe(text: string): readonly [probe: string, rest: string] {
  const trimmed = text.trim();
  const end = trimmed.search(/[\s(]/);
  const word = end < 0 ? trimmed : trimmed.slice(0, end);
  return [probeText(parseProbe(word)), end < 0 ? '' : trimmed.slice(end).trim()];
}

/** The parenthesis at the beginning, to its partner. */
function balanced(text: string): string {
  const end = closingAt(text);
  if (end === undefined) throw new ToolUsageError(`a closing parenthesis is missing in '${text}'`);
  return text.slice(0, end + 1);
}

function closingAt(text: string): number | undefined {
  let depth = 0;
  for (const { character, at } of outsideStrings(text)) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Parts between commas that are in no parentheses and no string. */
export function splitExpressions(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { character, at } of outsideStrings(text)) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (character !== ',' || depth > 0) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function* outsideStrings(text: string): Iterable<{ readonly character: string; readonly at: number }> {
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (inString && character === '\\') at++;
    else if (character === '"') inString = !inString;
    else if (!inString) yield { character, at };
  }
}
