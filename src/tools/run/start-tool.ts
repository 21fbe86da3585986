/** From a tool and the values of its options to a run: the way to take, the program, the times. */
import type { HostTarget } from '../../host/target.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Attachment } from '../../program/program.ts';
import type { ToolValues } from '../options/tool-options.ts';
import type { Renderer } from '../render/renderer.ts';
import type { RowContext } from '../shape/column.ts';
import type { Tool } from '../tool.ts';
import { ToolUnavailableError } from '../tool-error.ts';
import { chooseVariant, needText } from './needs.ts';
import { cellsOf } from './read-maps.ts';
import { ToolRun } from './tool-run.ts';

/** What a run stands in, whatever the tool. */
export interface Surroundings {
  readonly kernel: Kernel;
  readonly target: HostTarget;
  readonly context: RowContext;
  readonly renderer: Renderer;
  /** Between messages: shows what is pending. */
  readonly onIdle?: () => void;
  readonly onAttach?: (attachment: Attachment) => void;
  readonly onAttached?: () => void;
}

/** Undefined for a tool that runs none. @throws ToolUnavailableError when the kernel cannot serve the tool */
export function programOf(tool: Tool, values: ToolValues, target: HostTarget): string | undefined {
  const { variant, missing } = chooseVariant(tool, target);
  if (missing === undefined) return variant?.program(values);
  throw new ToolUnavailableError(
    `${tool.name} cannot run on this kernel: it lacks ${missing.map(needText).join(' and ')}`,
  );
}

/** Compiles and loads; the caller attaches with `run()`. */
export function startTool(
  tool: Tool,
  values: ToolValues,
  program: string,
  surroundings: Surroundings,
): ToolRun {
  return new ToolRun({
    ...surroundings,
    name: tool.name,
    program,
    ofUser: tool.takesLanguage === true,
    shapes: tool.shapes(values),
    startLine: tool.start?.(values),
    ...times(values),
  });
}

function times({ interval, count, duration }: ToolValues) {
  return {
    ...(typeof interval === 'number' && { intervalMs: interval * 1000 }),
    ...(typeof count === 'number' && { count }),
    ...(duration !== undefined && { durationMs: duration * 1000 }),
  };
}

/** The rows of a tool that runs no program. */
export function collectRows(
  tool: Tool,
  values: ToolValues,
  { target, context, renderer }: Surroundings,
): void {
  const shapes = tool.shapes(values);
  renderer.begin(shapes, undefined);
  const events = shapes.filter((shape) => shape.kind === 'events');
  for (const row of tool.collect?.(values, target) ?? []) {
    for (const shape of events)
      renderer.result({ kind: 'event', shape, cells: cellsOf(shape.columns, row, context) });
  }
}
