/**
 * What attaching is to the folders of the probe types: one function for each kind of attach point, from a loaded
 * program to links. Everything opened before a failure is closed again by {@link openAll}.
 */
import type { BpfProgram } from '../kernel/bpf-program.ts';
import { closeAll } from '../kernel/fd.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Link } from '../kernel/link.ts';
import type { Tracefs } from '../kernel/tracefs.ts';
import type { AttachPointSpec, FunctionSpec } from '../program/program.ts';

export interface AttachEnvironment {
  readonly kernel: Kernel;
  /** Found, or mounted, when it is first asked for. */
  tracefs(): Tracefs;
  /** Only this process (`-p`), for the kinds of events that can be limited to one. */
  readonly targetPid?: number;
}

export type AttachKind = AttachPointSpec['kind'];
export type PointOf<Kind extends AttachKind> = Extract<AttachPointSpec, { readonly kind: Kind }>;

export interface LoadedFunction {
  readonly spec: FunctionSpec;
  readonly program: BpfProgram;
}

/** @throws SyscallError, UnsupportedFeatureError, KernelFileError */
export type Attacher<Kind extends AttachKind> = (
  point: PointOf<Kind>,
  loaded: LoadedFunction,
  environment: AttachEnvironment,
) => readonly Link[];

/** One link for each item, or none: when one fails, those before it are closed. */
export function openAll<T>(items: readonly T[], open: (item: T) => Link): readonly Link[] {
  const links: Link[] = [];
  try {
    for (const item of items) links.push(open(item));
    return links;
  } catch (error) {
    closeAll(links);
    throw error;
  }
}
