/**
 * A run of a tool: its program compiled, loaded and attached; its records turned into rows as they come, its maps read
 * at each interval and at the end; losses said with the results. Whoever starts it brings the renderer.
 */
import { compile } from '../../compiler/compile.ts';
import { render } from '../../compiler/messages/render.ts';
import type { HostTarget } from '../../host/target.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { mapMessage } from '../../output/map/map-message.ts';
import { MessageOutput } from '../../output/message-output.ts';
import type { Message, Value } from '../../output/protocol.ts';
import type { Attachment, Program } from '../../program/program.ts';
import { Session } from '../../runtime/session.ts';
import { type RunSettings, runSettings } from '../../runtime/settings.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Row, RowContext } from '../shape/column.ts';
import type { EventsShape, Shape } from '../shape/shape.ts';
import { InternalToolError, ToolUsageError } from '../tool-error.ts';
import { cellsOf, mapsOf, readShape } from './read-maps.ts';

export interface ToolRunOptions {
  readonly kernel: Kernel;
  readonly target: HostTarget;
  /** Called what in messages about the program. */
  readonly name: string;
  readonly program: string;
  /** Parts of the program are as the person wrote them. */
  readonly ofUser: boolean;
  readonly shapes: readonly Shape[];
  readonly renderer: Renderer;
  readonly context: RowContext;
  readonly startLine: string | undefined;
  readonly intervalMs?: number;
  /** Ends after so many intervals. */
  readonly count?: number;
  readonly durationMs?: number;
  /** Between messages: shows what is pending. */
  readonly onIdle?: () => void;
  readonly onAttach?: (attachment: Attachment) => void;
  /** Everything is attached, and the header is shown. */
  readonly onAttached?: () => void;
}

interface Compiled {
  readonly program: Program;
  readonly settings: RunSettings;
}

/** @throws ToolUsageError when the person wrote what does not compile, else InternalToolError: the text is ours */
function compileTool({ name, program: text, target, ofUser }: ToolRunOptions): Compiled {
  const { program, diagnostics, config } = compile(Buffer.from(text), target, { name });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (program !== undefined && errors.length === 0) return { program, settings: runSettings(config) };
  if (ofUser) throw new ToolUsageError(errors.map(({ message }) => message).join('\n'));
  throw new InternalToolError(errors.map((diagnostic) => render(diagnostic, { color: false })).join('\n'));
}

export class ToolRun implements Disposable {
  readonly #options: ToolRunOptions;
  readonly #session: Session;
  readonly #events: EventsShape | undefined;
  #intervals = 0;

  /** Compiles and loads. @throws what loading throws */
  constructor(options: ToolRunOptions) {
    this.#options = options;
    const { kernel, shapes } = options;
    this.#events = shapes.find((shape) => shape.kind === 'events');
    const compiled = compileTool(options);
    this.#session = Session.open(compiled.program, {
      kernel,
      output: new MessageOutput((message) => this.#take(message)),
      settings: { ...compiled.settings, printMapsOnExit: false },
      ...(options.onAttach === undefined ? {} : { onAttach: options.onAttach }),
    });
  }

  stop(): void {
    this.#session.stop();
  }

  /** Attaches and shows results until stopped. */
  async run(): Promise<void> {
    const { shapes, renderer, startLine, onIdle, onAttached } = this.#options;
    this.#session.attach();
    renderer.begin(shapes, startLine);
    onIdle?.();
    onAttached?.();
    const timers = this.#timers();
    try {
      await this.#session.run();
    } finally {
      for (const timer of timers) clearInterval(timer);
    }
    if (this.#finished) return;
    this.#showMaps();
    onIdle?.();
  }

  /** The last interval was shown, and nothing is left to show. */
  get #finished(): boolean {
    return this.#options.count !== undefined && this.#intervals >= this.#options.count;
  }

  #timers(): readonly NodeJS.Timeout[] {
    const { intervalMs, durationMs } = this.#options;
    return [
      ...(intervalMs === undefined ? [] : [setInterval(() => this.#interval(), intervalMs)]),
      ...(durationMs === undefined ? [] : [setTimeout(() => this.stop(), durationMs)]),
    ];
  }

  #interval(): void {
    if (this.#finished) return;
    this.#intervals++;
    this.#showMaps();
    this.#options.onIdle?.();
    if (this.#finished) this.stop();
  }

  #showMaps(): void {
    const { shapes, renderer, context } = this.#options;
    const withMaps = shapes.filter((shape) => mapsOf(shape).length > 0);
    if (withMaps.length === 0) return;
    renderer.interval(new Date());
    for (const shape of withMaps) {
      const cumulative = shape.kind === 'table' && shape.cumulative === true;
      const read = (name: string) =>
        mapMessage(cumulative ? this.#session.readMap(name) : this.#session.takeMap(name));
      const result = readShape(shape, read, context);
      if (result !== undefined) renderer.result(result);
    }
  }

  #take(message: Message): void {
    const { renderer } = this.#options;
    switch (message.type) {
      case 'value':
        return this.#row(message.data);
      case 'text':
        return renderer.result({ kind: 'text', text: message.text });
      case 'lost':
        return renderer.trouble({ kind: 'lost', text: `lost ${message.count} events`, count: message.count });
      case 'run-time-warning':
      case 'script-message':
        return renderer.trouble({ kind: 'warning', text: message.text });
      case 'log':
        return renderer.trouble({ kind: 'warning', text: message.text });
      default:
        return this.#options.onIdle?.();
    }
  }

  #row(data: Value): void {
    const shape = this.#events;
    if (shape === undefined || !isRow(data) || shape.keep?.(data) === false) return;
    const { renderer, context } = this.#options;
    renderer.result({ kind: 'event', shape, cells: cellsOf(shape.columns, data, context) });
  }

  [Symbol.dispose](): void {
    this.#session.close();
  }
}

function isRow(data: Value): data is Row {
  return typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array);
}
