/** Addresses of variables: `percpu_kaddr` of the kernel, `uaddr` of the traced program. */
import type { IntType, Type } from '../../../program/types.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { intType, uint64 } from '../../3-check/type-rules.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import { readUntracked } from '../../4-lower/kernel-pointers.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, literalString, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';
import { loadRegister } from '../registers.ts';

const percpuKaddr: FunctionEntry = {
  name: 'percpu_kaddr',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const name = literalString(checker, call, call.args[0]);
    const cpu = checkArguments(checker, call.args.slice(1));
    if (name === undefined || cpu === undefined) return failed(call);
    if (cpu[0] !== undefined && integerTypeOf(cpu[0].type) === undefined)
      return checker.fail(call.span, messages.onlySupports('percpu_kaddr', 'int', kindName(cpu[0].type)));
    const variable = kernelVariable(checker, name);
    if (variable === undefined) return checker.fail(call.span, messages.percpuSymbol(name));
    if (!checker.target.has('kernel_variables'))
      return checker.fail(call.span, messages.missingFeature('kernel_variables (CONFIG_KALLSYMS_ALL)'));
    const args = cpu.map((one) => convert(one, uint64));
    return made(percpuKaddr, call, variable.type, args, variable.id);
  },
  /** Without a CPU that of the one we run on; a number that is no CPU gives a null pointer. */
  lower(l, { args: [cpu], data }) {
    const address = l.b.kernelVariable(data as number);
    const pointer =
      cpu === undefined
        ? l.b.call(helpers.thisCpuPtr, [address])
        : l.b.call(helpers.perCpuPtr, [address, l.value(cpu)]);
    return asNumber(l, pointer);
  },
};

function kernelVariable(checker: Checker, name: string): { id: number; type: Type } | undefined {
  const { btf } = checker.target;
  const id = btf?.find(name, 'var');
  const variable = id === undefined ? undefined : btf?.type(id);
  if (id === undefined || variable?.kind !== 'var') return undefined;
  const target = checker.types.kernel.fromBtf(variable.type, 'kernel');
  const to =
    target.kind === 'struct' ? (checker.types.kernel.find(target.tag, target.name) ?? target) : target;
  return { id, type: { kind: 'pointer', to, space: 'kernel' } };
}

/** The verifier allows no arithmetic with what may be null: it is read like any other address of the kernel. */
function asNumber(l: Lowering, pointer: ValueId): ValueId {
  return l.withTemporaries(() => {
    const place = l.temporary(8);
    l.b.store(8, place.base, place.offset, pointer);
    return readUntracked(l, l.address(place));
  });
}

interface UserAddress {
  /** In the file. */
  readonly symbol: bigint;
  /** Of the probed instruction, in the file. */
  readonly probed: bigint;
}

const uaddr: FunctionEntry = {
  name: 'uaddr',
  callOnly: true,
  dependsOnProbe: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const name = literalString(checker, call, call.args[0]);
    if (name === undefined) return failed(call);
    const { point, type } = checker.probe;
    if (point.kind !== 'uprobe') return checker.fail(call.span, messages.functionNotHere('uaddr', type.name));
    const symbol = checker.target.userSymbol?.(point.path, name);
    const probed = checker.target.userAddress?.(point.path, point.targets[0]!.offset);
    if (symbol === undefined || probed === undefined)
      return checker.fail(call.span, messages.uaddrSymbol(point.path, name));
    if (point.return && checker.probe.expectedAttach !== 'uprobe_multi')
      return checker.fail(call.span, messages.missingFeature('uprobe_multi'));
    const to = objectType(symbol.size);
    const where = { symbol: symbol.address, probed } satisfies UserAddress;
    return made(uaddr, call, { kind: 'pointer', to, space: 'user' }, [], where);
  },
  /** The program lies as far from where its file says as the probed instruction does. */
  lower(l, { data }) {
    const { symbol, probed } = data as UserAddress;
    const { point } = l.probe;
    const isReturn = point.kind === 'uprobe' && point.return;
    const here = isReturn ? l.b.call(helpers.getFuncIp, [l.context], { pure: true }) : loadRegister(l, 'ip');
    return l.b.binary('add', here, BigInt.asIntN(64, symbol - probed));
  },
};

function objectType(size: bigint): IntType {
  const known = [1, 2, 4, 8].find((one) => BigInt(one) === size);
  return intType(known ?? 8, false);
}

export const addressFunctions: readonly FunctionEntry[] = [percpuKaddr, uaddr];
