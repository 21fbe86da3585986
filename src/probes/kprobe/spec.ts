/**
 * `kprobe:[MODULE:]FUNCTION[+OFFSET]` and `kretprobe:[MODULE:]FUNCTION`: any kernel function that can be traced, at
 * its start or return, or any instruction in it; with `--unsafe` also by address, and by names that the list of
 * functions does not have, on which the kernel then has the last word. The mechanism is the kernel's best, see mechanism.ts; the answer is
 * the same with each.
 */
import { hasWildcard } from '../../base/wildcard.ts';
import type { KernelFunction, Target } from '../../program/target.ts';
import { argumentTexts, prototypeOf } from '../fentry/prototype.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';
import { findFunctions, missingModule } from './functions.ts';
import { type KernelLocation, parseLocation } from './location.ts';
import { chooseMechanism, lackOfMechanism, type Mechanism } from './mechanism.ts';

function kernelProbe(name: 'kprobe' | 'kretprobe', alias: string): ProbeType {
  const returns = name === 'kretprobe';
  const type: ProbeType = {
    name,
    aliases: [alias],
    probetype: name,
    partCounts: [1, 2],
    listed: returns ? 'never' : 'kernel',
    expand(parts, environment) {
      const { target } = environment;
      const location = parseLocation(name, parts, environment);
      if (location === undefined) return [];
      const functions = functionsAt(location, environment);
      if (functions.length === 0) return noMatch(location, parts, environment);
      const inside = location.address !== undefined || (location.offset ?? 0n) > 0n;
      const mechanism = chooseMechanism(target, { inside, returns });
      if (mechanism === undefined) {
        environment.error(lackOfMechanism(target, { inside }));
        return [];
      }
      const usable =
        mechanism === 'trampoline' ? functions : withoutUnnameable(functions, location, environment);
      const found = usable.flatMap((fn) => resolve[mechanism](fn, location, target) ?? []);
      if (found.length === 0) environment.missing(withoutTypes(location));
      return found;
    },
    list(parts, { target }) {
      const [module, pattern] = parts.length === 2 ? [parts[0], parts[1]!] : [undefined, parts[0] ?? '*'];
      const prefix = (fn: KernelFunction) => (module === undefined ? '' : `${fn.module ?? 'vmlinux'}:`);
      return findFunctions(target, module, pattern).map((fn) => `${name}:${prefix(fn)}${fn.name}`);
    },
    listArguments: (parts, { btf }) => (returns ? [] : argumentTexts(btf, parts.at(-1) ?? '', 'numbers')),
  };

  function functionsAt(at: KernelLocation, { target, unsafe, warning }: ExpandEnvironment) {
    const { module, name: pattern, address } = at;
    if (address !== undefined)
      return [{ name: target.kernelFunctionAt?.(address) ?? pattern, module: undefined }];
    const found = findFunctions(target, module, pattern);
    if (!unsafe || found.length > 0 || hasWildcard(pattern) || missingModule(target, module)) return found;
    warning(notTraceable(pattern));
    return [{ name: pattern, module: module === 'vmlinux' ? undefined : module }];
  }

  function noMatch(
    { module, name: pattern }: KernelLocation,
    parts: readonly string[],
    environment: ExpandEnvironment,
  ): [] {
    const written = parts.join(':');
    if (missingModule(environment.target, module)) {
      environment.missing(`specified module ${module} in probe ${name}:${written} is not loaded.`);
    } else if (hasWildcard(pattern) || hasWildcard(module ?? '')) {
      environment.missing('');
    } else {
      environment.warning(notTraceable(pattern));
      environment.missing(`No matches for ${name} ${written}.`);
    }
    return [];
  }

  const withoutTypes = ({ name: pattern }: KernelLocation) =>
    `This kernel has no kprobes, and for fentry it has no types of ${pattern}.`;

  const resolve: Readonly<
    Record<Mechanism, (fn: KernelFunction, at: KernelLocation, target: Target) => ResolvedProbe | undefined>
  > = {
    multi: (fn, at) => ({
      ...throughRegisters(fn, at),
      expectedAttach: 'kprobe_multi',
      via: 'multi-kprobe link',
    }),
    perf: (fn, at) => ({ ...throughRegisters(fn, at), via: `perf ${name}` }),
    trampoline: (fn, _, target) => throughTrampoline(fn, target),
  };

  function throughRegisters(
    fn: KernelFunction,
    { module, name: written, offset = 0n, address }: KernelLocation,
  ): Omit<ResolvedProbe, 'via'> {
    const base = address === undefined ? fn.name : written;
    const place = offset > 0n ? `${base}+${offset}` : base;
    const named = module !== undefined && fn.module !== undefined;
    const symbol = named ? `${fn.module}:${fn.name}` : fn.name;
    return {
      type,
      name: `${name}:${place}`,
      programType: 'kprobe',
      point: {
        kind: 'kprobe',
        return: returns,
        targets: [address === undefined ? { symbol, offset } : { symbol: '', offset: address + offset }],
      },
      context: { kind: 'registers', at: returns ? 'return' : 'entry' },
      space: 'kernel',
      functionName: fn.name,
    };
  }

  function throughTrampoline(fn: KernelFunction, target: Target): ResolvedProbe | undefined {
    const btf = fn.module === undefined ? target.btf : target.moduleBtf?.(fn.module);
    const prototype = btf && prototypeOf(btf, fn.name);
    if (prototype === undefined) return undefined;
    const kind = returns ? 'fexit' : 'fentry';
    return {
      type,
      name: `${name}:${fn.name}`,
      programType: 'tracing',
      tracing: { kind, target: fn.name, ...(fn.module === undefined ? {} : { module: fn.module }) },
      point: { kind: 'trampoline' },
      via: `${kind} trampoline: this kernel has no kprobes`,
      context: { kind: 'trampoline', at: returns ? 'return' : 'entry', ...prototype },
      space: 'kernel',
      functionName: fn.name,
    };
  }

  return type;
}

/** A wildcard leaves out what cannot be probed by name, and says so; for a single name the kernel's refusal is the error. */
function withoutUnnameable(
  functions: readonly KernelFunction[],
  { name }: KernelLocation,
  environment: ExpandEnvironment,
): readonly KernelFunction[] {
  if (!hasWildcard(name)) return functions;
  const ambiguous = functions.filter((fn) => fn.notByName === 'ambiguous').map((fn) => fn.name);
  if (ambiguous.length > 0) {
    const some = ambiguous.slice(0, namedAtMost).join(', ') + (ambiguous.length > namedAtMost ? ' …' : '');
    environment.warning(
      `${ambiguous.length} of the functions are left out, because others have the same name: ${some}`,
    );
  }
  return functions.filter((fn) => fn.notByName === undefined);
}

const namedAtMost = 3;

const notTraceable = (name: string) =>
  `${name} is not traceable (either non-existing, inlined, or marked as "notrace"); attaching to it will likely fail`;

export const kprobe = kernelProbe('kprobe', 'k');
export const kretprobe = kernelProbe('kretprobe', 'kr');
