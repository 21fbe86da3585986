import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hostTarget } from '../../../host/target.ts';
import { load } from '../../../loader/load.ts';
import { compiled, heads, interpret, kernel, run, runInKernel } from '../testing/run.ts';

const message = (expression: string) =>
  heads(`begin { print(${expression}); }`).map((head) => head.replace(/^.*(ERROR|WARNING): /, ''));
const status = (pid: string, key: string) =>
  new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';

describe('relatives of the current task', () => {
  test('are those that /proc tells', () => {
    const parent = status('self', 'PPid');
    expect(
      runInKernel('begin { print((leader_comm, leader_tid, pcomm, ppid)); print(ppid(curtask)); }'),
    ).toBe(`(${status('self', 'Name')}, ${process.pid}, ${status(parent, 'Name')}, ${parent})\n${parent}\n`);
    expect(runInKernel('begin { print((sizeof(leader_comm()), sizeof(pcomm()))); }')).toBe('(16, 16)\n');
    expect(message('pcomm(5)')).toEqual([
      "pcomm() only supports 'struct task_struct *' arguments (int provided)",
    ]);
  });
});

describe('registers', () => {
  /** Compiles and is accepted by the verifier. */
  const accepted = (source: string) => {
    using loaded = load(compiled(source), kernel);
    return loaded.functions.length;
  };

  test('where there are some', () => {
    expect(
      accepted(
        'profile:hz:99 { @ip = reg("ip"); @c = ctx.regs.ip; @cs = ctx.regs.cs; @f = ctx.regs.flags; @p = ctx.sample_period; @m = usermode; }',
      ),
    ).toBe(1);
    expect(
      accepted(
        'uprobe:/bin/bash:readline { @ip = reg("pc"); @sp = ctx.sp; @x = *(int32*)ctx; @m = usermode; }',
      ),
    ).toBe(1);
  });

  test('where there are none', () => {
    expect(run('begin { print(usermode); }')).toBe('1\n');
    expect(heads('begin { print(ctx); }')).toEqual([
      "stdin:1:15-18: ERROR: The ctx builtin can not be used with 'begin' probes",
    ]);
    expect(heads('begin { print(reg("ip")); }')).toEqual([
      'stdin:1:15-24: ERROR: reg can not be used with "begin" probes',
    ]);
    expect(heads('i:ms:1 { print(reg("ip") > 0); print(reg("nosuch")); exit(); }')).toEqual([
      "stdin:1:38-51: ERROR: 'nosuch' is not a valid register on this architecture (x86_64)",
    ]);
    expect(heads('t:sched:sched_switch { print(ctx); }').at(0)).toContain(
      'Use args instead of ctx in tracepoint',
    );
    expect(heads('i:ms:1 { @[ctx] = 1; }').at(0)).toContain('context cannot be part of a map key');
  });
});

describe('types and assertions', () => {
  test('questions about types', () => {
    const questions = [
      'is_array((uint8[4])1)',
      'is_array("abc")',
      'is_integer(5)',
      'is_integer(true)',
      'is_literal(5)',
      'is_literal("a")',
      'is_literal(nsecs)',
      'is_ptr((int8*)0)',
      'is_ptr(0)',
      'is_str(comm)',
      'is_str((int8[])"hi")',
      'is_unsigned_integer((uint8)5)',
      'is_unsigned_integer(-1)',
      'is_err((int8*)0xfffffffffffffff0)',
      'is_err((int8*)5)',
    ];
    expect(
      run(`begin { ${questions.map((q) => `print(${q});`).join('')} }`)
        .trim()
        .split('\n'),
    ).toEqual('true false true false true true false true false true false true false true false'.split(' '));
    expect(
      run(
        'begin { @e = -22; @p = 4; print((is_err(@e), is_err(@p))); if comptime (is_str("a")) { print(1) } }',
      ),
    ).toBe('(true, false)\n1\n');
  });

  test('fail and static_assert stop the compiler', () => {
    expect(heads('begin { fail("x %d %s", 5, "q"); }')).toEqual(['stdin:1:9-32: ERROR: x 5 q']);
    expect(heads('begin { if comptime (false) { fail("never"); } }')).toEqual([]);
    expect(heads('begin { static_assert(sizeof(1) == 2, "too small"); static_assert(1, "fine"); }')).toEqual([
      'stdin:1:9-51: ERROR: too small',
    ]);
    expect(heads('begin { fail(5); fail("a", nsecs); static_assert(nsecs, "x"); }')).toEqual([
      'stdin:1:9-16: ERROR: first argument to fail() must be a string literal',
      'stdin:1:18-34: ERROR: fail() arguments need to be literals',
      'stdin:1:36-61: ERROR: Unable to resolve comptime expression',
    ]);
  });

  test('assert stops the run', () => {
    expect(
      run('begin { assert(1 == 1, "fine"); print(1); @x = 5; assert(@x == 4, "100% wrong"); print(2); }'),
    ).toBe('1\n<errorf: assert failed: 100% wrong>\n<exit 1>\n');
  });
});

describe('what is known when compiling', () => {
  test('config', () => {
    expect(
      run(
        'config = { max_strlen = 32; stack_mode = perf } begin { print(config.max_strlen); print(config().stack_mode); print(default_str_length); if comptime (config.max_strlen == 32) { print(1) } }',
      ),
    ).toBe('32\nperf\n32\n1\n');
    expect(run('begin { print(config); }')).toBe(
      '{ .cpp_demangle = true, .lazy_symbolication = true, .print_maps_on_exit = true, .use_blazesym = true, .show_debug_info = true, .log_size = 1000000, .max_bpf_progs = 1024, .max_cat_bytes = 10240, .max_map_keys = 4096, .max_probes = 1024, .max_strlen = 1024, .on_stack_limit = 32, .perf_rb_pages = 0, .str_trunc_trailer = .., .unstable_import_statement = error, .unstable_tseries = warn, .unstable_typeinfo = error, .unstable_dw_ustack = warn, .missing_probes = error, .stack_mode = bpftrace, .license = GPL }\n',
    );
  });

  test('symbols and functions of the kernel', () => {
    const address = /^([0-9a-f]+) T vfs_read$/m.exec(readFileSync('/proc/kallsyms', 'utf8'))?.[1];
    expect(run('begin { printf("%lx\\n", kaddr("vfs_read")); }')).toBe(`${address}\n`);
    expect(heads('begin { print(kaddr("nosuch_sym")); }')).toEqual([
      'stdin:1:15-34: ERROR: Failed to resolve kernel symbol: nosuch_sym',
    ]);
    expect(
      run(
        'begin { print(kfunc_exist("bpf_map_sum_elem_count")); print(kfunc_exist("nosuch")); print(kfunc_allowed("bpf_task_from_pid")); print(kfunc_allowed("bpf_map_sum_elem_count")); }',
      ),
    ).toBe('true\nfalse\nfalse\ntrue\n');
    expect(message('kfunc_exist(5)')).toEqual(['kfunc_exist() accepts a string literal only']);
    expect(run('begin { print(has_cpid); print(cpid); }')).toBe(
      'false\n0\n<No child command (`-c`); cpid is zero>\n',
    );
  });
});

describe('elements of maps', () => {
  test('len counts elements', () => {
    expect(
      runInKernel(
        'begin { @a[1] = "x"; @a[2] = "y"; print(len(@a)); delete(@a, 1); print(len(@a)); @c[comm] = count(); print(len(@c)); @c[comm] = count(); print(len(@c)); }',
      ),
    ).toBe('2\n1\n1\n1\n');
    expect(runInKernel('let @l = lruhash(10); begin { @l[1] = 1; @l[2] = 1; print(len(@l)); }')).toBe('2\n');
    expect(heads('begin { @x = 1; print(len(@x)); }').at(0)).toContain(
      'call to len() expects a map with explicit keys (non-scalar map)',
    );
    expect(message('len(5)')).toEqual(['call to len() expects a map, ustack, or kstack']);
  });

  test('len counts elements on kernels that do not', () => {
    const withoutFeatures = new Set(['bpf_map_sum_elem_count', 'task_btf']);
    const target = hostTarget(kernel, { withoutFeatures });
    const source =
      'begin { @a[1] = 1; @a[2] = 1; print(len(@a)); delete(@a, 1); print(len(@a)); @c[1] = count(); print(len(@c)); }';
    expect(interpret(source, { target })).toBe('2\n1\n1\n');
    expect(runInKernel(source, { target })).toBe('2\n1\n1\n');
  });

  test('len of a stack counts frames', () => {
    const [frames, limited] = runInKernel('begin { $s = kstack; print(len($s)); print(len(kstack(2))); }')
      .split('\n')
      .map(Number);
    expect(frames).toBeGreaterThan(3);
    expect(limited).toBe(2);
    expect(heads('begin { @s = kstack; print(len(@s)); }').at(0)).toContain(
      'len() of a stack that was kept in a map',
    );
  });

  test('find', () => {
    expect(
      run(
        'begin { @a[1] = (1,"x"); let $v; if (find(@a, 1, $v)) { print($v.1); } if (find(@a, 2, $v)) { print("no"); } print($v); }',
      ),
    ).toBe('x\n(1, x)\n');
    expect(
      run(
        'begin { @s["k"] = "value"; @n[1] = 300; $t = ""; $n = 5; print(find(@s, "k", $t)); print($t); print(find(@n, 2, $n)); print($n); print(find(@n, 1, $n)); print($n); }',
      ),
    ).toBe('true\nvalue\nfalse\n5\ntrue\n300\n');
    expect(
      run('begin { @c[1] = count(); @c[1] = count(); $n = (uint64)0; print(find(@c, 1, $n)); print($n); }'),
    ).toBe('true\n2\n');
    expect(heads('begin { @a[1]=1; if (find(@a, 1, $x)) { print($x); } }')).toEqual([
      'stdin:1:47-49: ERROR: Undefined or undeclared variable: $x',
    ]);
    expect(heads('begin { @a = 1; $x = 2; print(find(@a, 1, $x)); }').at(0)).toContain(
      'previously used without an explicit key',
    );
  });
});

describe('join', () => {
  const argv = (...strings: readonly string[]) => {
    const base = 0x7f0000000000n;
    const pointers = new BigUint64Array(strings.length + 1);
    const texts = strings.map((text) => new TextEncoder().encode(`${text}\0`));
    let at = base + BigInt(pointers.byteLength);
    for (const [i, text] of texts.entries()) {
      pointers[i] = at;
      at += BigInt(text.length);
    }
    const bytes = Uint8Array.from([
      ...new Uint8Array(pointers.buffer),
      ...texts.flatMap((text) => [...text]),
    ]);
    return { memory: [{ space: 'user' as const, address: base, bytes }] };
  };
  const joined = (separator: string, ...strings: readonly string[]) =>
    interpret(`begin { join(uptr(0x7f0000000000)${separator}); }`, { world: argv(...strings) });

  test('the strings of an array', () => {
    expect(joined('', 'ls', '-l', '/tmp')).toBe('ls -l /tmp\n');
    expect(joined(', ","', 'a', '', 'c')).toBe('a,,c\n');
    expect(joined('')).toBe('\n');
    expect(joined('', ...'abcdefghijklmnopqrst')).toBe('a b c d e f g h i j k l m n o p\n');
    expect(joined('', 'x'.repeat(900), 'y'.repeat(900), 'z')).toBe(`${'x'.repeat(900)} ${'y'.repeat(123)}\n`);
  });

  test('in the kernel, of nothing', () => {
    expect(runInKernel('begin { join(uptr(0)); join(kptr(0), ","); }')).toBe('\n\n');
    expect(message('join("a")')).toEqual(['join() only supports int or pointer arguments (string provided)']);
    expect(heads('begin { join(0); }')).toEqual(['WARNING: Addrspace is not set']);
  });
});

describe('container_of', () => {
  test('goes from a member to what it is part of', () => {
    expect(
      runInKernel(
        'begin { $t = curtask; $m = (struct list_head *)((uint64)$t + offsetof(struct task_struct, tasks)); $o = container_of($m, typeof(struct task_struct), tasks); print((uint64)$o == (uint64)curtask); print($o.pid == tid); }',
      ),
    ).toBe('true\ntrue\n');
    expect(message('container_of(curtask, typeof(struct task_struct), nosuch)')).toEqual([
      "'struct task_struct' has no field named 'nosuch'",
    ]);
  });
});

test('functions in bodies that the kernel calls: loops over maps and ranges', () => {
  const source = `begin {
    @a[1] = "hello world"; @n[7] = 7;
    for ($kv : @a) {
      print((strlen($kv.1), strcontains($kv.1, "wor"), strstr($kv.1, "o w"), memcmp($kv.1, "hello", 5)));
      print(str_concat($kv.1, "!"));
      print(buf($kv.1, 3));
      $v = 0;
      print((find(@n, 7, $v), $v, len(@a)));
      print(strerror($kv.0));
    }
    for ($i : 0..40) { if ($i == 38) { print(ntop($i)); assert($i != 38, "stop"); print("not reached"); } }
    print("not reached either");
  }`;
  expect(runInKernel(source)).toBe(
    '(11, true, 4, 0)\nhello world!\nhel\n(true, 7, 1)\nOperation not permitted\n38.0.0.0\n<errorf: assert failed: stop>\n<exit 1>\n',
  );
});
