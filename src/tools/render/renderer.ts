/** How results leave a tool: as text, JSON or CSV. */
import type { Result, Trouble } from '../run/result.ts';
import type { Shape } from '../shape/shape.ts';

export interface RenderOptions {
  /** Adds ordinary text, newlines included. */
  readonly write: (text: string) => void;
  /** What spoils a result goes here in text; other forms have records for it. */
  readonly warn: (text: string) => void;
  /** Nothing is cut to its column. */
  readonly wide: boolean;
  /** The tool shows the time of each interval. */
  readonly timestamps: boolean;
}

export interface Renderer {
  /** Once all is attached. `line`: what is being traced. */
  begin(shapes: readonly Shape[], line: string | undefined): void;
  /** Before the results of an interval, or of the whole run. */
  interval(now: Date): void;
  result(result: Result): void;
  trouble(trouble: Trouble): void;
}
