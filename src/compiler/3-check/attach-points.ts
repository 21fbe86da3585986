/**
 * Attach points → concrete probes, in groups that one compiled body can serve: probes of the same kind that the
 * body does not tell apart (it uses neither `probe`, `func` nor arguments whose place differs).
 */

import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import type {
  ExpandEnvironment,
  ProbeContext,
  ResolvedProbe,
  UserParameters,
} from '../../probes/probe-type.ts';
import { findProbeType, isAliasInWrongCase, probeTypes } from '../../probes/registry.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { AttachPoint, ProbeAst, Subprogram } from '../ast.ts';
import { didYouMeanHint } from '../messages/did-you-mean.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { type Uses, usesOf } from './uses.ts';

export function resolveProbes(
  ast: ProbeAst,
  subprograms: ReadonlyMap<string, Subprogram>,
  machine: Omit<Environment, 'uses'>,
): readonly (readonly ResolvedProbe[])[] {
  const uses = usesOf(ast, subprograms);
  const resolved = resolveAll(ast.attachPoints, { ...machine, uses });
  const groups = new Map<string, ResolvedProbe[]>();
  for (const [i, probe] of resolved.entries()) {
    const alone = uses.identity && !tellsApart(probe, machine.target);
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
  readonly unsafe: boolean;
  /** Keeps probes by their full name, or by the name that the program gives them. */
  readonly probeFilter: ((name: string) => boolean) | undefined;
  readonly uses: Uses;
}

/** What kinds of probes are told of a body. */
function readsOf(uses: Uses): Pick<ExpandEnvironment, 'readsArguments' | 'readsNamedArguments'> {
  return { readsArguments: uses.arguments, readsNamedArguments: uses.namedArguments };
}

/** One that is not there is reported by itself when it was named; a probe of which nothing is left, as a whole. */
function resolveAll(points: readonly AttachPoint[], environment: Environment): readonly ResolvedProbe[] {
  const { config, reporter } = environment;
  const errorsBefore = reporter.errorCount;
  const found = points.flatMap((point) =>
    resolveOne(point, environment).map((probe) => ({ probe, label: point.label, span: point.span })),
  );
  const [first] = points;
  const iterator = points.length > 1 ? found.find(({ probe }) => probe.point.kind === 'iterator') : undefined;
  if (iterator !== undefined) {
    reporter.error(iterator.span, messages.invalidAttachPoint('iter probe only supports one attach point.'));
    return [];
  }
  if (found.length > 0) return found.filter((one) => isKept(one, environment)).map(({ probe }) => probe);
  if (first === undefined || reporter.errorCount > errorsBefore) return [];
  if (config.missing_probes === 'error') reporter.error(first.span, messages.noValidAttachPoints());
  if (config.missing_probes === 'warn') reporter.warning(first.span, messages.probeRemoved());
  return [];
}

function isKept(
  { probe, label }: { readonly probe: ResolvedProbe; readonly label: string | undefined },
  { probeFilter }: Environment,
): boolean {
  if (probeFilter === undefined || probe.type.probetype === 'special') return true;
  return probeFilter(probe.name) || (label !== undefined && probeFilter(label));
}

function resolveOne(point: AttachPoint, environment: Environment): readonly ResolvedProbe[] {
  const { target, config, reporter, unsafe, uses } = environment;
  const [provider, ...parts] = point.parts;
  if (provider === undefined || provider === '') {
    reporter.error(point.span, messages.emptyAttachPoint());
    return [];
  }
  if (hasWildcard(provider)) return resolveProviders(provider, parts, environment);
  const type = findProbeType(provider);
  if (type === undefined) {
    if (isAliasInWrongCase(provider)) {
      reporter.error(point.span, messages.aliasInWrongCase(provider.toLowerCase()));
      return [];
    }
    const hint = didYouMeanHint(
      provider.toLowerCase(),
      probeTypes.map((known) => known.name),
    );
    reporter.error(
      point.span,
      messages.invalidProvider(provider.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
      hint === undefined ? {} : { hint },
    );
    return [];
  }
  const wildcardOnly = type.name === 'tracepoint' && parts.length === 1 && parts[0]!.includes('*');
  const counts =
    target.targetPid === undefined ? type.partCounts : (type.partCountsWithProcess ?? type.partCounts);
  const atSource = type.sourceLocations === true && point.atParts.length > 0;
  if (!counts.includes(parts.length) && !wildcardOnly && !atSource) {
    reporter.error(point.span, messages.partCount(type.name, type.partCounts, parts.length));
    return [];
  }
  return type.expand(parts, {
    target,
    unsafe,
    ...readsOf(uses),
    atParts: point.atParts.map((part) => part - 1),
    error(message, hint) {
      reporter.error(point.span, messages.invalidAttachPoint(message), hint === undefined ? {} : { hint });
    },
    missing(message, similar) {
      if (message === '') return;
      const hint = similar === undefined ? undefined : didYouMeanHint(similar.given, similar.known());
      reportMissing(point, message, config, reporter, hint);
    },
    warning: (message) => reporter.warning(point.span, messages.invalidAttachPoint(message)),
  });
}

/** A pattern stands for the kinds of kernel probes, or of user probes where the first part is a path. */
function resolveProviders(
  pattern: string,
  parts: readonly string[],
  { target, unsafe, uses }: Environment,
): readonly ResolvedProbe[] {
  const matches = compileWildcard(pattern.toLowerCase());
  const wanted = parts[0]?.includes('/') || target.targetPid !== undefined ? 'user' : 'kernel';
  const silent = { error: () => {}, missing: () => {}, warning: () => {} };
  return probeTypes
    .filter((type) => type.listed === wanted && matches(type.name) && type.partCounts.includes(parts.length))
    .flatMap((type) => type.expand(parts, { target, unsafe, ...readsOf(uses), atParts: [], ...silent }));
}

function reportMissing(
  { span }: AttachPoint,
  message: string,
  { missing_probes: wanted }: Config,
  reporter: Reporter,
  hint: string | undefined,
): void {
  const extras = hint === undefined ? {} : { hint };
  if (wanted === 'error') reporter.error(span, messages.invalidAttachPoint(message), extras);
  if (wanted === 'warn') reporter.warning(span, messages.invalidAttachPoint(`${message} Skipping.`), extras);
}

/** Equal for probes that one program serves. */
function groupKey(
  probe: ResolvedProbe,
  uses: { readonly arguments: boolean; readonly fields: ReadonlySet<string> },
): string {
  const program = [
    probe.programType,
    JSON.stringify(probe.tracing ?? ''),
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
      return `${context.at} ${parametersKey(context.parameters, fields)}`;
    case 'usdt':
      return context.args.map((argument) => argument.text).join(' ');
    default:
      return context.kind;
  }
}

/** Where the parameters lie that are used, and of what type they are. */
function parametersKey(parameters: UserParameters | undefined, fields: ReadonlySet<string>): string {
  if (parameters?.kind !== 'known') return JSON.stringify(parameters ?? '');
  const used = parameters.list.filter(({ name }) => fields.has(name));
  return JSON.stringify(used.length > 0 ? used : parameters.list);
}
