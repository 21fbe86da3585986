/**
 * A machine as current kernels are, for goldens of emitted code: types for typed tracepoints and for the fields of the
 * task, of which only the few that the programs read exist, at places that never change.
 */
import { Btf } from '../../src/btf/btf.ts';
import { compileBtf } from '../../src/btf/testing/compile-btf.ts';
import type { Target, TracepointField, TracepointFormat } from '../../src/program/target.ts';
import { fixtureFeatures, fixtureTarget } from '../support/fixture-target.ts';

const types = `
  struct thread_info { unsigned long flags; unsigned long syscall_work; unsigned int status; unsigned int cpu; };
  struct task_struct { struct thread_info thread_info; unsigned int state; int pid; int tgid; char comm[16]; };
  struct pt_regs { unsigned long r15; };
  typedef void (*btf_trace_sys_enter)(void *, struct pt_regs *, long);
  typedef void (*btf_trace_sys_exit)(void *, struct pt_regs *, long);
  struct task_struct task;
  btf_trace_sys_enter enter;
  btf_trace_sys_exit leave;
`;

const currentFeatures = ['btf', 'task_btf', 'tp_btf', 'uprobe_multi', 'isa_v4'];

/** As the kernel lays out all system calls: the number, then eight bytes for each argument. */
const callNumber = field('__syscall_nr', 'int', 8, 4, true);
const formats: ReadonlyMap<string, TracepointFormat> = new Map([
  ['sys_enter_read', { id: 1, fields: [callNumber, field('fd', 'unsigned int', 16, 8, false)] }],
  ['sys_exit_read', { id: 2, fields: [callNumber, field('ret', 'long', 16, 8, true)] }],
  ['sys_enter_openat', { id: 3, fields: [callNumber, field('filename', 'const char *', 24, 8, false)] }],
]);
const calls: Readonly<Record<string, number>> = { read: 0, openat: 257 };

function field(name: string, type: string, offset: number, size: number, signed: boolean): TracepointField {
  return { name, type, offset, size, signed, dataLoc: false };
}

export function currentMachine(): Target {
  return fixtureTarget({
    isa: 4,
    features: [...fixtureFeatures, ...currentFeatures],
    btf: Btf.parse(compileBtf(types), { name: 'vmlinux' }),
    tracepointFormat: (_, event) => formats.get(event),
    syscallNumber: (name) => calls[name],
    resolveBinary: (path) => [path],
    userFunctions: (_, name) => [{ name, address: 0x1130n, size: 16n, offset: 0x130n }],
  });
}
