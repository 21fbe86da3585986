/** An output that can be led elsewhere for a while: what a test prints is shown only when it fails. */
import type { SourceRange } from '../program/program.ts';
import type { MapContents } from './map-contents.ts';
import type { HelperError, Output } from './output.ts';
import type { Printable } from './value.ts';

export class SwitchedOutput implements Output {
  readonly #usual: Output;
  #now: Output;
  /** Errors of the script (`errorf`) so far. */
  errors = 0;

  constructor(usual: Output) {
    this.#usual = usual;
    this.#now = usual;
  }

  leadTo(output: Output): void {
    this.#now = output;
  }

  leadBack(): void {
    this.#now = this.#usual;
  }

  /** About the run, not by the script. */
  attachedProbes(count: number): void {
    this.#usual.attachedProbes(count);
  }

  errorf(text: string, range: SourceRange): void {
    this.errors++;
    this.#now.errorf(text, range);
  }

  value(value: Printable): void {
    this.#now.value(value);
  }

  printf(text: string): void {
    this.#now.printf(text);
  }

  map(map: MapContents): void {
    this.#now.map(map);
  }

  time(text: string): void {
    this.#now.time(text);
  }

  cat(text: string): void {
    this.#now.cat(text);
  }

  join(text: string): void {
    this.#now.join(text);
  }

  system(text: string): void {
    this.#now.system(text);
  }

  warnf(text: string, range: SourceRange): void {
    this.#now.warnf(text, range);
  }

  helperError(error: HelperError): void {
    this.#now.helperError(error);
  }

  runtimeError(message: string, range: SourceRange): void {
    this.#now.runtimeError(message, range);
  }

  lostEvents(count: number): void {
    this.#now.lostEvents(count);
  }

  error(message: string): void {
    this.#now.error(message);
  }

  warning(message: string): void {
    this.#now.warning(message);
  }

  endOfTracing(): void {
    this.#now.endOfTracing();
  }

  end(lost: number): void {
    this.#now.end(lost);
  }

  idle(): void {
    this.#now.idle();
  }

  flush(): void {
    this.#now.flush();
  }
}
