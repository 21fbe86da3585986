/**
 * Collects the diagnostics of one compile. Phases go on after a diagnostic as long as they can; whoever runs
 * them stops after a phase that left errors.
 */
import { getOrCreate } from '../../base/collections.ts';
import type { Span } from '../ast.ts';
import type { Diagnostic, Message, Note, Severity } from './diagnostic.ts';

export interface ReportExtras {
  readonly notes?: readonly Note[];
  /** Overrides the message's own hint. */
  readonly hint?: string | undefined;
}

export interface ReporterOptions {
  /** Drop warnings and their hints (`--no-warnings`). */
  readonly noWarnings?: boolean;
}

export class Reporter {
  readonly #noWarnings: boolean;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  readonly #sourceIds = new Map<object, number>();
  #errorCount = 0;

  constructor(options: ReporterOptions = {}) {
    this.#noWarnings = options.noWarnings ?? false;
  }

  error(span: Span | undefined, message: Message, extras: ReportExtras = {}): void {
    this.#add('error', span, message, extras);
  }

  warning(span: Span | undefined, message: Message, extras: ReportExtras = {}): void {
    if (!this.#noWarnings) this.#add('warning', span, message, extras);
  }

  get hasErrors(): boolean {
    return this.#errorCount > 0;
  }

  get errorCount(): number {
    return this.#errorCount;
  }

  /** In the order they were reported. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /**
   * As they are shown: errors first, then warnings, each in the order they were reported. Warnings about the program
   * as a whole are about its run, and one with errors does not run.
   */
  inDisplayOrder(): readonly Diagnostic[] {
    const of = (severity: Severity) => this.#diagnostics.filter((one) => one.severity === severity);
    const warnings = of('warning').filter((one) => one.span !== undefined || !this.hasErrors);
    return [...of('error'), ...warnings];
  }

  /** Saying the same thing about the same place twice helps nobody: the second report is dropped. */
  #add(severity: Severity, span: Span | undefined, message: Message, extras: ReportExtras): void {
    const text = withSourceNames(message.text);
    const key = `${severity} ${this.#placeKey(span)} ${text}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (severity === 'error') this.#errorCount++;
    const hint = extras.hint ?? message.hint;
    this.#diagnostics.push({
      severity,
      code: message.code,
      message: text,
      notes: (extras.notes ?? []).map((note) => ({ ...note, message: withSourceNames(note.message) })),
      ...(span ? { span } : {}),
      ...(hint === undefined ? {} : { hint: withSourceNames(hint) }),
    });
  }

  #placeKey(span: Span | undefined): string {
    const parts: string[] = [];
    for (let at = span; at; at = at.expandedFrom) {
      const id = getOrCreate(this.#sourceIds, at.source, () => this.#sourceIds.size);
      parts.push(`${id}:${at.start}-${at.end}`);
    }
    return parts.join('<');
  }
}

/** Variables of macros have private names (`$v#3`, see 2-expand/own-variables.ts); people know them as `$v`. */
function withSourceNames(text: string): string {
  return text.replace(/(\$[A-Za-z_]\w*)#\d+/g, '$1');
}
