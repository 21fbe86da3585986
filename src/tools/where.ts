/**
 * Predicates from the standard options: `where(options, 'args.ret < 0')` is `/pid == 12 && args.ret < 0/`, or
 * nothing. Values of options never reach the program as they were typed: numbers are numbers, texts are quoted.
 */

/** The standard options that select, by what they compare with. */
export interface Selection {
  readonly pid?: number | undefined;
  readonly tid?: number | undefined;
  readonly uid?: number | undefined;
  readonly comm?: string | undefined;
  readonly cgroup?: string | undefined;
  readonly cpu?: number | undefined;
}

const tests: { readonly [Name in keyof Selection]-?: (value: NonNullable<Selection[Name]>) => string } = {
  pid: (value) => `pid == ${value}`,
  tid: (value) => `tid == ${value}`,
  uid: (value) => `uid == ${value}`,
  comm: (value) => `comm == ${quoted(value)}`,
  cgroup: (value) => `cgroup == cgroupid(${quoted(value)})`,
  cpu: (value) => `cpu == ${value}`,
};

/** Conditions on the current task, for use where the task is the one to select. */
export function conditions(
  selection: Selection,
  ...more: readonly (string | false | undefined)[]
): readonly string[] {
  const { pid, tid, uid, comm, cgroup, cpu } = selection;
  const own = [
    pid !== undefined && tests.pid(pid),
    tid !== undefined && tests.tid(tid),
    uid !== undefined && tests.uid(uid),
    comm !== undefined && tests.comm(comm),
    cgroup !== undefined && tests.cgroup(cgroup),
    cpu !== undefined && tests.cpu(cpu),
  ];
  return [...own, ...more].filter((condition) => typeof condition === 'string');
}

const taskTests: {
  readonly [Name in keyof Omit<Selection, 'cpu'>]-?: (
    task: string,
    value: NonNullable<Selection[Name]>,
  ) => string;
} = {
  pid: (task, value) => `${task}.tgid == ${value}`,
  tid: (task, value) => `${task}.pid == ${value}`,
  uid: (task, value) => `${task}.cred.uid.val == ${value}`,
  comm: (task, value) => `${task}.comm == ${quoted(value)}`,
  cgroup: (task, value) => `${task}.cgroups.dfl_cgrp.kn.id == cgroupid(${quoted(value)})`,
};

/**
 * The same conditions on a task that is not the current one, by an expression for its `struct task_struct *`: the task
 * that is woken, the one that runs next.
 */
export function conditionsOn(task: string, selection: Omit<Selection, 'cpu'>): readonly string[] {
  const { pid, tid, uid, comm, cgroup } = selection;
  return [
    pid !== undefined && taskTests.pid(task, pid),
    tid !== undefined && taskTests.tid(task, tid),
    uid !== undefined && taskTests.uid(task, uid),
    comm !== undefined && taskTests.comm(task, comm),
    cgroup !== undefined && taskTests.cgroup(task, cgroup),
  ].filter((condition) => typeof condition === 'string');
}

/** As a predicate, or nothing. */
export function where(selection: Selection, ...more: readonly (string | false | undefined)[]): string {
  const all = conditions(selection, ...more);
  return all.length === 0 ? '' : `/${all.join(' && ')}/`;
}

/** A string literal of the language. */
export function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  const escaped = bytes.map((byte) =>
    byte < 32 || byte > 126 || byte === 0x22 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}

/** Lines of a program without those that do not apply. */
export function lines(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n');
}

/** A program as it is shown: without the empty lines and trailing blanks of parts that do not apply. */
export function tidy(program: string): string {
  const kept = program.split('\n').map((line) => line.trimEnd());
  return kept
    .filter((line, index) => line !== '' || (kept[index - 1] ?? '').endsWith('}'))
    .join('\n')
    .trim();
}
