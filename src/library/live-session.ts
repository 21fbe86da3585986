/**
 * kscope for programs: a script (or a compiled program) runs in the background, its output arrives as messages, its
 * maps can be read at any time. Exported as `Session`.
 */
import { compile } from '../compiler/compile.ts';
import { hostTarget } from '../host/target.ts';
import { nativeKernel } from '../kernel/native.ts';
import { mapMessage } from '../output/map/map-message.ts';
import { MessageOutput } from '../output/message-output.ts';
import type {
  Bucket,
  MapMessage,
  Message,
  PercentileMessage,
  Point,
  StatisticsMessage,
  Value,
} from '../output/protocol.ts';
import type { Program } from '../program/program.ts';
import type { LossTotals } from '../runtime/losses.ts';
import { Session } from '../runtime/session.ts';
import { type RunSettings, runSettings } from '../runtime/settings.ts';
import { CompileError } from './compile-error.ts';
import { MessageQueue } from './message-queue.ts';

export interface StartOptions {
  /** What diagnostics call the script. Default: `script`. */
  readonly name?: string;
  /** `$1` … */
  readonly positionals?: readonly string[];
  /** For `getopt()`. */
  readonly named?: ReadonlyMap<string, string>;
  /** Limits what can be limited to one process. */
  readonly pid?: number;
  /** Whether all maps are sent as messages at the end. Default: what the script's config says. */
  readonly printMapsOnExit?: boolean;
  /** Messages that are kept for a slow reader. Default: 100,000. */
  readonly maxPendingMessages?: number;
}

export type MapCell =
  | Value
  | StatisticsMessage
  | readonly Bucket[]
  | readonly PercentileMessage[]
  | readonly Point[];

export class LiveSession implements AsyncDisposable {
  /** Settles when tracing has ended: the status that the script gave to exit(), or 0. */
  readonly ended: Promise<number>;
  readonly program: Program;
  readonly #session: Session;
  readonly #queue: MessageQueue;

  /**
   * Compiles, loads and attaches. Needs the privileges that tracing needs.
   * @throws CompileError, SyscallError, UnsupportedFeatureError, VerifierError, AttachError
   */
  static async start(source: string | Program, options: StartOptions = {}): Promise<LiveSession> {
    const { program, settings } =
      typeof source === 'string' ? compileHere(source, options) : { program: source, settings: {} };
    const queue = new MessageQueue(options.maxPendingMessages);
    const { printMapsOnExit } = options;
    const session = Session.open(program, {
      output: new MessageOutput((message) => queue.push(message)),
      settings: { ...settings, ...(printMapsOnExit === undefined ? {} : { printMapsOnExit }) },
      ...(options.pid === undefined ? {} : { targetPid: options.pid }),
    });
    try {
      session.attach();
      return new LiveSession(session, queue);
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private constructor(session: Session, queue: MessageQueue) {
    this.program = session.program;
    this.#session = session;
    this.#queue = queue;
    this.ended = this.#run();
    // Whoever reads the messages, or awaits the end, gets the error; nobody has to do both.
    this.ended.catch(() => {});
  }

  async #run(): Promise<number> {
    try {
      const status = await this.#session.run();
      this.#queue.end();
      return status;
    } catch (error) {
      this.#queue.end(error);
      throw error;
    } finally {
      this.#session.close();
    }
  }

  /** What the script prints and what happens to the run, in order; ends with the run. For one reader. */
  events(): AsyncIterableIterator<Message> {
    return this.#queue;
  }

  /** What a map holds now, while the session runs. @throws RangeError when the script has no such map */
  map(name: string): MapMessage {
    return mapMessage(this.#session.readMap(name));
  }

  /** The same as a JavaScript map by the text of the key, as in `@x[text]`; '' for a map without keys. */
  table(name: string): ReadonlyMap<string, MapCell> {
    return new Map(this.map(name).rows.map(({ label, value }) => [label ?? '', value]));
  }

  get losses(): LossTotals {
    return this.#session.losses;
  }

  /** Ends tracing; the messages of the end still arrive. @returns what {@link ended} gives */
  stop(): Promise<number> {
    this.#session.stop();
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function compileHere(
  source: string,
  options: StartOptions,
): { program: Program; settings: Partial<RunSettings> } {
  using target = hostTarget(nativeKernel(), options.pid === undefined ? {} : { targetPid: options.pid });
  const { program, diagnostics, config } = compile(source, target, {
    name: options.name ?? 'script',
    positionals: options.positionals ?? [],
    ...(options.named === undefined ? {} : { named: options.named }),
  });
  if (program === undefined) throw new CompileError(diagnostics);
  return { program, settings: runSettings(config) };
}
