/** Probes of every type that this machine can load programs for, and what their events give. */
import type { Random } from '../random.ts';

export interface ProbeForm {
  readonly attach: string;
  /** Expressions that the event gives; `#args` of them cannot stand in loops. */
  readonly ints: readonly string[];
  readonly strings: readonly string[];
  readonly pointers?: readonly (readonly [text: string, to: string])[];
  /** Builtins and functions of this probe type only; statements. */
  readonly statements?: readonly string[];
}

const registers = ['reg("ip")', 'reg("sp")', '(uint64)ctx'];

const forms: readonly ProbeForm[] = [
  { attach: 'begin', ints: ['usermode'], strings: ['probe', 'probetype'] },
  { attach: 'end', ints: [], strings: ['probe'] },
  { attach: 'self:signal:SIGUSR1', ints: [], strings: ['probe'] },
  { attach: 'interval:ms:100', ints: registers, strings: ['probe'] },
  { attach: 'interval:10ms', ints: [], strings: [] },
  {
    attach: 'profile:hz:50',
    ints: registers,
    strings: ['curtask.comm', 'probetype'],
    statements: ['signal(10);', 'signal("KILL");', 'signal_thread(9);'],
  },
  { attach: 'software:page-faults:100', ints: registers, strings: ['probe'] },
  { attach: 'software:cs', ints: ['reg("ax")'], strings: [] },
  {
    attach: 'tracepoint:syscalls:sys_enter_openat',
    ints: ['args.dfd', 'args.flags', 'args.mode', 'args.__syscall_nr'],
    strings: ['str(args.filename)', 'str(args.filename, 30)', 'probe', 'str(uptr(args.filename))'],
    statements: ['signal(10);', 'join(args.filename);', 'print(args);'],
  },
  {
    attach: 'tracepoint:syscalls:sys_enter_execve',
    ints: [],
    strings: ['str(*args.argv)', 'str(args.argv[1])'],
    statements: ['join(args.argv);', 'join(args.argv, ",");'],
  },
  { attach: 'tracepoint:syscalls:sys_exit_read', ints: ['args.ret'], strings: ['strerror(args.ret)'] },
  {
    attach: 't:syscalls:sys_enter_read,t:syscalls:sys_enter_write',
    ints: ['args.fd', 'args.count'],
    strings: ['probe'],
    pointers: [['args.buf', 'uint8']],
  },
  {
    attach: 'tracepoint:sched:sched_switch',
    ints: ['args.prev_pid', 'args.next_prio', 'args.prev_state'],
    strings: ['args.next_comm', 'args.prev_comm'],
    statements: ['printf("%rh", buf(args.prev_comm, 16));'],
  },
  {
    attach: 'tracepoint:sched:sched_process_exec',
    ints: ['args.pid', 'args.old_pid'],
    strings: ['str(args.filename)'],
  },
  {
    attach: 'tracepoint:raw_syscalls:sys_enter',
    ints: ['args.id', 'args.args[0]', 'args.args[5]'],
    strings: ['syscall_name(args.id)'],
  },
  { attach: 'tracepoint:sched:sched_*', ints: [], strings: ['probe'] },
  {
    attach: 'rawtracepoint:sched_switch',
    ints: [
      'args.prev_state',
      'args.next.pid',
      'args.prev.mm.mm_users.counter',
      'arg0',
      'arg1',
      'args.preempt',
    ],
    strings: ['args.next.comm', 'args.prev.parent.comm', 'probe'],
    pointers: [
      ['args.prev', 'struct task_struct'],
      ['args.next', 'struct task_struct'],
    ],
    statements: ['print(args);', 'signal(10);'],
  },
  {
    attach: 'rawtracepoint:sys_enter',
    ints: ['args.id', 'arg1', 'args.regs.ip'],
    strings: [],
    pointers: [['args.regs', 'struct pt_regs']],
  },
  {
    attach: 'rt:vmlinux:sched_process_fork',
    ints: ['args.child.tgid'],
    strings: ['args.parent.comm'],
    pointers: [['args.child', 'struct task_struct']],
  },
  {
    attach: 'uprobe:/bin/bash:readline',
    ints: ['arg0', 'arg1', 'reg("di")', 'uaddr("rl_line_buffer")'],
    strings: ['str(arg0)', 'str(arg0, 5)', 'func', 'probe'],
    statements: ['signal("USR1");'],
  },
  { attach: 'uretprobe:/bin/bash:readline', ints: ['retval'], strings: ['str(retval)', 'func'] },
  { attach: 'uprobe:/bin/bash:*readline*', ints: ['arg2'], strings: ['func', 'probe'] },
  { attach: 'uprobe:libc:malloc', ints: ['arg0'], strings: [] },
  { attach: 'tracepoint:syscalls:sys_enter_r*', ints: [], strings: ['probe'] },
  {
    attach: 'iter:task',
    ints: ['ctx.task.pid'],
    strings: ['ctx.task.comm', 'ctx.task.parent.comm'],
    pointers: [['ctx.task', 'struct task_struct']],
  },
  {
    attach: 'iter:task_file',
    ints: ['ctx.fd'],
    strings: ['path(ctx.file.f_path)', 'str(ctx.file.f_path.dentry.d_name.name)'],
    pointers: [['ctx.file', 'struct file']],
  },
  { attach: 'iter:task_vma', ints: ['ctx.vma.vm_start'], strings: ['ctx.task.comm'] },
  { attach: 'watchpoint:0x10000000:8:w', ints: ['reg("ip")'], strings: [] },
  { attach: 'hardware:cache-misses:1000000', ints: registers, strings: [] },
  {
    attach: 'kprobe:vfs_read',
    ints: ['arg0', 'arg2'],
    strings: ['func'],
    pointers: [['(struct file *)arg0', 'struct file']],
  },
  {
    attach: 'fentry:vfs_read',
    ints: ['args.count'],
    strings: ['func'],
    pointers: [['args.file', 'struct file']],
  },
];

/** Iterators stand alone; they are refused beside others, which is not worth trying often. */
export function probeForms(random: Random): readonly ProbeForm[] {
  if (random.chance(6)) return [random.pick(forms.filter(({ attach }) => attach.startsWith('iter')))];
  const others = forms.filter(({ attach }) => !/^(iter|kprobe|fentry|hardware)/.test(attach));
  return random.many(1, 3, () => random.pick(random.chance(98) ? others : forms));
}
