/**
 * `rawtracepoint:[MODULE:]EVENT`: the kernel's own arguments of a tracepoint, typed by BTF. The type of the
 * arguments is the prototype behind the typedef `btf_trace_EVENT`, whose first parameter is the probe's own data.
 */
import { hasWildcard } from '../../base/wildcard.ts';
import type { Btf } from '../../btf/btf.ts';
import type { Target } from '../../program/target.ts';
import type { BtfArgument, ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

export const rawtracepoint: ProbeType = {
  name: 'rawtracepoint',
  aliases: ['rt'],
  probetype: 'rawtracepoint',
  partCounts: [1, 2],
  listed: 'kernel',
  expand: (parts, environment) => {
    const { btf } = environment.target;
    if (btf === undefined) {
      environment.error("rawtracepoints require kernel BTF. Try using a 'tracepoint' instead.");
      return [];
    }
    const [module, event] = parts.length === 1 ? ['vmlinux', parts[0]!] : [parts[0]!, parts[1]!];
    const names = hasWildcard(event) ? environment.target.rawTracepoints(event) : [event];
    const known = module === 'vmlinux' || hasWildcard(module);
    const found = known ? names.flatMap((name) => resolve(name, btf, environment.target) ?? []) : [];
    if (found.length === 0)
      environment.missing(parts.length === 2 ? `No matches for rawtracepoint ${module}:${event}.` : '', {
        given: event,
        known: () => environment.target.rawTracepoints('*'),
      });
    return found;
  },
  list: (parts, environment: ExpandEnvironment) =>
    environment.target.rawTracepoints(parts.at(-1) ?? '*').map((name) => `rawtracepoint:vmlinux:${name}`),
};

function resolve(event: string, btf: Btf, target: Target): ResolvedProbe | undefined {
  const args = rawTracepointArguments(event, btf);
  if (args === undefined) return undefined;
  const typed = target.has('tp_btf');
  return {
    type: rawtracepoint,
    name: `rawtracepoint:vmlinux:${event}`,
    programType: typed ? 'tracing' : 'raw_tracepoint',
    ...(typed ? { tracing: { kind: 'raw_tp', target: event } as const } : {}),
    point: { kind: 'raw-tracepoint', name: event },
    via: typed ? `BTF tracepoint ${event}` : `raw tracepoint ${event}`,
    context: { kind: 'btf-arguments', args },
    space: 'kernel',
  };
}

/** Parameters of the tracepoint without the leading `void *__data`; undefined when there is no such event. */
export function rawTracepointArguments(event: string, btf: Btf): readonly BtfArgument[] | undefined {
  const typedef = btf.find(`btf_trace_${event}`, 'typedef');
  if (typedef === undefined) return undefined;
  const pointer = btf.type(btf.strip(typedef));
  if (pointer.kind !== 'ptr') return undefined;
  const prototype = namedPrototype(event, btf) ?? btf.type(btf.strip(pointer.to));
  if (prototype.kind !== 'func_proto') return undefined;
  return prototype.parameters.slice(1).map((parameter, index) => ({
    name: parameter.name === '' ? `arg${index}` : parameter.name,
    typeId: parameter.type,
    index,
  }));
}

/** The typedef's parameters have no names; those of the function that calls the probes have. */
function namedPrototype(event: string, btf: Btf) {
  const caller = btf.find(`__traceiter_${event}`, 'func') ?? btf.find(`__probestub_${event}`, 'func');
  const type = caller === undefined ? undefined : btf.type(caller);
  return type?.kind === 'func' ? btf.type(btf.strip(type.prototype)) : undefined;
}
