/**
 * `fentry:[MODULE:]FUNCTION` and `fexit:[MODULE:]FUNCTION` (before, `kfunc` and `kretfunc`): the entry and return of
 * a kernel function by trampoline, with arguments and result as its BTF has them. Each function needs a program of
 * its own: the verifier checks it against the function's type. Those of BPF programs are in bpf-program.ts.
 */

import { hasWildcard } from '../../base/wildcard.ts';
import type { Btf } from '../../btf/btf.ts';
import type { KernelFunction, Target } from '../../program/target.ts';
import { findFunctions, missingModule } from '../kprobe/functions.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';
import { expandBpfProgram, isOnBpfProgram, listBpfPrograms } from './bpf-program.ts';
import { argumentText, argumentTexts, prototypeOf } from './prototype.ts';

function trampolineProbe(name: 'fentry' | 'fexit', aliases: readonly string[]): ProbeType {
  const type: ProbeType = {
    name,
    aliases,
    probetype: name,
    partCounts: [1, 2, 3],
    listed: name === 'fentry' ? 'kernel' : 'never',
    expand(parts, environment) {
      const { target } = environment;
      if (parts.length === 3 && !isOnBpfProgram(parts)) {
        environment.error("Only the 'bpf' variant of this probe supports 4 arguments");
        return [];
      }
      if (isOnBpfProgram(parts))
        return ifSupported(expandBpfProgram(type, name, parts, environment), environment);
      const [module, pattern] = split(parts);
      const functions = findFunctions(target, module, pattern);
      const found = functions.flatMap((fn) => resolve(fn, target) ?? []);
      if (found.length === 0) return noMatch(module, pattern, parts, environment);
      if (!hasWildcard(pattern) && found.length > 1) {
        environment.error(
          `ambiguous attach point, please specify module containing the function '${pattern}'`,
        );
        return [];
      }
      return ifSupported(found, environment);
    },
    list(parts, { target }) {
      if (isOnBpfProgram(parts)) return listBpfPrograms(parts, target);
      const [module, pattern] = split(parts);
      const isTyped = typedFunctions(pattern);
      const typed = findFunctions(target, module, pattern).filter((fn) =>
        isTyped(btfOf(fn, target), fn.name),
      );
      return typed.map((fn) => `fentry:${fn.module ?? 'vmlinux'}:${fn.name}`);
    },
    listArguments(parts, target) {
      if (isOnBpfProgram(parts)) return [];
      const [module, fn] = split(parts);
      const btf = btfOf({ name: fn, module: module === 'vmlinux' ? undefined : module }, target);
      const result = name === 'fexit' && btf ? prototypeOf(btf, fn)?.result : undefined;
      const returned = btf && result?.typeId ? [argumentText(btf, result.typeId, 'retval')] : [];
      return [...argumentTexts(btf, fn), ...returned];
    },
  };

  function ifSupported(found: readonly ResolvedProbe[], { target, error }: ExpandEnvironment) {
    if (found.length === 0 || target.has(name)) return found;
    error(`This kernel refuses ${name} programs`, refusalHint);
    return [];
  }

  function resolve(fn: KernelFunction, target: Target): ResolvedProbe | undefined {
    const btf = btfOf(fn, target);
    const prototype = btf && prototypeOf(btf, fn.name);
    if (prototype === undefined) return undefined;
    const { args, result } = prototype;
    return {
      type,
      name: `${name}:${fn.module ?? 'vmlinux'}:${fn.name}`,
      programType: 'tracing',
      tracing: { kind: name, target: fn.name, ...(fn.module === undefined ? {} : { module: fn.module }) },
      point: { kind: 'trampoline' },
      via: `${name} trampoline`,
      context: { kind: 'btf-arguments', args, ...(name === 'fexit' ? { result } : {}) },
      space: 'kernel',
      functionName: fn.name,
    };
  }

  function noMatch(
    module: string | undefined,
    pattern: string,
    parts: readonly string[],
    environment: ExpandEnvironment,
  ): [] {
    const { target } = environment;
    if (target.btf === undefined)
      environment.error(`${name} needs the kernel's types, and this kernel has none (CONFIG_DEBUG_INFO_BTF)`);
    else if (missingModule(target, module))
      environment.missing(`specified module ${module} in probe ${name}:${parts.join(':')} is not loaded.`);
    else
      environment.missing(
        hasWildcard(pattern) || hasWildcard(module ?? '') ? '' : `No matches for ${name} ${parts.join(':')}.`,
      );
    return [];
  }

  return type;
}

const refusalHint = 'kprobe and tracepoint probes may work; kscope --info shows what this kernel has';

function split(parts: readonly string[]): readonly [module: string | undefined, pattern: string] {
  return parts.length === 2 ? [parts[0], parts[1]!] : [undefined, parts[0] ?? '*'];
}

function btfOf(fn: KernelFunction, target: Target) {
  return fn.module === undefined ? target.btf : target.moduleBtf?.(fn.module);
}

export const fentry = trampolineProbe('fentry', ['f', 'kfunc']);
export const fexit = trampolineProbe('fexit', ['fr', 'kretfunc']);

/** Whether a BTF has a function. Asked for all functions of the kernel, one search for each would take a minute. */
function typedFunctions(pattern: string): (btf: Btf | undefined, name: string) => boolean {
  const names = new Map<Btf, ReadonlySet<string>>();
  return (btf, name) => {
    if (btf === undefined) return false;
    let known = names.get(btf);
    if (known === undefined) {
      known = new Set([...btf.findAll(pattern, 'func')].map((found) => found.name));
      names.set(btf, known);
    }
    return known.has(name);
  };
}
