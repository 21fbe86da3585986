/**
 * Runs a tool on the kernel of this machine: waits until it is attached, provokes what it shows, interrupts it, and
 * gives back its rows. Tests of tools lie beside the tools.
 */
import { Tracer } from '../runtime/harness.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ToolResult {
  /** Of `--json`, in order. */
  readonly lines: readonly Line[];
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const notify = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';

interface ToolOptions {
  /** Words after the tool's name. `--json` is added unless `text` is set. */
  readonly args?: readonly string[];
  readonly text?: boolean;
  /** Runs when all is attached; afterwards the tool is interrupted. Without one it must end by itself. */
  readonly workload?: () => Promise<unknown>;
  /** Keeps the tool running after the workload until this holds of what it printed, for events that come late. */
  readonly until?: (lines: readonly Line[]) => boolean;
  readonly timeoutMs?: number;
}

/** The whole run of a tool. */
export async function runTool(name: string, options: ToolOptions = {}): Promise<ToolResult> {
  const { args = [], text = false, workload, until, timeoutMs = 25_000 } = options;
  const tracer = new Tracer([name, ...(text ? [] : ['--json']), ...args], { [notify]: '1' });
  const timer = setTimeout(() => tracer.process.kill('SIGKILL'), timeoutMs);
  try {
    if (workload !== undefined) {
      await tracer.until(({ stdout }) => stdout.includes(notify));
      await workload();
      if (until !== undefined) await tracer.until(({ stdout }) => until(linesOf(stdout)));
      tracer.process.kill('SIGINT');
    }
    const { stdout, stderr, status } = await tracer.ended;
    const shown = stdout.replace(`${notify}\n`, '');
    return { lines: text ? [] : linesOf(shown), stdout: shown, stderr, status };
  } finally {
    clearTimeout(timer);
  }
}

/** The complete lines that are JSON objects. */
function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** Lines of one type. */
export function linesOfType(lines: readonly Line[], type: string): readonly Line[] {
  return lines.filter((line) => line.type === type);
}

export interface Bucket {
  readonly min?: number;
  readonly max?: number;
  readonly count: number;
}

/** The sum of all buckets of histogram lines. */
export function bucketTotal(lines: readonly Line[]): number {
  return lines.flatMap(bucketsOf).reduce((sum, { count }) => sum + count, 0);
}

export function bucketsOf(line: Line): readonly Bucket[] {
  return Array.isArray(line.buckets) ? line.buckets : [];
}
