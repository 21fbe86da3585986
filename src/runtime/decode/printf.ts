/**
 * Format strings compiled with the layout of their arguments: printing a record is then a walk over readers.
 */
import { type Conversion, parseFormat } from '../../program/format/parse-format.ts';
import { argumentReader, type RecordLayout, type RecordReader } from './argument.ts';
import { compileConversion, pad } from './conversion.ts';
import type { Resolvers } from './resolvers.ts';

/** `length` bounds the strings behind the fixed part; the result is a byte string. */
export function compilePrintf(
  format: string,
  layout: RecordLayout,
  resolvers: Resolvers,
): RecordReader<string> {
  let head = '';
  const steps: Step[] = [];
  let argument = 0;
  for (const piece of parseFormat(format)) {
    if (piece.kind === 'conversion')
      steps.push({ read: compileArgument(piece, layout, argument++, resolvers), after: '' });
    else if (steps.length === 0) head = piece.text;
    else steps[steps.length - 1]!.after = piece.text;
  }
  return inOrder(head, steps);
}

/** An argument and the literal text that follows it. */
interface Step {
  readonly read: RecordReader<string>;
  after: string;
}

function compileArgument(
  conversion: Conversion,
  layout: RecordLayout,
  index: number,
  resolvers: Resolvers,
): RecordReader<string> {
  const read = argumentReader(
    layout,
    index,
    (type) => compileConversion(conversion, type, resolvers),
    conversion.width === 0 ? (text) => text : (text) => pad(text, conversion),
    resolvers.truncationTrailer,
  );
  return read ?? (() => '!{argument is missing}');
}

/** Few arguments are by far the most common, and without a loop they are printed twice as fast. */
function inOrder(head: string, steps: readonly Step[]): RecordReader<string> {
  const [a, b, c] = steps;
  if (a === undefined) return () => head;
  if (b === undefined) return (memory, base, length) => head + a.read(memory, base, length) + a.after;
  if (c === undefined) {
    return (memory, base, length) =>
      head + a.read(memory, base, length) + a.after + b.read(memory, base, length) + b.after;
  }
  return (memory, base, length) => {
    let text = head;
    for (const { read, after } of steps) text += read(memory, base, length) + after;
    return text;
  };
}
