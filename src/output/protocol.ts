/**
 * What a run reports, as plain values: the messages between a session and whoever shows it — the web page, a
 * program that embeds kscope. All texts are ordinary text; nothing here refers to memory or to the kernel.
 * This file imports only types, so that a browser can share it.
 */
import type { SourceRange } from '../program/program.ts';
import type { Value } from './value.ts';

export type { Value } from './value.ts';

export type Message =
  | { readonly type: 'attached'; readonly probes: number }
  /** print() of a value. */
  | { readonly type: 'value'; readonly data: Value }
  /** printf, time, cat, join, system: as it is to be shown, newlines included. */
  | { readonly type: 'text'; readonly source: TextSource; readonly text: string }
  | { readonly type: 'map'; readonly map: MapMessage }
  | {
      readonly type: 'script-message';
      readonly severity: Severity;
      readonly text: string;
      readonly range: SourceRange;
    }
  /** Something failed while the program ran, seen in the kernel. */
  | {
      readonly type: 'run-time-warning';
      readonly text: string;
      readonly range: SourceRange;
      readonly helper?: { readonly name: string; readonly returnCode: number };
    }
  /** `count` more events were lost. */
  | { readonly type: 'lost'; readonly count: number }
  | { readonly type: 'log'; readonly severity: Severity; readonly text: string }
  /** Tracing stopped; the last maps may follow. */
  | { readonly type: 'stopped' }
  | { readonly type: 'end'; readonly lostInAll: number };

export type Severity = 'error' | 'warning';
export type TextSource = 'printf' | 'time' | 'cat' | 'join' | 'system';

export type MapMessage = { readonly name: string; readonly scalar: boolean } & (
  | { readonly kind: 'values'; readonly rows: readonly MapElement<Value>[] }
  | { readonly kind: 'statistics'; readonly rows: readonly MapElement<StatisticsMessage>[] }
  /** Only buckets from the first to the last that is not empty. */
  | {
      readonly kind: 'histogram';
      readonly scale: 'log2' | 'linear';
      readonly rows: readonly MapElement<readonly Bucket[]>[];
    }
  | { readonly kind: 'percentiles'; readonly rows: readonly MapElement<readonly PercentileMessage[]>[] }
  | {
      readonly kind: 'series';
      readonly intervalNs: number;
      readonly rows: readonly MapElement<readonly Point[]>[];
    }
);

/** Without `key` in a scalar map. `label` is the key's text as in `@x[label]`. */
export interface MapElement<T> {
  readonly key?: Value;
  readonly label?: string;
  readonly value: T;
}

export interface StatisticsMessage {
  readonly count: number | bigint;
  readonly average: number | bigint;
  readonly total: number | bigint;
}

export interface PercentileMessage {
  readonly percent: number;
  /** Missing when there were no values. */
  readonly value?: number | bigint;
}

/** Bounds are inclusive; the outermost buckets are open on one side. */
export interface Bucket {
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly count: number;
}

export interface Point {
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Missing where nothing was recorded. */
  readonly value?: number | bigint;
}
