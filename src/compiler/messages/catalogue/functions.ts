/** Texts that belong to one function or builtin value each, in alphabetical order of the function. */
import { message } from '../define.ts';

export const functionMessages = {
  commonField: message('common-field', () => 'BPF does not support accessing common tracepoint fields'),
  formatText: message('format-text', (problem: string) => problem, {
    remedy: 'Numbers with decimals are printed of a ratio: `printf("%.2f", ratio(@hits, @total))`.',
  }),
  argsNotHere: message(
    'args-not-here',
    (probetype: string) =>
      `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${probetype} used here)`,
  ),
  argsOfBpfFunction: message(
    'args-of-bpf-function',
    () => `The args builtin cannot be used for 'fentry/fexit:bpf' probes`,
  ),
  argsInsideFunction: message(
    'args-inside-function',
    () => 'The args builtin needs a probe at the beginning of a function',
    {
      cause: 'Behind its first instruction a function may keep its parameters anywhere.',
      remedy: 'Probe the function without an offset and keep what is needed in a map, by tid.',
    },
  ),
  noDebugInfo: message(
    'no-debug-info',
    (path: string, name: string) => ({
      text: `No debug information found for '${name}' in '${path}', args needs it`,
      hint: 'compile it with -g, install its debug symbols, name their folder with --debuginfo, or use arg0, arg1 …',
    }),
    {
      cause:
        'Names and types of parameters are in the DWARF information of a program, which is often stripped.',
    },
  ),
  unwindWithoutProcess: message(
    'unwind-without-process',
    () => ({
      text: 'dw_ustack has no process whose stacks it could follow: they end at the first frame',
      hint: 'name processes with -p, -c or --dwarf-pid',
    }),
    { cause: 'Unwind tables are read for named processes only.' },
  ),
  vectorParameter: message(
    'vector-parameter',
    (name: string) => `Parameter '${name}' is passed in a vector register, which BPF programs cannot read`,
    {
      cause:
        'The kernel gives probes the general registers of a program, not those for floating-point numbers.',
    },
  ),
  vectorParameterLeftOut: message(
    'vector-parameter-left-out',
    (name: string) =>
      `Parameter '${name}' is in a vector register, which BPF programs cannot read: it is left out`,
  ),
  argNotHere: message(
    'arg-not-here',
    (name: string) => `The ${name} builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes`,
  ),
  argUnsupported: message(
    'arg-unsupported',
    (architecture: string, name: string) => `${architecture} doesn't support ${name}`,
  ),
  sargDeleted: message('sarg-deleted', () => ({
    text: 'sarg* is deleted. This was deprecated in v0.21 and was last available in v0.24.',
    hint: 'Use *(reg("sp") + <stack_offset>) instead.',
  })),
  bufNeedsLength: message(
    'buf-needs-length',
    (type: string) => `buf() expects a length argument for non-array type ${type}`,
  ),
  bufArgument: message(
    'buf-argument',
    (type: string) => `buf() expects an integer, string, or array argument but saw ${type}`,
  ),
  cgroupPath: message('cgroup-path', (path: string) => `Failed to get \`cgroupid\` for path: "${path}"`, {
    cause: 'The path is not a directory of a mounted cgroup v2 file system.',
    remedy: 'List them with `find /sys/fs/cgroup -type d`.',
  }),
  commPid: message('comm-pid', () => "Only integer supported for comm()'s pid"),
  commUnsupported: message(
    'comm-unsupported',
    (probetype: string) => `Syntax comm(PID) is not supported in this probe type yet. Type: ${probetype}`,
  ),
  ctxInTracepoint: message('ctx-in-tracepoint', () => 'Use args instead of ctx in tracepoint'),
  containerType: message('container-type', () => ({
    text: 'container_of() expects a type as the second argument',
    hint: 'Write it as `container_of($pointer, typeof(struct S), member)`.',
  })),
  failText: message('fail', (text: string) => text, {
    cause: 'The script calls fail() or static_assert() on purpose.',
  }),
  failFormat: message('fail-format', () => 'first argument to fail() must be a string literal'),
  failArguments: message('fail-arguments', () => 'fail() arguments need to be literals'),
  expectsVariable: message(
    'expects-variable',
    (name: string) => `${name}() expects a variable as the third argument`,
  ),
  getoptName: message('getopt-name', () => "First argument to 'getopt' must be a string literal."),
  getoptDefault: message(
    'getopt-default',
    () => "Second argument to 'getopt' must be a string literal, integer literal, or a boolean literal.",
  ),
  getoptDifferentDefault: message(
    'getopt-different-default',
    (name: string, previous: string) =>
      `Command line option '${name}' needs to have the same default value in all places it is used. Previous default value: ${previous}`,
  ),
  getoptDifferentDescription: message(
    'getopt-different-description',
    (name: string, previous: string) =>
      `Command line option '${name}' needs to have the same description in all places it is used. Previous description: ${previous}`,
  ),
  getoptDescription: message(
    'getopt-description',
    () => "Third argument to 'getopt' must be a string literal.",
  ),
  getoptArity: message(
    'getopt-arity',
    () => "The 'getopt' function can take a maximum of three arguments and a minimum of one argument.",
  ),
  histBits: message('hist-bits', (bits: bigint) => `hist: bits ${bits} must be 0..5`),
  kernelSymbol: message('kernel-symbol', (name: string) => `Failed to resolve kernel symbol: ${name}`),
  kfuncLiteral: message('kfunc-literal', (name: string) => `${name}() accepts a string literal only`),
  ksymArgument: message(
    'ksym-argument',
    (name: string) => `${name}() expects an integer or pointer argument`,
  ),
  lenOfStoredStack: message(
    'len-of-stored-stack',
    () => 'len() of a stack that was kept in a map is not known to the program',
    { remedy: 'Take the length when the stack is taken: `@frames[pid] = len(kstack);`.' },
  ),
  lhistStep: message('lhist-step', (step: bigint) => `lhist() step must be >= 1 (${step} provided)`),
  lhistOrder: message(
    'lhist-order',
    (min: bigint, max: bigint) => `lhist() min must be less than max (provided min ${min} and max ${max})`,
  ),
  lhistLargeStep: message(
    'lhist-large-step',
    (step: bigint, range: bigint) =>
      `lhist() step is too large for the given range (provided step ${step} for range ${range})`,
  ),
  lhistBuckets: message(
    'lhist-buckets',
    (count: bigint) => `lhist() too many buckets, must be <= 1000 (would need ${count})`,
  ),
  macaddrSize: message('macaddr-size', () => 'macaddr() argument must be at least 6 bytes in size'),
  macaddrLiteral: message('macaddr-literal', () => 'macaddr() does not support literal string arguments'),
  nsecsMode: message('nsecs-mode', (mode: string) => `Invalid timestamp mode: ${mode}`),
  nsecsArgument: message('nsecs-argument', () => ({
    text: 'nsecs() only supports boot, monotonic, tai and sw_tai as the argument',
    hint: 'Write the mode without quotes, e.g. `nsecs(monotonic)`.',
  })),
  nsecsTai: message('nsecs-tai', () => 'Kernel does not support tai timestamp, please try sw_tai'),
  ntopSize: message('ntop-size', () => 'ntop() argument must be 4 or 16 bytes in size'),
  ntopArgument: message(
    'ntop-argument',
    (type: string) => `ntop() expects an integer or array argument, got ${type}`,
  ),
  percpuSymbol: message('percpu-symbol', (name: string) => `Could not resolve variable "${name}" from BTF`),
  pidMode: message(
    'pid-mode',
    (mode: string) => `Invalid PID namespace mode: ${mode} (expects: curr_ns or init)`,
  ),
  pidArgument: message(
    'pid-argument',
    (name: string) => `${name}() only supports curr_ns and init as the argument`,
  ),
  percentilesOf: message('percentiles-of', (type: string) => ({
    text: `print() can only give percentiles of maps that hold hist() or lhist() (${type} provided)`,
  })),
  printArguments: message(
    'print-arguments',
    (count: number) => `Non-map print() only takes 1 argument, ${count} found`,
  ),
  ptonNotAddress: message(
    'pton-not-address',
    (text: string) => `pton() expects an string argument of an IPv4/IPv6 address, got ${text}`,
  ),
  ptonInvalid: message(
    'pton-invalid',
    (text: string) => `pton() expects a valid IPv4/IPv6 address, got ${text}`,
  ),
  ptonLiteral: message('pton-literal', () => 'pton() expects an string literal at the first argument'),
  regName: message(
    'reg-name',
    (name: string, architecture: string) =>
      `'${name}' is not a valid register on this architecture (${architecture})`,
  ),
  retvalNotHere: message(
    'retval-not-here',
    (suffix: string) =>
      `The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes${suffix}`,
  ),
  searchTooLarge: message(
    'search-too-large',
    (name: string, needle: number, hay: number) => ({
      text: `${name}() can not look for a string of up to ${needle} bytes in one of up to ${hay} bytes`,
      hint: 'Give one of them a smaller size, e.g. `str(args.filename, 64)`, or lower max_strlen in the config.',
    }),
    { cause: 'The kernel only accepts programs whose every step it can follow in advance.' },
  ),
  signalProbe: message(
    'signal-probe',
    (name: string, probetype: string) => `${name}() can not be used for this probetype ${probetype}`,
  ),
  signalNumber: message(
    'signal-number',
    (name: string) => `${name}() accepts a string literal or an integer between 1 and 64 (inclusive)`,
  ),
  signalName: message('signal-name', (name: string, text: string) => `Invalid string for ${name}: ${text}`),
  socketCookieArgument: message(
    'socket-cookie-argument',
    (type: string) => `socket_cookie() only supports 'struct sock *' as the argument (${type} provided)`,
  ),
  stackLimit: message(
    'stack-limit',
    (name: string, limit: bigint) => `${name}([int limit]): limit shouldn't exceed 1024, ${limit} given`,
  ),
  stackMode: message(
    'stack-mode',
    (name: string) =>
      `Error parsing stack mode: ${name}: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.`,
  ),
  stackModeFirst: message('stack-mode-first', () => 'Expected stack mode as first argument'),
  stackInvalidLimit: message('stack-invalid-limit', (name: string) => `${name}: invalid limit value`),
  stackBuildId: message('stack-build-id', () => "'build_id' stack mode can only be used for ustack"),
  strArgument: message(
    'str-argument',
    (type: string) =>
      `str() expects a string, integer or a pointer type as first argument (${type} provided)`,
  ),
  strftimeMonotonic: message('strftime-monotonic', () => 'strftime() can not take a monotonic timestamp'),
  strftimeNegative: message('strftime-negative', () => 'strftime() does not accept negative timestamps'),
  strlenArgument: message(
    'strlen-argument',
    () => 'string-like values must be either strings, arrays or pointers',
  ),
  strlenPointer: message('strlen-pointer', () => 'string-like pointers must point to a char-like type'),
  strncmpLength: message('strncmp-length', () => 'Builtin strncmp requires a non-negative literal'),
  pathArgument: message(
    'path-argument',
    (type: string) => `path() only supports pointer or C type argument (${type} provided)`,
  ),
  unknownPointer: message('unknown-pointer', (name: string, example: string) => ({
    text: `${name}() needs a pointer that the kernel knows to be valid`,
    hint: `Take it from an argument of the traced function or from ctx itself, e.g. \`${name}(${example})\`.`,
  })),
  tseriesIntervalsMin: message(
    'tseries-intervals-min',
    (count: bigint) => `tseries() num_intervals must be >= 1 (${count} provided)`,
  ),
  tseriesIntervalsMax: message(
    'tseries-intervals-max',
    (count: bigint) => `tseries() num_intervals must be < 1000000 (${count} provided)`,
  ),
  tseriesTooLarge: message(
    'tseries-too-large',
    (count: bigint, most: number) =>
      `tseries() can keep at most ${most} intervals on this kernel (${count} provided)`,
    {
      cause: 'Each CPU keeps its own copy of the series, and the kernel limits such copies to 32 KiB.',
      remedy: 'Ask for fewer or longer intervals.',
    },
  ),
  tseriesIntervalNs: message(
    'tseries-interval-ns',
    (interval: bigint) => `tseries() interval_ns must be >= 1 (${interval} provided)`,
  ),
  tseriesAggregate: message(
    'tseries-aggregate',
    (name: string) =>
      `tseries() expects one of the following aggregation functions: avg, max, min, sum ("${name}" provided)`,
  ),
  uaddrSymbol: message(
    'uaddr-symbol',
    (path: string, name: string) => `Could not resolve symbol: ${path}:${name}`,
  ),
  usermodeArchitecture: message(
    'usermode-architecture',
    () => "'usermode' builtin is only supported on x86_64",
  ),
  writeUserSource: message('write-user-source', (type: string) => ({
    text: `write_user() expects a string, an array or the address of a variable as the second argument (${type} provided)`,
    hint: 'Take the address of the variable: `write_user($to, &$value, sizeof($value))`.',
  })),
  writeUserLength: message(
    'write-user-length',
    (available: number) => `write_user() expects an int literal between 1 and ${available} as the length`,
  ),
} as const;
