/**
 * A tool is a declaration: what it is for, its options, its program in the language as a function of the options, and
 * the shape of what it finds. Everything that is shown, and all documentation, is made from it.
 */
import type { HostTarget } from '../host/target.ts';
import type { Options, OptionValues } from './options/option.ts';
import type { Row } from './shape/column.ts';
import type { Shape } from './shape/shape.ts';

export const areas = {
  cpu: 'CPU',
  memory: 'Memory',
  filesystems: 'File systems',
  disk: 'Disks',
  network: 'Network',
  processes: 'Processes and security',
  applications: 'Applications',
  generic: 'Any probe',
} as const;
export type Area = keyof typeof areas;

/**
 * What the kernel must have: a tracepoint (`tracepoint:block:block_rq_issue`), a traceable function
 * (`function:vfs_read`), a feature of `kscope --info` (`feature:uprobe_pmu`), a file (`file:/proc/vmstat`).
 */
export type Need =
  | `tracepoint:${string}:${string}`
  | `function:${string}`
  | `feature:${string}`
  | `file:${string}`;

export interface Variant<V> {
  /** One of the words by which documentation tells which way serves: `tracepoints`, `kprobes`, `uprobes`. */
  readonly by: string;
  readonly needs: readonly Need[];
  program(options: V): string;
}

export interface Example {
  /** The command line, without `kscope`: `opensnoop -x`. */
  readonly command: string;
  /** What it prints, cut to what is worth reading. */
  readonly output: string;
  /** How to read it. */
  readonly reading: string;
}

export interface Tool<O extends Options = Options> {
  readonly name: string;
  /** Second names in use. */
  readonly aliases?: readonly string[];
  readonly area: Area;
  /** One line, beginning in upper case, without a full stop. */
  readonly summary: string;
  /** What it is for and what it does not see, in some sentences. */
  readonly description: string;
  readonly options: O;
  /** Checks what single options cannot. @throws ToolUsageError */
  check?(options: OptionValues<O>): void;
  /** Options hold probes or expressions of the language: mistakes in the program may be the person's. */
  readonly takesLanguage?: true;
  /** Ways to get the answer, the preferred first; the first that the kernel can serve is taken. */
  readonly variants: readonly Variant<OptionValues<O>>[];
  shapes(options: OptionValues<O>): readonly Shape[];
  /** Rows that need no program: tools that read what the kernel already tells. */
  collect?(options: OptionValues<O>, machine: HostTarget): Iterable<Row>;
  /** "Tracing block device I/O": begins the start line; none for tools that show events under a header. */
  start?(options: OptionValues<O>): string;
  readonly examples: readonly Example[];
  /** What it costs: which events, how often they come, what each costs. */
  readonly overhead: string;
}

/** Keeps the types of the options for the functions of the declaration. */
export function defineTool<const O extends Options>(tool: Tool<O>): Tool {
  return tool;
}
