/**
 * The second half of the check: some tools at once, for some seconds, each with its results kept back until the end and
 * cut to what is worth reading.
 */
import { HostTarget } from '../../src/host/target.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { parseToolOptions } from '../../src/tools/options/tool-options.ts';
import type { Renderer } from '../../src/tools/render/renderer.ts';
import { MachineContext } from '../../src/tools/run/machine-context.ts';
import type { Result, Trouble } from '../../src/tools/run/result.ts';
import { programOf, startTool } from '../../src/tools/run/start-tool.ts';
import type { ToolRun } from '../../src/tools/run/tool-run.ts';
import type { Tool } from '../../src/tools/tool.ts';

export interface ToolReport {
  readonly tool: Tool;
  /** The command line without `kscope`. */
  readonly command: string;
  /** Events in the order they came, of which only the last are kept; then the rest. */
  readonly results: readonly Result[];
  readonly eventCount: number;
  readonly troubles: readonly Trouble[];
  /** Why it did not run. */
  readonly unavailable?: string;
}

const keptEvents = 10;

class Collector implements Renderer {
  readonly results: Result[] = [];
  readonly troubles: Trouble[] = [];
  eventCount = 0;

  begin(): void {}
  interval(): void {}

  result(result: Result): void {
    if (result.kind === 'event' && ++this.eventCount > keptEvents) this.results.shift();
    this.results.push(result);
  }

  trouble(trouble: Trouble): void {
    this.troubles.push(trouble);
  }
}

interface Started {
  readonly tool: Tool;
  readonly command: string;
  readonly collector: Collector;
  readonly run: ToolRun | undefined;
  readonly unavailable?: string;
}

export class ToolReports implements Disposable {
  readonly #target: HostTarget;
  readonly #started: readonly Started[];

  /** Compiles and loads all; one that cannot run is reported as such. */
  constructor(kernel: Kernel, tools: readonly (readonly [tool: Tool, words: readonly string[]])[]) {
    this.#target = new HostTarget(kernel);
    const context = new MachineContext(kernel);
    this.#started = tools.map(([tool, words]) => {
      const collector = new Collector();
      const command = [tool.name, ...words].join(' ');
      try {
        const values = parseToolOptions(tool, words);
        const program = programOf(tool, values, this.#target);
        const surroundings = { kernel, target: this.#target, context, renderer: collector };
        const run = program === undefined ? undefined : startTool(tool, values, program, surroundings);
        return { tool, command, collector, run };
      } catch (error) {
        const unavailable = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        return { tool, command, collector, run: undefined, unavailable };
      }
    });
  }

  /** Attaches all, and waits until {@link stop}. */
  async run(): Promise<readonly ToolReport[]> {
    const outcomes = await Promise.allSettled(this.#started.map(({ run }) => run?.run()));
    return this.#started.map(({ tool, command, collector, unavailable }, index) => {
      const outcome = outcomes[index];
      const failure =
        outcome?.status === 'rejected' ? String(outcome.reason?.message ?? outcome.reason) : unavailable;
      const { results, eventCount, troubles } = collector;
      return {
        tool,
        command,
        results,
        eventCount,
        troubles,
        ...(failure === undefined ? {} : { unavailable: failure }),
      };
    });
  }

  stop(): void {
    for (const { run } of this.#started) run?.stop();
  }

  [Symbol.dispose](): void {
    for (const { run } of this.#started) run?.[Symbol.dispose]();
    this.#target.close();
  }
}
