/** What a tool needs of the kernel, looked up on this machine; and which of a tool's ways it can go. */
import { existsSync } from 'node:fs';
import type { HostTarget } from '../../host/target.ts';
import type { ToolValues } from '../options/tool-options.ts';
import type { Need, Tool, Variant } from '../tool.ts';

/** What of the machine is asked: a part of the compiler's target, so that both see the same. */
export type Machine = Pick<HostTarget, 'tracepointFormat' | 'kernelFunctions' | 'has'>;

export function hasNeed(need: Need, machine: Machine): boolean {
  const [kind = '', ...rest] = need.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'tracepoint': {
      const [subsystem = '', event = ''] = rest;
      return machine.tracepointFormat(subsystem, event) !== undefined;
    }
    case 'function':
      return traceable(machine) && machine.kernelFunctions(name).some((found) => found.name === name);
    case 'feature':
      return machine.has(name);
    default:
      return existsSync(name);
  }
}

/** The kernel's functions can be probed at all. */
function traceable(machine: Machine): boolean {
  return machine.has('kprobe_pmu') || machine.has('kprobe_multi') || machine.has('fentry');
}

export type Choice =
  | { readonly variant: Variant<ToolValues> | undefined; readonly missing?: undefined }
  /** Of the way that lacks least. */
  | { readonly variant?: undefined; readonly missing: readonly Need[] };

/** The first way that the machine can serve. Tools that run no program need none. */
export function chooseVariant(tool: Tool, machine: Machine): Choice {
  if (tool.variants.length === 0) return { variant: undefined };
  const lacking = tool.variants.map((variant) => variant.needs.filter((need) => !hasNeed(need, machine)));
  const index = lacking.findIndex((missing) => missing.length === 0);
  if (index >= 0) return { variant: tool.variants[index] };
  return { missing: [...lacking].sort((a, b) => a.length - b.length)[0] ?? [] };
}

/** `the tracepoint sched:sched_switch`. */
export function needText(need: Need): string {
  const [kind = '', ...rest] = need.split(':');
  const name = rest.join(':');
  if (kind === 'function') return `kprobes or fentry (for ${name})`;
  return kind === 'file' ? name : `the ${kind} ${name}`;
}
