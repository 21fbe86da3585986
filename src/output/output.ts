/**
 * What a run tells the outside, one method for each kind of message. The text and JSON forms implement it;
 * so may a library's event emitter. All texts are byte strings.
 */
import type { SourceRange } from '../program/program.ts';
import type { MapContents } from './map-contents.ts';
import type { Printable } from './value.ts';

export interface HelperError {
  /** Kernel name without `bpf_`, e.g. `map_update_elem`. */
  readonly helper: string;
  /** What happened, for people: a sentence with advice where there is some. */
  readonly message: string;
  /** Plain text of the error number, "Success" for look-ups that found nothing. */
  readonly strerror: string;
  readonly returnCode: number;
  readonly range: SourceRange;
}

export interface Output {
  /** All probes are attached; `count` includes begin and end. */
  attachedProbes(count: number): void;
  value(value: Printable): void;
  printf(text: string): void;
  map(map: MapContents): void;
  time(text: string): void;
  cat(text: string): void;
  join(text: string): void;
  /** What a command printed. */
  system(text: string): void;
  errorf(text: string, range: SourceRange): void;
  warnf(text: string, range: SourceRange): void;
  helperError(error: HelperError): void;
  runtimeError(message: string, range: SourceRange): void;
  /** `count` more events were lost since the last call. */
  lostEvents(count: number): void;
  /** A message without a place in the source, e.g. a file that `cat` could not open. */
  error(message: string): void;
  warning(message: string): void;
  /** Tracing has stopped, the end probes' output is through; maps may follow. */
  endOfTracing(): void;
  /** Nothing follows. `lost` is the number of events lost in all. */
  end(lost: number): void;
  /** Called before waiting for events: what is buffered becomes visible, unless full buffering was asked for. */
  idle(): void;
  /** Everything is written out. */
  flush(): void;
}
