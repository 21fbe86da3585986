/**
 * Kernel functions by the name and module that a probe was written with. One name without wildcard is taken from
 * the kernel's types when they have it, because the kernel needs some 50 ms to write its list of all functions.
 */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import type { KernelFunction, Target } from '../../program/target.ts';

/** What the compiler makes of parts of functions: `foo.part.0`, `foo.cold`. Wildcards do not mean them. */
const fragment = /\.(part|cold)\b/;

export function findFunctions(
  target: Target,
  module: string | undefined,
  name: string,
): readonly KernelFunction[] {
  const ofKernel = module === undefined || module === 'vmlinux';
  if (!hasWildcard(name) && ofKernel && target.btf?.find(name, 'func') !== undefined) {
    return [{ name, module: undefined }];
  }
  const found = target.kernelFunctions?.(name) ?? [];
  const inModule = moduleTest(module);
  const matching = found.filter((candidate) => inModule(candidate.module ?? 'vmlinux'));
  return hasWildcard(name) ? matching.filter((candidate) => !fragment.test(candidate.name)) : matching;
}

function moduleTest(module: string | undefined): (name: string) => boolean {
  return module === undefined ? () => true : compileWildcard(module);
}

/** Whether a module that was named, not matched, is absent. */
export function missingModule(target: Target, module: string | undefined): boolean {
  if (module === undefined || module === 'vmlinux' || hasWildcard(module)) return false;
  return target.kernelModules !== undefined && !target.kernelModules().has(module);
}
