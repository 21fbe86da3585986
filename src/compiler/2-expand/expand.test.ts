/** Expansion as people see it: what is reported, with the whole way out, and what the program becomes. */
import { describe, expect, test } from 'vitest';
import { parse } from '../1-parse/parse.ts';
import type { Statement } from '../ast.ts';
import { readCDefinitions } from '../c/read-definitions.ts';
import { messages } from '../messages/messages.ts';
import { render } from '../messages/render.ts';
import { Reporter } from '../messages/reporter.ts';
import { type Expanded, type ExpandOptions, expand } from './expand.ts';

type TestOptions = Omit<ExpandOptions, 'reporter'> & { readonly predefined?: readonly string[] };

function run(text: string, options: TestOptions = {}): { expanded: Expanded; heads: string[] } {
  const reporter = new Reporter();
  const positionals = options.positionals ?? [];
  const ast = parse({ name: 'stdin', text }, reporter, { positionals });
  if (!ast) throw new Error(reporter.diagnostics.map((one) => render(one)).join('\n'));
  const { predefined = [] } = options;
  const cMacros = readCDefinitions(ast.cDefinitions, reporter, { predefined })?.macros ?? new Map();
  const expanded = expand(ast, { ...options, cMacros, reporter });
  const heads = reporter
    .inDisplayOrder()
    .flatMap((one) => render(one).split('\n'))
    .filter((line) => /ERROR: |WARNING: |^HINT/.test(line));
  return { expanded, heads };
}

/** The argument of the first `print` of the first probe, without places. */
function printed(text: string, options: TestOptions = {}): unknown {
  const { expanded } = run(text, options);
  const calls = expanded.ast.probes[0]!.body.statements.flatMap((one) =>
    one.kind === 'expression-statement' && one.expression.kind === 'call' ? [one.expression] : [],
  );
  return withoutSpans(calls.find((one) => one.name === 'print')?.args[0]);
}

function withoutSpans(node: unknown): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) =>
      /span$/i.test(key) ? undefined : typeof value === 'bigint' ? Number(value) : value,
    ),
  );
}

const rejected: readonly (readonly [program: string, ...lines: string[]])[] = [
  [
    'macro bad() { @x++; }\nbegin { @x = 1; bad(); }',
    'stdin:1:15-17: ERROR: Unhygienic access to map: @x. Maps must be passed into the macro as arguments.',
    'stdin:2:17-22: ERROR: expanded from',
  ],
  [
    'macro w(x) { x }\nbegin { w(1,2); }',
    'stdin:2:9-15: ERROR: Call to w() has arguments that do not match any definition.',
    'stdin:1:1-8: ERROR: The closest definition of w() has a different number of arguments. Expected: 1 but got 2',
  ],
  [
    'macro w(x) { x }\nbegin { w; }',
    'stdin:2:9-10: ERROR: Call to w() has arguments that do not match any definition.',
    'stdin:1:1-8: ERROR: The closest definition of w() has a different number of arguments. Expected: 1 but got 0',
  ],
  [
    'macro w($x) { 1 }\nbegin { w(1); }',
    'stdin:2:9-13: ERROR: Call to w() has arguments that do not match any definition.',
    'stdin:2:11-12: ERROR: Mismatched arg. w() expects a variable for arg $x but got an expression.',
    'stdin:1:9-11: ERROR: This is the argument in the closest definition.',
  ],
  [
    'macro w(@x) { 1 }\nbegin { $a = 1; w($a); }',
    'stdin:2:17-22: ERROR: Call to w() has arguments that do not match any definition.',
    'stdin:2:19-21: ERROR: Mismatched arg. w() expects a map for arg @x but got a variable.',
    'stdin:1:9-11: ERROR: This is the argument in the closest definition.',
  ],
  [
    'macro w(x) { return; }\nbegin { w(1); }',
    "stdin:1:14-21: ERROR: 'return' statement is not allowed in a macro",
  ],
  [
    'macro w(x) { 1 } macro w(x) { 2 }\nbegin { print(w(1)); }',
    'stdin:1:18-25: ERROR: Redefinition of macro: w',
    'stdin:1:1-8: ERROR: This is the original definition.',
  ],
  [
    'macro w(x) { 1 } macro w($x) { 2 } macro w(x,y) { 3 }\nbegin { $a=1; print(w(1)); print(w($a)); print(w(1,2)); }',
    'stdin:1:18-25: ERROR: Redefinition of macro: w',
    'stdin:1:1-8: ERROR: This is the original definition.',
  ],
  [
    'macro w($x, $x) { 1 }\nbegin { $a=1; w($a,$a); }',
    'stdin:1:13-15: ERROR: Variable for macro argument has already been used: $x',
  ],
  [
    'macro a() { b() } macro b() { a() }\nbegin { a(); }',
    'stdin:1:31-34: ERROR: Recursive macro call detected. Call chain: a > b > a',
    'stdin:1:13-16: ERROR: expanded from',
    'stdin:2:9-12: ERROR: expanded from',
  ],
  [
    'begin { $a=1; print(typeof($a)); }',
    'stdin:1:21-31: ERROR: When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter',
  ],
  [
    'macro mt(t, e) { (t)e } begin { print(mt(typeof(uint8), 300)); print(mt(typeof(struct task_struct *), 16)); print(mt(5, 3)); }',
    "stdin:1:118-119: ERROR: Invalid replacement for macro 'mt' type parameter 't' which makes up the type 't'",
  ],
  ['begin { unroll(0) { print("u"); } }', 'stdin:1:9-34: ERROR: unroll minimum value is 1'],
  ['begin { unroll(101) { print("u"); } }', 'stdin:1:9-36: ERROR: unroll maximum value is 100'],
  ['begin { unroll (101) { print("u"); } }', 'stdin:1:9-37: ERROR: unroll maximum value is 100'],
  ['config = { nosuch=1 } begin { }', 'stdin:1:12-20: ERROR: nosuch: not a known configuration option'],
  ['config = { btf="x" } begin { }', 'stdin:1:12-19: ERROR: btf: can only be set as an environment variable'],
  [
    'config = { max_strlen="abc" } begin { }',
    'stdin:1:12-28: ERROR: max_strlen: expecting a number, got abc',
  ],
  [
    'config = { print_maps_on_exit=5; missing_probes=foo } begin { }',
    'stdin:1:34-52: ERROR: missing_probes: Invalid value for missing_probes: valid values are ignore, warn, and error.',
  ],
  [
    'config = { print_maps_on_exit=foo } begin { }',
    'stdin:1:12-34: ERROR: print_maps_on_exit: Invalid bool value: valid values are true, false, 1 or 0.',
  ],
  [
    'config = { license="MIT" } begin { }',
    'stdin:1:12-25: ERROR: Invalid value for license. Found: MIT. Valid values: Dual MIT/GPL, Dual BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel',
  ],
  [
    'config = { stack_mode=foo } begin { }',
    'stdin:1:12-26: ERROR: stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.',
  ],
  [
    'config = { cache_user_symbols=foo } begin { }',
    'stdin:1:12-34: ERROR: cache_user_symbols: Invalid value for cache_user_symbols: valid values are PER_PID, PER_PROGRAM, and NONE.',
  ],
  [
    'config = { strlen=32 } begin { print(config.max_strlen); }',
    'stdin:1:12-21: WARNING: strlen has been renamed, please use max_strlen',
  ],
  [
    'config = { map_keys_max=7; cat_bytes_max=9; no_cpp_demangle=1 } begin { }',
    'stdin:1:12-26: WARNING: map_keys_max has been renamed, please use max_map_keys',
    'stdin:1:28-43: WARNING: cat_bytes_max has been renamed, please use max_cat_bytes',
    'stdin:1:45-62: WARNING: no_cpp_demangle has been renamed, please use cpp_demangle',
  ],
  [
    'config = { symbol_source=x } begin { }',
    'stdin:1:12-27: WARNING: symbol_source is deprecated and has no effect',
  ],
  [
    'begin { print(str($1)); print($1); if (str($1) == "") { print("empty"); } }',
    'stdin:1:31-33: WARNING: Positional parameter $1 is empty or not provided. ',
  ],
];

describe('reports', () => {
  test.each(rejected)('%s', (program, ...lines) => {
    expect(run(program).heads).toEqual(lines);
  });

  test('mistakes in the environment have no place', () => {
    expect(run('begin { }', { environment: { BPFTRACE_MAX_STRLEN: 'abc' } }).heads).toEqual([
      'ERROR: max_strlen: expecting a number, got abc',
    ]);
  });

  test('a C macro that names itself through others', () => {
    const { heads } = run('#define A B\n#define B A\nbegin { print(A); }');
    expect(heads[0]).toBe('B:1:1-2: ERROR: Macro recursion: A > B > A');
    expect(heads.at(-1)).toBe('stdin:3:15-16: ERROR: expanded from');
  });

  test('a C macro that is no expression', () => {
    expect(run('#define A int x\nbegin { print(A); }').heads).toEqual([
      'stdin:2:15-16: ERROR: unable to expand macro as an expression: int x',
    ]);
  });

  test('arguments that multiply without end are refused, quickly', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `macro m${at + 1}(x) { m${at}(x + x) }`);
    const { heads } = run(`macro m0(x) { x }\n${lines.join('\n')}\nbegin { print(m40(1)); }`);
    expect(heads).toEqual(['stdin:42:15-21: ERROR: Macro expansion is too large (over 500000 nodes)']);
  });
});

describe('macros', () => {
  test('variables and maps of the caller are passed by name', () => {
    const { expanded, heads } = run(
      'macro inc($v, @m) { $v += 1; @m += 1; } begin { $a = 5; @b = 6; inc($a, @b); }',
    );
    expect(heads).toEqual([]);
    const call = expanded.ast.probes[0]!.body.statements[2]!;
    const targets = (statements: readonly Statement[]) =>
      statements.map((one) => one.kind === 'assign' && one.target.kind !== 'map-element' && one.target.name);
    expect(call.kind === 'expression-statement' && call.expression.kind).toBe('block-expression');
    if (call.kind !== 'expression-statement' || call.expression.kind !== 'block-expression') return;
    expect(targets(call.expression.block.statements)).toEqual(['a', '@b']);
  });

  test('a variable first assigned in the body is private, one first read is the caller’s', () => {
    const names = (body: string) => {
      const { expanded } = run(`macro m() { ${body} } begin { m(); }`);
      return JSON.stringify(withoutSpans(expanded.ast.probes[0])).match(/"kind":"variable","name":"[^"]*"/g);
    };
    expect(names('$y = 3; $y++; $y')).toEqual(Array(3).fill('"kind":"variable","name":"y#1"'));
    expect(names('$x++; $x = 2;')).toEqual(Array(2).fill('"kind":"variable","name":"x"'));
    expect(names('$x = $x + 1; 1')).toEqual(Array(2).fill('"kind":"variable","name":"x"'));
    expect(names('let $z; $z')).toEqual(Array(2).fill('"kind":"variable","name":"z#1"'));
    const reporter = new Reporter();
    reporter.error(undefined, messages.undefinedVariable('$y#1'));
    expect(reporter.diagnostics[0]?.message).toBe('Undefined or undeclared variable: $y');
  });

  test('a body that is one value stands for itself', () => {
    expect(printed('macro five() { 5 } begin { print(five); }')).toEqual({ kind: 'integer', value: 5 });
    expect(printed('macro id(x) { x } begin { print(id("a")); }')).toEqual({ kind: 'string', value: 'a' });
  });

  test('overloads by number and by kind', () => {
    const macros = 'macro w($x) { 1 } macro w(@x) { 2 } macro w(x) { 3 } macro w(x, y) { 4 } ';
    const choice = (call: string) => printed(`${macros} begin { print(${call}); }`);
    expect(choice('w($a)')).toEqual({ kind: 'integer', value: 1 });
    expect(choice('w(@a)')).toEqual({ kind: 'integer', value: 2 });
    expect(choice('w(@a[1])')).toEqual({ kind: 'integer', value: 3 });
    expect(choice('w(1, 2)')).toEqual({ kind: 'integer', value: 4 });
  });

  test('types as arguments', () => {
    expect(printed('macro c(t, e) { (t*)e } begin { print(c(typeof(uint8*), 3)); }')).toEqual({
      kind: 'cast',
      type: { kind: 'type-name', name: 'uint8', suffixes: [{ kind: 'pointer' }, { kind: 'pointer' }] },
      operand: { kind: 'integer', value: 3 },
    });
    expect(printed('macro s(e) { sizeof(e) } begin { print(s($a)); }')).toEqual({
      kind: 'sizeof',
      of: { kind: 'variable', name: 'a' },
    });
  });

  test('a user macro replaces the library’s in the program, not in the library', () => {
    const reporter = new Reporter();
    const text = 'macro inner() { 1 } macro outer() { inner() }';
    const library = parse({ name: 'stdlib/base.bt', text }, reporter)!.macros;
    const program = (call: string) => `macro inner() { 2 } begin { print(${call}); }`;
    expect(printed(program('inner()'), { library })).toEqual({ kind: 'integer', value: 2 });
    expect(printed(program('outer()'), { library })).toEqual({ kind: 'integer', value: 1 });
  });

  test('a function keeps the calls that a macro of its name does not accept', () => {
    const isFunction = (name: string) => name === 'strlen';
    const text = 'macro strlen(a, b) { 99 } begin { print(strlen("a")); }';
    expect(printed(text, { isFunction })).toMatchObject({ kind: 'call', name: 'strlen' });
  });
});

describe('program parameters', () => {
  const positionals = ['abc', 'hello', '42', '-7', '1e3', '0x10', '5s', '0b101', '99999999999999999999'];
  const value = (expression: string) => printed(`begin { print(${expression}); }`, { positionals });

  test('integers in all forms, other text as strings', () => {
    expect(value('$1')).toEqual({ kind: 'string', value: 'abc' });
    expect(value('$3')).toEqual({ kind: 'integer', value: 42 });
    expect(value('$4')).toEqual({ kind: 'unary', op: '-', operand: { kind: 'integer', value: 7 } });
    expect(value('$5')).toEqual({ kind: 'integer', value: 1000 });
    expect(value('$6')).toEqual({ kind: 'integer', value: 16 });
    expect(value('$7')).toEqual({ kind: 'integer', value: 5_000_000_000 });
    expect(value('$8')).toEqual({ kind: 'integer', value: 5 });
    expect(value('$9')).toEqual({ kind: 'string', value: '99999999999999999999' });
    expect(value('$10')).toEqual({ kind: 'integer', value: 0 });
    expect(value('$#')).toEqual({ kind: 'integer', value: 9 });
  });

  test('str gives the text', () => {
    expect(value('str($3)')).toEqual({ kind: 'string', value: '42' });
    expect(value('str($2+2)')).toEqual({ kind: 'string', value: 'llo' });
    expect(value('str($20)')).toEqual({ kind: 'string', value: '' });
    expect(value('str($2, 3)')).toMatchObject({ kind: 'call', args: [{ value: 'hello' }, { value: 3 }] });
    const { heads } = run('begin { print(str($1 + 9)); }', { positionals });
    expect(heads).toEqual(['stdin:1:19-25: WARNING: literal string will always be empty']);
  });

  test('named parameters take the kind of their default', () => {
    const named = new Map([
      ['fast', 'true'],
      ['size', '-3'],
      ['who', 'me'],
    ]);
    const option = (call: string) => printed(`begin { print(${call}); }`, { named });
    expect(option('getopt("fast")')).toEqual({ kind: 'boolean', value: true });
    expect(option('getopt("slow")')).toEqual({ kind: 'boolean', value: false });
    expect(option('getopt("who", "x")')).toEqual({ kind: 'string', value: 'me' });
    expect(option('getopt("size", 5)')).toMatchObject({ kind: 'cast', type: { name: 'uint64' } });
    expect(option('getopt("size", -5)')).toMatchObject({ kind: 'cast', type: { name: 'int64' } });
  });

  test('named parameters that do not fit, or that nobody asks for', () => {
    const program = 'begin { print(getopt("size", 1)); print(getopt("fast")); }';
    const heads = (named: [string, string][]) => run(program, { named: new Map(named) }).heads;
    expect(heads([['size', 'xyz']])).toEqual([
      'ERROR: program command line option --size invalid integer (value: xyz)',
    ]);
    expect(heads([['size', 'true']])).toEqual([
      'ERROR: program command line option --size expects an integer (value: true)',
    ]);
    expect(heads([['size', '99999999999999999999']])).toEqual([
      'ERROR: program command line option --size value is out of range (value: 99999999999999999999)',
    ]);
    expect(heads([['fast', 'maybe']])).toEqual([
      "ERROR: program command line option --fast expects a boolean (e.g. 'true') (value: maybe)",
    ]);
    expect(heads([['nope', 'true']])).toEqual([
      'ERROR: unexpected program command line options: --nope',
      'HINT: expected program options: --fast: --size',
    ]);
  });
});

describe('C macros', () => {
  test('are expressions, recursively, with the macro’s name as their file', () => {
    const text = '#define FOO 5\n#define BAR (FOO + 1)\nbegin { print(BAR); }';
    expect(printed(text)).toMatchObject({ kind: 'binary', left: { value: 5 }, right: { value: 1 } });
    const { heads } = run('#define A m()\nmacro m() { @x }\nbegin { print(A); }');
    expect(heads[0]).toMatch(/^stdin:2:13-15: ERROR: Unhygienic/);
    expect(heads[1]).toBe('A:1:1-4: ERROR: expanded from');
    expect(heads[2]).toBe('stdin:3:15-16: ERROR: expanded from');
  });

  test('conditionals choose definitions', () => {
    const text = '#ifdef X\n#define V 1\n#else\n#define V 2\n#endif\nbegin { print(V); }';
    expect(printed(text)).toEqual({ kind: 'integer', value: 2 });
    expect(printed(text, { predefined: ['X'] })).toEqual({ kind: 'integer', value: 1 });
  });

  test('function-like macros stay calls of an unknown function', () => {
    expect(printed('#define F(x) x\nbegin { print(F(1)); }')).toMatchObject({ kind: 'call', name: 'F' });
  });
});

describe('config', () => {
  test('block, any case and prefix, then environment', () => {
    const text =
      'config = { BPFTRACE_MAX_STRLEN=10; STR_TRUNC_TRAILER="<<"; stack_mode=perf; print_maps_on_exit=5 } begin { }';
    const { config } = run(text, {
      environment: { BPFTRACE_MAX_MAP_KEYS: '0x10', BPFTRACE_STRLEN: '5', BPFTRACE_NOSUCH: '1' },
    }).expanded;
    expect(config).toMatchObject({
      max_strlen: 10,
      str_trunc_trailer: '<<',
      stack_mode: 'perf',
      print_maps_on_exit: true,
      max_map_keys: 16,
      license: 'GPL',
    });
    const { expanded } = run(text, { environment: { BPFTRACE_MAX_STRLEN: '20' } });
    expect(expanded.config.max_strlen).toBe(20);
  });

  test('words for true and false, and symbol caches in any case', () => {
    const config = (environment: Record<string, string>) => run('begin { }', { environment }).expanded.config;
    expect(config({ BPFTRACE_PRINT_MAPS_ON_EXIT: 'off' }).print_maps_on_exit).toBe(false);
    expect(config({ BPFTRACE_CACHE_USER_SYMBOLS: 'per_pid' }).cache_user_symbols).toBe('PER_PID');
    expect(config({ BPFTRACE_CACHE_USER_SYMBOLS: '1' }).cache_user_symbols).toBe('AUTOMATIC');
  });
});
