/**
 * Named program parameters. `getopt("name", default, "description")` becomes a literal of the kind of its
 * default, with the value given on the command line if there is one. All calls together describe the options
 * that the program knows, for `--help` and for reporting unknown ones.
 */
import { parseIntegerParameter } from '../1-parse/integers.ts';
import type { Call, Expression, Span } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { parseBooleanText } from './config-options.ts';
import { integerLiteral } from './positionals.ts';

export interface ProgramOption {
  readonly name: string;
  readonly defaultText: string;
  readonly description: string | undefined;
}

type Default =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: string };

export class ProgramOptions {
  readonly #named: ReadonlyMap<string, string>;
  readonly #reporter: Reporter;
  readonly #options = new Map<string, ProgramOption>();

  constructor(named: ReadonlyMap<string, string>, reporter: Reporter) {
    this.#named = named;
    this.#reporter = reporter;
  }

  get options(): readonly ProgramOption[] {
    return [...this.#options.values()];
  }

  /** Reports the parameters that no `getopt` asks for, and what there is when that is asked. */
  reportUnknown(): void {
    if (this.#named.has('help') && !this.#options.has('help')) {
      this.#reporter.error(undefined, messages.programHelp(this.options));
      return;
    }
    const unknown = [...this.#named.keys()].filter((name) => !this.#options.has(name));
    if (unknown.length === 0) return;
    const message = messages.unknownOptions(unknown, [...this.#options.keys()].sort());
    this.#reporter.error(undefined, message);
  }

  /** The literal for a call of `getopt`. */
  value(call: Call): Expression {
    const { args, span } = call;
    const [nameArgument, defaultArgument, descriptionArgument] = args;
    if (!nameArgument || args.length > 3) return this.#fail(span, messages.getoptArity());
    if (nameArgument.kind !== 'string') return this.#fail(nameArgument.span, messages.getoptName());
    const fallback = defaultArgument
      ? literalOf(defaultArgument)
      : { kind: 'boolean' as const, value: false };
    if (!fallback) return this.#fail(defaultArgument?.span ?? span, messages.getoptDefault());
    if (descriptionArgument !== undefined && descriptionArgument.kind !== 'string')
      return this.#fail(descriptionArgument.span, messages.getoptDescription());
    const description = descriptionArgument?.value;
    this.#declare({ name: nameArgument.value, defaultText: String(fallback.value), description }, span);
    return this.#read(nameArgument.value, fallback, span);
  }

  #fail(span: Span, message: Parameters<Reporter['error']>[1]): Expression {
    this.#reporter.error(span, message);
    return { kind: 'boolean', value: false, span };
  }

  /** Every use must agree about the default and, where given, about the description. */
  #declare(option: ProgramOption, span: Span): void {
    const known = this.#options.get(option.name);
    if (!known) {
      this.#options.set(option.name, option);
      return;
    }
    if (known.defaultText !== option.defaultText) {
      this.#reporter.error(span, messages.getoptDifferentDefault(option.name, known.defaultText));
    }
    const previous = known.description;
    if (previous === undefined) this.#options.set(option.name, option);
    else if (option.description !== undefined && option.description !== previous) {
      this.#reporter.error(span, messages.getoptDifferentDescription(option.name, previous));
    }
  }

  #read(name: string, fallback: Default, span: Span): Expression {
    const text = this.#named.get(name);
    if (fallback.kind === 'boolean') return this.#readBoolean(name, text, fallback.value, span);
    if (fallback.kind === 'integer') return this.#readInteger(name, text, fallback.value, span);
    // `--name` without a value reads as `true`.
    if (text === 'true') this.#reporter.error(undefined, messages.optionNeedsString(name));
    return { kind: 'string', value: text ?? fallback.value, span };
  }

  #readBoolean(name: string, text: string | undefined, fallback: boolean, span: Span): Expression {
    const value = text === undefined ? fallback : parseBooleanText(text);
    if (value === undefined) this.#reporter.error(undefined, messages.optionBoolean(name, text ?? ''));
    return { kind: 'boolean', value: value ?? fallback, span };
  }

  /** Signed only where the default is negative. */
  #readInteger(name: string, text: string | undefined, fallback: bigint, span: Span): Expression {
    const value = text === undefined ? fallback : parseIntegerParameter(text);
    if (text !== undefined && value === undefined) {
      const digits = /^-?[0-9]+$/.test(text);
      const needsValue =
        text === 'true' ? messages.optionNeedsInteger(name) : messages.optionInteger(name, text);
      this.#reporter.error(undefined, digits ? messages.optionRange(name, text) : needsValue);
    }
    const type = {
      kind: 'type-name',
      tag: undefined,
      name: fallback < 0n ? 'int64' : 'uint64',
      suffixes: [],
      span,
    } as const;
    return { kind: 'cast', type, operand: integerLiteral(value ?? fallback, span), span };
  }
}

function literalOf(expression: Expression): Default | undefined {
  if (expression.kind === 'boolean' || expression.kind === 'string' || expression.kind === 'integer') {
    return expression;
  }
  const isNegative =
    expression.kind === 'unary' && expression.op === '-' && expression.operand.kind === 'integer';
  return isNegative && expression.operand.kind === 'integer'
    ? { kind: 'integer', value: -expression.operand.value }
    : undefined;
}
