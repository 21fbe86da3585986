/**
 * Positional parameters become literals: an integer where the text reads as one, else a string. `str($N)` is
 * always the text, `str($N + k)` the text without its first k characters.
 */
import { parseIntegerParameter } from '../1-parse/integers.ts';
import type { Call, Expression, PositionalParameter, Span, StringLiteral } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';

export class Positionals {
  readonly #texts: readonly string[];
  readonly #reporter: Reporter;

  constructor(texts: readonly string[], reporter: Reporter) {
    this.#texts = texts;
    this.#reporter = reporter;
  }

  get count(): bigint {
    return BigInt(this.#texts.length);
  }

  /** The literal for `$N`; a missing or empty parameter is 0, with a warning. */
  literal(parameter: PositionalParameter): Expression {
    const { span, index } = parameter;
    const text = this.#text(parameter);
    if (text === '') {
      this.#reporter.warning(span, messages.parameterMissing(`$${index}`));
      return { kind: 'integer', value: 0n, span };
    }
    const value = parseIntegerParameter(text);
    if (value === undefined) return { kind: 'string', value: text, span };
    return integerLiteral(value, span);
  }

  /** The first argument of `str` in such a call, as a string literal; undefined for any other argument. */
  stringArgument(call: Call): StringLiteral | undefined {
    const argument = call.args[0];
    if (call.name !== 'str' || !argument) return undefined;
    if (argument.kind === 'positional-parameter') {
      return { kind: 'string', value: this.#text(argument), span: argument.span };
    }
    if (argument.kind !== 'binary' || argument.op !== '+') return undefined;
    const { left, right, span } = argument;
    if (left.kind !== 'positional-parameter' || right.kind !== 'integer') return undefined;
    const text = this.#text(left);
    const skipped = Number(right.value);
    if (text !== '' && skipped >= text.length) this.#reporter.warning(span, messages.alwaysEmpty());
    return { kind: 'string', value: text.slice(skipped), span };
  }

  #text(parameter: PositionalParameter): string {
    return this.#texts[parameter.index - 1] ?? '';
  }
}

/** A literal for any 64-bit value: negative ones are a minus sign before a literal, as in program text. */
export function integerLiteral(value: bigint, span: Span): Expression {
  if (value >= 0n) return { kind: 'integer', value, span };
  return { kind: 'unary', op: '-', operand: { kind: 'integer', value: -value, span }, span };
}
