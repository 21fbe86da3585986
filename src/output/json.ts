/**
 * Output as JSON, one record a line (language reference, section 1.7). What is about the run is a record too;
 * only messages without a place in the source go to standard error as text.
 */
import type { SourceRange } from '../program/program.ts';
import { toByteString } from './byte-string.ts';
import { jsonString } from './json-text.ts';
import { renderMapJson } from './map/map-json.ts';
import type { MapContents } from './map-contents.ts';
import type { HelperError, Output } from './output.ts';
import type { OutputOptions } from './text.ts';
import type { Printable } from './value.ts';
import type { Writer } from './writer.ts';

export class JsonOutput implements Output {
  readonly #out: Writer;
  readonly #err: Writer;
  readonly #quiet: boolean;
  readonly #noWarnings: boolean;

  constructor(options: OutputOptions) {
    this.#out = options.out;
    this.#err = options.err;
    this.#quiet = options.quiet ?? false;
    this.#noWarnings = options.noWarnings ?? false;
  }

  attachedProbes(count: number): void {
    if (!this.#quiet) this.#out.write(counted('attached_probes', 'probes', count));
  }

  value(value: Printable): void {
    this.#out.write(`{"type": "value", "data": ${value.json()}}\n`);
  }

  printf(text: string): void {
    this.#text('printf', text);
  }

  map(map: MapContents): void {
    const record = renderMapJson(map);
    if (record !== '') this.#out.write(`${record}\n`);
  }

  time(text: string): void {
    this.#text('time', text);
  }

  cat(text: string): void {
    this.#text('cat', text);
  }

  join(text: string): void {
    this.#text('join', text);
  }

  system(text: string): void {
    this.#text('syscall', text);
  }

  errorf(text: string, range: SourceRange): void {
    this.#out.write(`{"type": "errorf", "msg": ${jsonString(text)}${where(range)}}\n`);
  }

  warnf(text: string, range: SourceRange): void {
    if (!this.#noWarnings) this.#out.write(`{"type": "warnf", "msg": ${jsonString(text)}${where(range)}}\n`);
  }

  helperError({ strerror, helper, returnCode, range }: HelperError): void {
    if (this.#noWarnings) return;
    const message = jsonString(toByteString(strerror));
    const call = `"helper": ${jsonString(helper)}, "retcode": ${returnCode}`;
    this.#out.write(`{"type": "helper_error", "msg": ${message}, ${call}${where(range)}}\n`);
  }

  runtimeError(message: string, range: SourceRange): void {
    if (this.#noWarnings) return;
    this.#out.write(
      `{"type": "runtime_error", "msg": ${jsonString(toByteString(message))}${where(range)}}\n`,
    );
  }

  lostEvents(count: number): void {
    this.#out.write(counted('lost_events', 'events', count));
  }

  error(message: string): void {
    this.#say(`ERROR: ${toByteString(message)}\n`);
  }

  warning(message: string): void {
    if (!this.#noWarnings) this.#say(`WARNING: ${toByteString(message)}\n`);
  }

  endOfTracing(): void {}

  end(lost: number): void {
    this.flush();
    if (lost > 0) this.warning(`Total lost event count: ${lost}`);
  }

  idle(): void {
    this.#out.idle();
  }

  flush(): void {
    this.#out.flush();
    this.#err.flush();
  }

  #text(type: string, text: string): void {
    this.#out.write(`{"type": "${type}", "data": ${jsonString(text)}}\n`);
  }

  #say(text: string): void {
    this.#err.write(text);
    this.#err.flush();
  }
}

function counted(type: string, what: string, count: number): string {
  return `{"type": "${type}", "count": ${count}, "data": {"${what}": ${count}}}\n`;
}

function where(range: SourceRange): string {
  return `, "filename": ${jsonString(toByteString(range.file))}, "line": ${range.line}, "col": ${range.column}`;
}
