/**
 * Output as text for people, exactly as the language reference has it (sections 1.3 and 6): results on the
 * output, everything about the run itself on standard error.
 */
import type { SourceRange } from '../program/program.ts';
import { toByteString } from './byte-string.ts';
import { locatedExcerpt, locatedLine, type Sources } from './located.ts';
import { renderMap } from './map/map-text.ts';
import type { MapContents } from './map-contents.ts';
import type { HelperError, Output } from './output.ts';
import type { Printable } from './value.ts';
import type { Writer } from './writer.ts';

export interface OutputOptions {
  /** Standard output, or the file of `-o`. */
  readonly out: Writer;
  readonly err: Writer;
  readonly sources: Sources;
  /** `-q`: do not say how many probes were attached. */
  readonly quiet?: boolean;
  /** `--no-warnings`: no warnings of any kind. */
  readonly noWarnings?: boolean;
  /** Errors red, warnings yellow. */
  readonly color?: boolean;
}

const colors = { ERROR: '\x1b[31m', WARNING: '\x1b[33m' } as const;

export class TextOutput implements Output {
  readonly #out: Writer;
  readonly #err: Writer;
  readonly #sources: Sources;
  readonly #quiet: boolean;
  readonly #noWarnings: boolean;
  readonly #color: boolean;

  constructor(options: OutputOptions) {
    this.#out = options.out;
    this.#err = options.err;
    this.#sources = options.sources;
    this.#quiet = options.quiet ?? false;
    this.#noWarnings = options.noWarnings ?? false;
    this.#color = options.color ?? false;
  }

  attachedProbes(count: number): void {
    if (!this.#quiet) this.#say(count === 1 ? 'Attached 1 probe\n' : `Attached ${count} probes\n`);
  }

  value(value: Printable): void {
    this.#out.write(`${value.text()}\n`);
  }

  printf(text: string): void {
    this.#out.write(text);
  }

  map(map: MapContents): void {
    this.#out.write(renderMap(map));
  }

  time(text: string): void {
    this.#out.write(text);
  }

  cat(text: string): void {
    this.#out.write(text);
  }

  join(text: string): void {
    this.#out.write(`${text}\n`);
  }

  system(text: string): void {
    this.#out.write(`${text}\n`);
  }

  errorf(text: string, range: SourceRange): void {
    this.#complain('ERROR', locatedLine('ERROR', firstLine(text), range));
  }

  warnf(text: string, range: SourceRange): void {
    if (!this.#noWarnings) this.#complain('WARNING', locatedLine('WARNING', firstLine(text), range));
  }

  helperError({ message, helper, returnCode, range }: HelperError): void {
    if (this.#noWarnings) return;
    const details = `Additional Info - helper: ${helper}, retcode: ${returnCode}\n`;
    this.#complain(
      'WARNING',
      locatedExcerpt('WARNING', toByteString(message), range, this.#sources, details),
    );
  }

  runtimeError(message: string, range: SourceRange): void {
    if (this.#noWarnings) return;
    this.#complain('WARNING', locatedExcerpt('WARNING', toByteString(message), range, this.#sources));
  }

  lostEvents(count: number): void {
    this.#say(`Lost ${count} events\n`);
  }

  error(message: string): void {
    this.#complain('ERROR', `ERROR: ${toByteString(message)}\n`);
  }

  warning(message: string): void {
    if (!this.#noWarnings) this.#complain('WARNING', `WARNING: ${toByteString(message)}\n`);
  }

  endOfTracing(): void {
    this.#out.write('\n\n');
  }

  end(lost: number): void {
    this.flush();
    if (lost > 0) this.warning(`Total lost event count: ${lost}`);
    this.flush();
  }

  idle(): void {
    this.#out.idle();
  }

  flush(): void {
    this.#out.flush();
    this.#err.flush();
  }

  /** Only the head is in colour. */
  #complain(severity: keyof typeof colors, text: string): void {
    const end = text.indexOf('\n');
    const head = text.slice(0, end);
    this.#say(this.#color ? `${colors[severity]}${head}\x1b[0m${text.slice(end)}` : text);
  }

  /** On standard error, after what was printed before it. */
  #say(text: string): void {
    this.#out.idle();
    this.#err.write(text);
    this.#err.flush();
  }
}

/** What errorf and warnf show of a text. */
export function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
