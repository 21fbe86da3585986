/** `len` and `find`: how much a map holds, and an element of it into a variable. */

import type { Checker } from '../../3-check/checker.ts';
import { convert } from '../../3-check/convert.ts';
import { asValue, growKey, useKeyed } from '../../3-check/expressions/maps.ts';
import { growTarget } from '../../3-check/statements/targets.ts';
import { boolType, int64 } from '../../3-check/type-rules.ts';
import type { MapSymbol, TypedExpression, VariableSymbol } from '../../3-check/typed.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { keyAddress, lookUp } from '../../4-lower/map-access.ts';
import { lowerStatements } from '../../4-lower/statements.ts';
import { countUnwound } from '../../4-lower/unwind/unwind-stack.ts';
import { FunctionBuilder } from '../../ir/builder.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArity, failed, made } from '../call.ts';
import { computed } from '../computed.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../entry.ts';
import { kfuncId } from './machine-facts.ts';
import { tgid } from './stacks.ts';

/** Since 6.6: a map's elements are counted as they come and go. */
const elementCount = 'bpf_map_sum_elem_count';
/** BPF_F_USER_STACK (linux/bpf.h) */
const userStackFlag = 1n << 8n;

const len: FunctionEntry = {
  name: 'len',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [of] = call.args;
    if (of!.kind === 'map' && !holdsStack(checker, of!.name)) return checkLenOfMap(checker, call, of!.name);
    const stack = checker.expression(of!);
    if (stack.op === 'none') return failed(call);
    if (stack.type.kind !== 'kstack' && stack.type.kind !== 'ustack') {
      checker.errorLater(1, call.span, messages.lenArgument());
      return failed(call);
    }
    // Of a stack in a map only its number is known here.
    if (stack.op !== 'call' && stack.op !== 'variable')
      return checker.fail(call.span, messages.lenOfStoredStack());
    return made(len, call, int64, [stack]);
  },
  lower: (l, call) => (call.args[0] === undefined ? countElements(l, call) : countFrames(l, call.args[0])),
};

function holdsStack(checker: Checker, name: string): boolean {
  const { scalar, value } = checker.map(name);
  return scalar === true && (value?.kind === 'kstack' || value?.kind === 'ustack');
}

function checkLenOfMap(checker: Checker, call: CallSite, name: string): TypedExpression {
  const map = checker.map(name);
  if (map.scalar === true) return checker.fail(call.span, messages.expectsKeyed('len'));
  if (map.value === undefined) return checker.fail(call.args[0]!.span, messages.undefinedMap(name));
  const counts = checker.target.kfuncAllowed?.(elementCount, checker.probe.programType) === true;
  const kfunc = counts ? kfuncId(checker, elementCount) : undefined;
  if (kfunc === undefined && !checker.target.has('for_each_map_elem'))
    return checker.fail(call.span, messages.missingFeature('for_each_map_elem'));
  return made(len, call, int64, [], { map, kfunc } satisfies ElementCount);
}

interface ElementCount {
  readonly map: MapSymbol;
  readonly kfunc: number | undefined;
}

function countElements(l: Lowering, { data }: TypedCall): ValueId {
  const { map, kfunc } = data as ElementCount;
  const whole = l.b.map(l.program.userMap(map).map);
  return kfunc === undefined ? walkElements(l, whole) : l.b.callKfunc(kfunc, [whole]);
}

/** The helper gives the number of elements that it called a function for, whatever the function does. */
function walkElements(l: Lowering, map: ValueId): ValueId {
  const index = l.functions.reserve();
  const b = new FunctionBuilder(`${l.functions.entryName}_count_${index}`, 4);
  b.ret(0n);
  l.functions.define(index, b.finish());
  return l.b.call(helpers.forEachMapElem, [map, l.b.functionAddress(index), 0n, 0n]);
}

/** The same stack once more, for its size: within one event it does not change. */
function countFrames(l: Lowering, { type }: TypedExpression): ValueId {
  if (type.kind !== 'kstack' && type.kind !== 'ustack') return l.b.const(0n);
  if (type.unwinder === 'dwarf')
    return l.withTemporaries(() => countUnwound(l, { limit: type.limit, pid: tgid(l) }));
  const bytes = l.withTemporaries(() => {
    const place = l.scratch(type.limit * 8);
    const flags = type.kind === 'ustack' ? userStackFlag : 0n;
    return l.b.call(helpers.getStack, [l.context, l.address(place), BigInt(type.limit * 8), flags]);
  });
  const frames = l.b.variable(0n);
  const [some, on] = [l.b.block(), l.b.block()];
  l.b.branch('sgt', bytes, 0n, some, on, { likely: 'then' });
  l.b.switchTo(some);
  l.b.write(frames, l.b.binary('rsh', bytes, 3n));
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(frames);
}

interface Found {
  readonly map: MapSymbol;
  readonly variable: VariableSymbol | undefined;
}

const find: FunctionEntry = {
  name: 'find',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 3)) return failed(call);
    const [first, second, third] = call.args;
    if (first!.kind !== 'map') return checker.fail(call.span, messages.expectsMapFirst('find'));
    const map = useKeyed(checker, first!.name, first!.span);
    const key = checker.expression(second!);
    const converted = key.op === 'none' ? undefined : growKey(checker, map, asValue(key), call.span);
    if (third!.kind !== 'variable') return checker.fail(call.span, messages.expectsVariable('find'));
    const variable = checker.findVariable(third!.name);
    if (map.value === undefined) return checker.fail(first!.span, messages.undefinedMap(map.name));
    const read = asValue({ op: 'map-read', type: map.value, map, key: converted, span: call.span });
    // A variable that does not exist is complained about where it is used: nothing else can come of it.
    const type = variable && growTarget(checker, { kind: 'variable', variable }, read, call.span);
    if (converted === undefined || (variable !== undefined && type === undefined)) return failed(call);
    return made(find, call, boolType, [converted], { map, variable } satisfies Found);
  },
  lower(l, call) {
    const { map, variable } = call.data as Found;
    return l.withTemporaries(() => {
      const found = lookUp(l, map, keyAddress(l, call.args[0]));
      if (variable?.type !== undefined) {
        const { type } = variable;
        const target = { kind: 'variable', variable } as const;
        const assign = (value: TypedExpression) =>
          lowerStatements(l, [{ op: 'assign', target, value: convert(value, type), span: call.span }]);
        l.when('ne', found, 0n, () => assign(elementAt(l, call, found)), 'then');
      }
      return l.b.compare('ne', found, 0n);
    });
  },
};

/** The element as what the pointer to it leads to; the copies of all CPUs are read together. */
function elementAt(l: Lowering, call: TypedCall, found: ValueId): TypedExpression {
  const { map } = call.data as Found;
  const { span } = call;
  const type = map.value!;
  if (l.program.userMap(map).perCpu) return asValue({ op: 'map-read', type, map, key: call.args[0], span });
  const pointer = computed({ kind: 'pointer', to: type, space: 'bpf' }, found, span);
  return { op: 'dereference', type, pointer, offset: 0, span };
}

export const elementFunctions: readonly FunctionEntry[] = [len, find];
