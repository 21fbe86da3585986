/**
 * `tracepoint:SUBSYSTEM:EVENT`. Three mechanisms, the cheapest that gives the same answer:
 * - any number of `syscalls:sys_enter_*` / `sys_exit_*` become one BTF tracepoint on sys_enter / sys_exit that
 *   dispatches on the call number (attaching them one by one costs the kernel tens of milliseconds each);
 * - an event whose fields the body does not read becomes a raw tracepoint;
 * - anything else is a perf tracepoint, whose context is the record that the format file describes; and so is
 *   everything with `--no-feature attach_lowering`.
 */
import { hasWildcard } from '../../base/wildcard.ts';
import type { TracepointFormat } from '../../program/target.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe, SimilarNames } from '../probe-type.ts';
import { resolveSyscall } from './syscalls.ts';

export const tracepoint: ProbeType = {
  name: 'tracepoint',
  aliases: ['t'],
  probetype: 'tracepoint',
  partCounts: [2],
  listed: 'kernel',
  expand: (parts, environment) => {
    const [subsystem, event] = parts.length === 1 ? ['*', parts[0]!] : [parts[0]!, parts[1]!];
    if (!hasWildcard(subsystem) && !hasWildcard(event)) return expandOne(subsystem, event, environment);
    const found = environment.target
      .tracepoints(subsystem, event)
      .flatMap((match) => resolveKnown(match.subsystem, match.event, environment) ?? []);
    if (found.length === 0) environment.missing('');
    return found;
  },
  list: (parts, environment) => {
    const [subsystem, event] = parts.length === 1 ? ['*', parts[0]!] : [parts[0]!, parts[1]!];
    return environment.target
      .tracepoints(subsystem, event)
      .map((m) => `tracepoint:${m.subsystem}:${m.event}`);
  },
};

function expandOne(
  subsystem: string,
  event: string,
  environment: ExpandEnvironment,
): readonly ResolvedProbe[] {
  const found = resolve(subsystem, event, environment);
  if (found !== undefined) return [found];
  environment.missing(
    `No matches for tracepoint ${subsystem}:${event}.`,
    similarNames(subsystem, event, environment),
  );
  return [];
}

/** Events of the subsystem; when there is no such subsystem, the subsystems. */
function similarNames(subsystem: string, event: string, { target }: ExpandEnvironment): SimilarNames {
  const events = target.tracepoints(subsystem, '*').map((found) => found.event);
  if (events.length > 0) return { given: event, known: () => events };
  return {
    given: subsystem,
    known: () => new Set(target.tracepoints('*', '*').map((found) => found.subsystem)),
  };
}

const noFields: Pick<TracepointFormat, 'fields'> = { fields: [] };

/** Found in a list: hundreds of formats are read only for a body that reads fields. */
function resolveKnown(
  subsystem: string,
  event: string,
  environment: ExpandEnvironment,
): ResolvedProbe | undefined {
  if (environment.readsArguments) return resolve(subsystem, event, environment);
  return resolveAs(subsystem, event, noFields, environment);
}

function resolve(
  subsystem: string,
  event: string,
  environment: ExpandEnvironment,
): ResolvedProbe | undefined {
  const format = environment.target.tracepointFormat(subsystem, event);
  return format === undefined ? undefined : resolveAs(subsystem, event, format, environment);
}

function resolveAs(
  subsystem: string,
  event: string,
  format: Pick<TracepointFormat, 'fields'>,
  environment: ExpandEnvironment,
): ResolvedProbe {
  const { target } = environment;
  if (!target.has('attach_lowering')) return perfTracepoint(subsystem, event, format);
  if (subsystem === 'syscalls') {
    const lowered = resolveSyscall(event, format, target, tracepoint);
    if (lowered !== undefined) return lowered;
  }
  if (!environment.readsArguments && rawEquivalent(subsystem, event, environment))
    return rawTracepoint(subsystem, event, format);
  return perfTracepoint(subsystem, event, format);
}

/** The kernel has a raw tracepoint of the event's own name exactly when BTF has its probe type. */
function rawEquivalent(subsystem: string, event: string, environment: ExpandEnvironment): boolean {
  const { target } = environment;
  return (
    subsystem !== 'syscalls' &&
    target.has('raw_tracepoint') &&
    target.btf?.find(`btf_trace_${event}`, 'typedef') !== undefined
  );
}

function rawTracepoint(
  subsystem: string,
  event: string,
  format: Pick<TracepointFormat, 'fields'>,
): ResolvedProbe {
  return {
    ...perfTracepoint(subsystem, event, format),
    programType: 'raw_tracepoint',
    point: { kind: 'raw-tracepoint', name: event },
    via: `raw tracepoint ${event}`,
  };
}

function perfTracepoint(
  subsystem: string,
  event: string,
  format: Pick<TracepointFormat, 'fields'>,
): ResolvedProbe {
  return {
    type: tracepoint,
    name: `tracepoint:${subsystem}:${event}`,
    programType: 'tracepoint',
    point: { kind: 'tracepoint', subsystem, event },
    via: `perf tracepoint ${subsystem}:${event}`,
    context: { kind: 'record', fields: format.fields, userPointers: subsystem === 'syscalls' },
    space: 'kernel',
  };
}
