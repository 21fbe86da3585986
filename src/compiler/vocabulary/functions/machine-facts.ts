/** What is known of the machine and of the settings when a program is compiled: `config`, `kaddr`, `kfunc_exist` … */

import type { Config } from '../../2-expand/config.ts';
import type { Checker } from '../../3-check/checker.ts';
import { text } from '../../3-check/expressions/fold.ts';
import { boolType, literalType, uint64 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { messages } from '../../messages/messages.ts';
import { checkArity, failed, literalString, truth } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';
import { factValue } from '../run-fact.ts';

/** Without arguments. */
function fact(name: string, value: (checker: Checker, call: CallSite) => TypedExpression): FunctionEntry {
  return {
    name,
    check: (checker, call) => (checkArity(checker, call, 0) ? value(checker, call) : failed(call)),
  };
}

/** Of one name, which is a literal. */
function factOfName(
  name: string,
  value: (checker: Checker, call: CallSite, of: string) => TypedExpression,
): FunctionEntry {
  return {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const of = literalString(checker, call, call.args[0]);
      return of === undefined ? failed(call) : value(checker, call, of);
    },
  };
}

/** In the order in which the whole record prints. */
const configOrder = [
  'cpp_demangle',
  'lazy_symbolication',
  'print_maps_on_exit',
  'use_blazesym',
  'show_debug_info',
  'log_size',
  'max_bpf_progs',
  'max_cat_bytes',
  'max_map_keys',
  'max_probes',
  'max_strlen',
  'on_stack_limit',
  'perf_rb_pages',
  'str_trunc_trailer',
  'unstable_import_statement',
  'unstable_tseries',
  'unstable_typeinfo',
  'unstable_dw_ustack',
  'missing_probes',
  'stack_mode',
  'license',
] as const satisfies readonly (keyof Config)[];

function settings(checker: Checker, call: CallSite): TypedExpression {
  const elements = configOrder.map((key) => setting(checker.program.config[key], call));
  const fields = configOrder.map((name, i) => ({ name, type: elements[i]!.type }));
  return { op: 'tuple', type: { kind: 'record', fields }, elements, span: call.span };
}

function setting(value: Config[(typeof configOrder)[number]], { span }: CallSite): TypedExpression {
  if (typeof value === 'string') return text(value, span);
  if (typeof value === 'boolean')
    return { op: 'constant', type: boolType, value: value ? 1n : 0n, literal: true, span };
  return { op: 'constant', type: literalType(BigInt(value)), value: BigInt(value), literal: true, span };
}

/** Its BTF id, when the kernel marks the function as one for BPF programs (pahole 1.26); older kernels mark none. */
export function kfuncId(checker: Checker, name: string): number | undefined {
  return checker.target.btf?.find(name, 'func');
}

function kfuncName(
  name: 'kfunc_exist' | 'kfunc_allowed',
  value: (checker: Checker, of: string) => boolean,
): FunctionEntry {
  return {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const of = checker.expression(call.args[0]!);
      if (of.op === 'none') return failed(call);
      if (of.op !== 'string') return checker.fail(call.span, messages.kfuncLiteral(name));
      return truth(call, value(checker, of.value));
    },
  };
}

export const machineFacts: readonly FunctionEntry[] = [
  fact('default_str_length', (checker, call) => setting(checker.program.config.max_strlen, call)),
  fact('has_cpid', (checker, call) => truth(call, checker.target.childPid !== undefined)),
  fact('config', settings),
  factOfName('kaddr', (checker, call, name) => {
    const address = checker.target.kernelSymbol(name);
    return address === undefined
      ? checker.fail(call.span, messages.kernelSymbol(name))
      : factValue(checker, call, uint64, { fact: { kind: 'kernel-symbol', name }, value: address });
  }),
  factOfName('cgroupid', (checker, call, path) => {
    const id = checker.target.cgroupId?.(path);
    return id === undefined
      ? checker.fail(call.span, messages.cgroupPath(path))
      : factValue(checker, call, uint64, { fact: { kind: 'cgroup', name: path }, value: id });
  }),
  kfuncName('kfunc_exist', (checker, name) => kfuncId(checker, name) !== undefined),
  kfuncName(
    'kfunc_allowed',
    (checker, name) => checker.target.kfuncAllowed?.(name, checker.probe.programType) ?? false,
  ),
];
