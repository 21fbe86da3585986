/**
 * What BPF_PROG_LOAD must be told about the place a program will be attached to: the expected attach type, and for
 * programs of type tracing the BTF id of the target. A BTF raw tracepoint is the typedef of its function type,
 * `btf_trace_<name>`; an iterator is the function `bpf_iter_<name>`.
 */
import { assertNever } from '../base/assert.ts';
import type { Btf } from '../btf/btf.ts';
import { BpfAttachType } from '../kernel/bpf-constants.ts';
import { functionsOf } from '../kernel/bpf-functions.ts';
import { UnsupportedFeatureError } from '../kernel/errors.ts';
import type { Fd } from '../kernel/fd.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { readModuleBtf } from '../kernel/kernel-btf.ts';
import { openModuleBtf } from '../kernel/module-btf.ts';
import { openById } from '../kernel/object-info.ts';
import type { FunctionSpec } from '../program/program.ts';

type Tracing = NonNullable<FunctionSpec['tracing']>;

const tracingTypes: Readonly<Record<Tracing['kind'], number>> = {
  raw_tp: BpfAttachType.BPF_TRACE_RAW_TP,
  fentry: BpfAttachType.BPF_TRACE_FENTRY,
  fexit: BpfAttachType.BPF_TRACE_FEXIT,
  iter: BpfAttachType.BPF_TRACE_ITER,
};

const multiTypes: Readonly<Record<NonNullable<FunctionSpec['expectedAttach']>, number>> = {
  uprobe_multi: BpfAttachType.BPF_TRACE_UPROBE_MULTI,
  kprobe_multi: BpfAttachType.BPF_TRACE_KPROBE_MULTI,
  kprobe_session: BpfAttachType.BPF_TRACE_KPROBE_SESSION,
};

export function attachTypeOf(spec: FunctionSpec): number {
  if (spec.tracing) return tracingTypes[spec.tracing.kind];
  return spec.expectedAttach ? multiTypes[spec.expectedAttach] : 0;
}

/** Where a program will be attached; `fd` is of a module's BTF or of a BPF program, to be closed by the caller. */
export interface TracingTarget {
  readonly id: number;
  readonly fd?: Fd;
}

/** @throws UnsupportedFeatureError when the kernel has no BTF, or no such target. */
export function tracingTarget(
  tracing: Tracing,
  kernel: Kernel,
  kernelTypes: () => Btf | undefined,
): TracingTarget {
  const { module, bpfProgram } = tracing;
  if (bpfProgram !== undefined) return bpfTarget(tracing, bpfProgram, kernel);
  const btf = module === undefined ? kernelTypes() : readModuleBtf(module);
  const owner = module === undefined ? 'it' : `its module ${module}`;
  if (!btf)
    throw new UnsupportedFeatureError(
      `${tracing.kind} programs`,
      `${owner} has no BTF (CONFIG_DEBUG_INFO_BTF)`,
    );
  const { name, kind } = btfName(tracing);
  const id = btf.find(name, kind);
  if (id === undefined)
    throw new UnsupportedFeatureError(describe(tracing), `its BTF has no ${kind} "${name}"`);
  const fd = module === undefined ? undefined : openModuleBtf(kernel, module);
  return { id, ...(fd && { fd }) };
}

/** The types are those of the program itself, which may have been unloaded since it was found. */
function bpfTarget({ kind, target }: Tracing, programId: number, kernel: Kernel): TracingTarget {
  const fd = openById(kernel, 'program', programId);
  try {
    const found = fd && functionsOf(kernel, programId, fd).find(({ name }) => name === target);
    if (fd === undefined || found === undefined) {
      throw new UnsupportedFeatureError(
        `${kind} on "${target}" of BPF program ${programId}`,
        fd === undefined ? 'that program is no longer loaded' : 'that program has no such function',
      );
    }
    return { id: found.typeId, fd };
  } catch (error) {
    fd?.close();
    throw error;
  }
}

function btfName({ kind, target }: Tracing): { name: string; kind: 'typedef' | 'func' } {
  switch (kind) {
    case 'raw_tp':
      return { name: `btf_trace_${target}`, kind: 'typedef' };
    case 'fentry':
    case 'fexit':
      return { name: target, kind: 'func' };
    case 'iter':
      return { name: `bpf_iter_${target}`, kind: 'func' };
    default:
      return assertNever(kind, 'tracing program');
  }
}

function describe({ kind, target }: Tracing): string {
  if (kind === 'raw_tp') return `the tracepoint "${target}" with typed arguments`;
  return kind === 'iter' ? `the iterator "${target}"` : `${kind} on "${target}"`;
}
