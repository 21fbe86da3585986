/** Relatives of the current task, or of one that is given: `leader_comm`, `leader_tid`, `pcomm`, `ppid`. */
import type { Checker } from '../../3-check/checker.ts';
import { fieldOf } from '../../3-check/expressions/members.ts';
import { int32 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { messages } from '../../messages/messages.ts';
import { curtask, taskPointer } from '../builtins.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';

function relative(name: string, path: readonly string[]): FunctionEntry {
  return {
    name,
    check(checker, call) {
      if (!checkArity(checker, call, 0, 1)) return failed(call);
      const task = taskOf(checker, call);
      if (task === undefined) return failed(call);
      const field = path.reduce((at, member) => fieldOf(checker, at, member, call.span), task);
      return asResult(field);
    },
  };
}

function taskOf(checker: Checker, call: CallSite): TypedExpression | undefined {
  const [given] = call.args;
  if (given === undefined) return made(curtask, call, taskPointer(checker));
  const [task] = checkArguments(checker, [given]) ?? [];
  if (task === undefined) return undefined;
  const { type } = task;
  if (type.kind === 'pointer' && type.to.kind === 'named' && type.to.name === 'task_struct') return task;
  checker.error(call.span, messages.onlySupports(call.name, "'struct task_struct *'", kindName(type)));
  return undefined;
}

/** Names of tasks always end with a NUL: they need no byte more than they have. Ids are signed, as in the kernel. */
function asResult(field: TypedExpression): TypedExpression {
  if (field.op === 'convert') return field.operand;
  return field.op === 'dereference' ? { ...field, type: int32 } : field;
}

export const relatives: readonly FunctionEntry[] = [
  relative('leader_comm', ['group_leader', 'comm']),
  relative('leader_tid', ['group_leader', 'pid']),
  relative('pcomm', ['real_parent', 'comm']),
  relative('ppid', ['real_parent', 'tgid']),
];
