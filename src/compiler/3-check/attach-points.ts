/**
 * Attach points → concrete probes, in groups that one compiled body can serve: probes of the same kind that the
 * body does not tell apart (it uses neither `probe`, `func` nor arguments whose place differs).
 */

import type { ExpandEnvironment, ProbeContext, ResolvedProbe } from '../../probes/probe-type.ts';
import { findProbeType, probeTypes } from '../../probes/registry.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { AttachPoint, ProbeAst, Subprogram } from '../ast.ts';
import { didYouMeanHint } from '../messages/did-you-mean.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { usesOf } from './uses.ts';

export function resolveProbes(
  ast: ProbeAst,
  subprograms: ReadonlyMap<string, Subprogram>,
  {
    target,
    config,
    reporter,
    probeFilter,
  }: Omit<Environment, 'readsArguments'> & {
    readonly probeFilter: ((name: string) => boolean) | undefined;
  },
): readonly (readonly ResolvedProbe[])[] {
  const uses = usesOf(ast, subprograms);
  const resolved = ast.attachPoints
    .flatMap((point) => resolveOne(point, { target, config, reporter, readsArguments: uses.arguments }))
    .filter(({ name, type }) => type.probetype === 'special' || (probeFilter?.(name) ?? true));
  const groups = new Map<string, ResolvedProbe[]>();
  for (const [i, probe] of resolved.entries()) {
    const alone = uses.identity && !tellsApart(probe, target);
    const key = alone ? String(i) : groupKey(probe, uses);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [probe]);
    else group.push(probe);
  }
  return [...groups.values()];
}

/** The program can find out which of its probes fired: by the call number, or by the cookie of the attachment. */
function tellsApart({ dispatch, expectedAttach, point }: ResolvedProbe, target: Target): boolean {
  if (dispatch !== undefined) return true;
  const multi = expectedAttach === 'uprobe_multi' || expectedAttach === 'kprobe_multi';
  const cookies = multi || (point.kind === 'kprobe' && target.has('perf_link'));
  return cookies && target.has('get_attach_cookie');
}

interface Environment {
  readonly target: Target;
  readonly config: Config;
  readonly reporter: Reporter;
  readonly readsArguments: boolean;
}

function resolveOne(
  point: AttachPoint,
  { target, config, reporter, readsArguments }: Environment,
): readonly ResolvedProbe[] {
  const [provider, ...parts] = point.parts;
  if (provider === undefined || provider === '') {
    reporter.error(point.span, messages.emptyAttachPoint());
    return [];
  }
  const type = findProbeType(provider);
  if (type === undefined) {
    const hint = didYouMeanHint(
      provider.toLowerCase(),
      probeTypes.map((known) => known.name),
    );
    reporter.error(
      point.span,
      messages.invalidProvider(provider.toLowerCase()),
      hint === undefined ? {} : { hint },
    );
    return [];
  }
  const wildcardOnly = type.name === 'tracepoint' && parts.length === 1 && parts[0]!.includes('*');
  if (!type.partCounts.includes(parts.length) && !wildcardOnly) {
    reporter.error(point.span, messages.partCount(type.name, type.partCounts, parts.length));
    return [];
  }
  let failed = false;
  const environment: ExpandEnvironment = {
    target,
    readsArguments,
    error(message, hint) {
      failed = true;
      reporter.error(point.span, messages.invalidAttachPoint(message), hint === undefined ? {} : { hint });
    },
    missing(message, similar) {
      failed = true;
      const hint = similar === undefined ? undefined : didYouMeanHint(similar.given, similar.known());
      reportMissing(point, message, config, reporter, hint);
    },
    warning: (message) => reporter.warning(point.span, messages.invalidAttachPoint(message)),
  };
  const found = type.expand(parts, environment);
  if (found.length === 0 && !failed) reportMissing(point, '', config, reporter);
  return found;
}

function reportMissing(
  point: AttachPoint,
  message: string,
  config: Config,
  reporter: Reporter,
  hint?: string,
): void {
  if (config.missing_probes === 'ignore') return;
  const extras = hint === undefined ? {} : { hint };
  if (config.missing_probes === 'warn') {
    if (message !== '')
      reporter.warning(point.span, messages.invalidAttachPoint(`${message} Skipping.`), extras);
    else reporter.warning(point.span, messages.probeRemoved());
    return;
  }
  reporter.error(
    point.span,
    message === '' ? messages.noValidAttachPoints() : messages.invalidAttachPoint(message),
    extras,
  );
}

/** Equal for probes that one program serves. */
function groupKey(
  probe: ResolvedProbe,
  uses: { readonly arguments: boolean; readonly fields: ReadonlySet<string> },
): string {
  const program = [
    probe.programType,
    probe.tracing?.target ?? '',
    probe.expectedAttach ?? '',
    probe.type.name,
  ];
  const context = uses.arguments ? contextKey(probe.context, uses.fields) : probe.context.kind;
  // A uprobe in another binary is another attachment, but the same program can serve both.
  return [...program, context].join('|');
}

/** The places of the arguments that are used. */
function contextKey(context: ProbeContext, fields: ReadonlySet<string>): string {
  switch (context.kind) {
    case 'record':
    case 'syscall':
      return JSON.stringify(
        context.fields
          .filter((field) => fields.has(field.name))
          .map(({ name, type, offset, size, dataLoc }) => [name, type, offset, size, dataLoc]),
      );
    case 'btf-arguments':
      return JSON.stringify(context.args);
    case 'registers':
      return context.at;
    case 'usdt':
      return context.args.map((argument) => argument.text).join(' ');
    default:
      return context.kind;
  }
}
