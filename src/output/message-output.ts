/**
 * Output as messages, for programs that embed kscope and for the web.
 */
import type { SourceRange } from '../program/program.ts';
import { fromByteString } from './byte-string.ts';
import { mapMessage } from './map/map-message.ts';
import type { MapContents } from './map-contents.ts';
import type { HelperError, Output } from './output.ts';
import type { Message, TextSource } from './protocol.ts';
import type { Printable } from './value.ts';

export class MessageOutput implements Output {
  readonly #send: (message: Message) => void;

  constructor(send: (message: Message) => void) {
    this.#send = send;
  }

  attachedProbes(probes: number): void {
    this.#send({ type: 'attached', probes });
  }

  value(value: Printable): void {
    this.#send({ type: 'value', data: value.value() });
  }

  printf(text: string): void {
    this.#text('printf', text);
  }

  map(map: MapContents): void {
    this.#send({ type: 'map', map: mapMessage(map) });
  }

  time(text: string): void {
    this.#text('time', text);
  }

  cat(text: string): void {
    this.#text('cat', text);
  }

  join(text: string): void {
    this.#text('join', `${text}\n`);
  }

  system(text: string): void {
    this.#text('system', `${text}\n`);
  }

  errorf(text: string, range: SourceRange): void {
    this.#send({ type: 'script-message', severity: 'error', text: fromByteString(text), range });
  }

  warnf(text: string, range: SourceRange): void {
    this.#send({ type: 'script-message', severity: 'warning', text: fromByteString(text), range });
  }

  helperError({ message, helper, returnCode, range }: HelperError): void {
    this.#send({ type: 'run-time-warning', text: message, range, helper: { name: helper, returnCode } });
  }

  runtimeError(message: string, range: SourceRange): void {
    this.#send({ type: 'run-time-warning', text: message, range });
  }

  lostEvents(count: number): void {
    this.#send({ type: 'lost', count });
  }

  error(text: string): void {
    this.#send({ type: 'log', severity: 'error', text });
  }

  warning(text: string): void {
    this.#send({ type: 'log', severity: 'warning', text });
  }

  endOfTracing(): void {
    this.#send({ type: 'stopped' });
  }

  end(lostInAll: number): void {
    this.#send({ type: 'end', lostInAll });
  }

  idle(): void {}

  flush(): void {}

  #text(source: TextSource, text: string): void {
    this.#send({ type: 'text', source, text: fromByteString(text) });
  }
}
