/**
 * How a message of the catalogue is written: a code, a text built from typed arguments, and for the reference
 * page the usual cause and the remedy. `message(…)` yields a function, so that a use reads
 * `reporter.error(span, messages.unknownFunction(name))`.
 */
import type { Message } from './diagnostic.ts';

export interface MessageGuide {
  /** Why people meet this message. */
  readonly cause?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface MessageBuilder<Arguments extends readonly unknown[]> extends MessageGuide {
  (...args: Arguments): Message;
  readonly code: string;
}

type Body = string | { readonly text: string; readonly hint?: string | undefined };

export function message<Arguments extends readonly unknown[]>(
  code: string,
  build: (...args: Arguments) => Body,
  guide: MessageGuide = {},
): MessageBuilder<Arguments> {
  const builder = (...args: Arguments): Message => {
    const body = build(...args);
    if (typeof body === 'string') return { code, text: body };
    return body.hint === undefined ? { code, text: body.text } : { code, text: body.text, hint: body.hint };
  };
  return Object.assign(builder, { code, ...guide });
}
