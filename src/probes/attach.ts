/**
 * Attaching, dispatched on the kind of the attach point, and the order in which the probes of a program are
 * attached.
 */
import type { Link } from '../kernel/link.ts';
import type { Attachment, AttachPointSpec } from '../program/program.ts';
import type { AttachEnvironment, Attacher, AttachKind, LoadedFunction } from './attacher.ts';
import { attachTrampoline } from './fentry/attach.ts';
import { attachIter } from './iter/attach.ts';
import { attachKprobe } from './kprobe/attach.ts';
import { attachRawTracepointProbe } from './rawtracepoint/attach.ts';
import { attachPerfCounter } from './software/attach.ts';
import { attachTimer } from './timer/attach.ts';
import { attachTracepoint } from './tracepoint/attach.ts';
import { attachUprobe } from './uprobe/attach.ts';
import { attachWatchpoint } from './watchpoint/attach.ts';

/** The machine refused a probe. `message` names the probe, `cause` says why and what to do. */
export class AttachError extends Error {
  readonly probe: string;
  override readonly cause: Error;

  constructor(probe: string, cause: Error) {
    super(`Unable to attach probe: ${probe}`);
    this.name = 'AttachError';
    this.probe = probe;
    this.cause = cause;
  }
}

/** What was known to fail before it was tried. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** `begin`, `end` and tests are run, not attached; signals come to this process and not to a program. */
const nothing = () => [];

const refuse: Attacher<'refused'> = ({ reason }) => {
  throw new RefusedError(reason);
};

const attachers: { readonly [Kind in AttachKind]: Attacher<Kind> } = {
  'test-run': nothing,
  'self-signal': nothing,
  'self-test': nothing,
  refused: refuse,
  timer: attachTimer,
  'perf-event': attachPerfCounter,
  tracepoint: attachTracepoint,
  'raw-tracepoint': attachRawTracepointProbe,
  kprobe: attachKprobe,
  trampoline: attachTrampoline,
  iterator: attachIter,
  watchpoint: attachWatchpoint,
  uprobe: attachUprobe,
};

/** The links, to be closed by the caller. @throws AttachError */
export function attach(
  attachment: Attachment,
  loaded: LoadedFunction,
  environment: AttachEnvironment,
): readonly Link[] {
  try {
    return dispatch(attachment.point, loaded, environment);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'InternalError') throw error;
    throw new AttachError(attachment.probes[0] ?? attachment.via, error);
  }
}

function dispatch<Kind extends AttachKind>(
  point: Extract<AttachPointSpec, { readonly kind: Kind }>,
  loaded: LoadedFunction,
  environment: AttachEnvironment,
): readonly Link[] {
  // The attacher under a kind takes exactly the points of that kind; TypeScript cannot follow the correlation.
  const attacher = attachers[point.kind] as unknown as Attacher<Kind>;
  return attacher(point as Parameters<Attacher<Kind>>[0], loaded, environment);
}

/** Kinds that are attached in the order of the program; the others follow, last first (language reference, part 4). */
const inProgramOrder: ReadonlySet<AttachKind> = new Set<AttachKind>([
  'tracepoint',
  'timer',
  'perf-event',
  'raw-tracepoint',
  'watchpoint',
]);

export function attachOrder(attachments: readonly Attachment[]): readonly Attachment[] {
  const run = attachments.filter(({ point }) => point.kind === 'test-run');
  const forward = attachments.filter(({ point }) => inProgramOrder.has(point.kind));
  const rest = attachments.filter((one) => !run.includes(one) && !forward.includes(one));
  return [...run, ...forward, ...rest.reverse()];
}
