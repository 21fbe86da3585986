/**
 * Numbers of system calls by the names that their tracepoints have. The tracepoints do not tell their numbers, and
 * the kernel's own table is not to be read from user space, so they are written down here: the x86-64 table
 * (arch/x86/entry/syscalls/syscall_64.tbl, as of Linux 6.18). Numbers never change and are never used twice.
 * Tracepoints carry the name of the kernel's function, which for some calls is not that of the call: `newfstat`,
 * `newuname`, `sendfile64`, `umount`.
 */

/** Each row: the number of its first call, then names by ascending number. */
const x64 = `
  0 read write open close newstat newfstat newlstat poll lseek mmap mprotect munmap brk rt_sigaction
  14 rt_sigprocmask rt_sigreturn ioctl pread64 pwrite64 readv writev access pipe select sched_yield
  25 mremap msync mincore madvise shmget shmat shmctl dup dup2 pause nanosleep getitimer alarm
  38 setitimer getpid sendfile64 socket connect accept sendto recvfrom sendmsg recvmsg shutdown
  49 bind listen getsockname getpeername socketpair setsockopt getsockopt clone fork vfork execve
  60 exit wait4 kill newuname semget semop semctl shmdt msgget msgsnd msgrcv msgctl fcntl flock
  74 fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat
  86 link unlink symlink readlink chmod fchmod chown fchown lchown umask gettimeofday getrlimit
  98 getrusage sysinfo times ptrace getuid syslog getgid setuid setgid geteuid getegid setpgid
  110 getppid getpgrp setsid setreuid setregid getgroups setgroups setresuid getresuid setresgid
  120 getresgid getpgid setfsuid setfsgid getsid capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo
  130 rt_sigsuspend sigaltstack utime mknod uselib personality ustat statfs fstatfs sysfs getpriority
  141 setpriority sched_setparam sched_getparam sched_setscheduler sched_getscheduler sched_get_priority_max
  147 sched_get_priority_min sched_rr_get_interval mlock munlock mlockall munlockall vhangup modify_ldt
  155 pivot_root
  157 prctl arch_prctl adjtimex setrlimit chroot sync acct settimeofday mount umount swapon swapoff
  169 reboot sethostname setdomainname iopl ioperm
  175 init_module delete_module
  179 quotactl
  186 gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr
  196 flistxattr removexattr lremovexattr fremovexattr tkill time futex sched_setaffinity sched_getaffinity
  205 set_thread_area io_setup io_destroy io_getevents io_submit io_cancel get_thread_area lookup_dcookie
  213 epoll_create
  216 remap_file_pages getdents64 set_tid_address restart_syscall semtimedop fadvise64 timer_create
  223 timer_settime timer_gettime timer_getoverrun timer_delete clock_settime clock_gettime clock_getres
  230 clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes
  237 mbind set_mempolicy get_mempolicy mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify
  245 mq_getsetattr kexec_load waitid add_key request_key keyctl ioprio_set ioprio_get inotify_init
  254 inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat mknodat fchownat futimesat
  262 newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll
  272 unshare set_robust_list get_robust_list splice tee sync_file_range vmsplice move_pages utimensat
  281 epoll_pwait signalfd timerfd_create eventfd fallocate timerfd_settime timerfd_gettime accept4
  289 signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo
  298 perf_event_open recvmmsg fanotify_init fanotify_mark prlimit64 name_to_handle_at open_by_handle_at
  305 clock_adjtime syncfs sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp finit_module
  314 sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create kexec_file_load bpf
  322 execveat userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc
  331 pkey_free statx io_pgetevents rseq uretprobe uprobe
  424 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen
  431 fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise
  441 epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self
  447 memfd_secret process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack
  454 futex_wake futex_wait futex_requeue statmount listmount lsm_get_self_attr lsm_set_self_attr
  461 lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr file_getattr
  469 file_setattr
`;

const tables: Readonly<Record<string, string>> = { x64 };
const parsed = new Map<string, ReadonlyMap<string, number>>();

/** Undefined for an unknown call or architecture: its tracepoint is then attached as any other. */
export function syscallNumber(name: string, architecture: string = process.arch): number | undefined {
  return syscallNumbers(architecture).get(name);
}

/** All known calls, by tracepoint name. */
export function syscallNumbers(architecture: string = process.arch): ReadonlyMap<string, number> {
  const known = parsed.get(architecture);
  if (known !== undefined) return known;
  const numbers = parseTable(tables[architecture] ?? '');
  parsed.set(architecture, numbers);
  return numbers;
}

function parseTable(table: string): ReadonlyMap<string, number> {
  const rows = table.split('\n').filter((row) => row.trim() !== '');
  return new Map(
    rows.flatMap((row) => {
      const [first, ...names] = row.trim().split(' ');
      return names.map((name, index) => [name, Number(first) + index] as const);
    }),
  );
}

/** Calls whose tracepoint, and so whose name in the table, is not the name in the manual. */
const manualNames: ReadonlyMap<string, string> = new Map([
  ['newstat', 'stat'],
  ['newfstat', 'fstat'],
  ['newlstat', 'lstat'],
  ['newuname', 'uname'],
  ['sendfile64', 'sendfile'],
  ['umount', 'umount2'],
]);

const named = new Map<string, ReadonlyMap<number, string>>();

/** The name of a call as its manual page has it. */
export function syscallName(number: number, architecture: string = process.arch): string | undefined {
  let names = named.get(architecture);
  if (names === undefined) {
    const numbers = [...syscallNumbers(architecture)];
    names = new Map(numbers.map(([name, known]) => [known, manualNames.get(name) ?? name]));
    named.set(architecture, names);
  }
  return names.get(number);
}
