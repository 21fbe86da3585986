/**
 * Random programs that are mostly right: names are used with the types they were given, so that most get through
 * the checker and reach the verifier. Each rule is a function of the generator's state; a table gives the choices.
 */
import type { Random } from './random.ts';

type Kind = 'int' | 'string' | 'tuple' | 'bool';

interface ProbeForm {
  readonly attach: string;
  /** Expressions that the arguments of the event give. */
  readonly ints: readonly string[];
  readonly strings: readonly string[];
}

const probeForms: readonly ProbeForm[] = [
  { attach: 'begin', ints: [], strings: [] },
  { attach: 'interval:ms:100', ints: [], strings: [] },
  { attach: 'profile:hz:50', ints: [], strings: ['curtask.comm'] },
  {
    attach: 'tracepoint:syscalls:sys_enter_openat',
    ints: ['args.dfd', 'args.flags'],
    strings: ['str(args.filename)', 'str(args.filename, 30)'],
  },
  { attach: 'tracepoint:syscalls:sys_exit_read', ints: ['args.ret'], strings: [] },
  {
    attach: 'tracepoint:sched:sched_switch',
    ints: ['args.prev_pid', 'args.next_prio', 'args.prev_state'],
    strings: ['args.next_comm', 'args.prev_comm'],
  },
  {
    attach: 'rawtracepoint:sched_switch',
    ints: ['args.prev_state', 'args.next.pid', 'args.prev.mm.mm_users.counter', 'arg1'],
    strings: ['args.next.comm', 'args.prev.parent.comm'],
  },
  { attach: 'software:page-faults:100', ints: [], strings: [] },
  { attach: 'uprobe:/bin/bash:readline', ints: ['arg0', 'arg1'], strings: ['str(arg0)', 'func'] },
  { attach: 'tracepoint:syscalls:sys_enter_r*', ints: [], strings: ['probe'] },
];

const intBuiltins = [
  'pid',
  'tid',
  'uid',
  'gid',
  'nsecs',
  'elapsed',
  'cpu',
  'rand',
  'cgroup',
  'jiffies',
  'numaid',
  'ppid',
  'curtask.tgid',
  'curtask.parent.tgid',
];
const intOperators = ['+', '-', '*', '/', '%', '&', '|', '^'];
const comparisons = ['==', '!=', '<', '<=', '>', '>='];
const intCasts = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'];
const words = ['', 'a', 'bash', 'longer word', 'exactly16 bytes', 'x'.repeat(40), 'y'.repeat(100)];

/** Gives every map its type, so that programs may read what they do not write. */
const declarations =
  'end { @n = (int64)0; @s = ""; @k[(uint32)0] = (int64)0; @ks["a"] = (int64)0; @kt[(int64)1, "a"] = ((int64)1, "a"); ' +
  '@ss[(int64)1] = "a"; @t = ((int64)1, "a"); @c = count(); @sum[pid] = sum((int64)1); @min = min((uint64)1); ' +
  '@avg[tid] = avg((int64)1); }';

export class ProgramGenerator {
  readonly #random: Random;
  #form: ProbeForm = probeForms[0]!;
  #variables: Map<string, Kind> = new Map();
  #depth = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  program(): string {
    return [...this.#random.many(1, 3, () => this.#probe()), declarations].join('\n');
  }

  #probe(): string {
    this.#form = this.#random.pick(probeForms);
    this.#variables = new Map();
    const predicate = this.#random.chance(40) ? ` /${this.#condition()}/` : '';
    return `${this.#form.attach}${predicate} { ${this.#statements(1, 5)} }`;
  }

  #statements(least: number, most: number): string {
    return this.#random.many(least, most, () => this.#statement()).join(' ');
  }

  #statement(): string {
    const r = this.#random;
    if (this.#depth > 3) return this.#printing();
    return this.#deeper(() =>
      r.pick<() => string>([
        () => this.#assignVariable(),
        () => this.#assignMap(),
        () => this.#assignMap(),
        () => this.#aggregate(),
        () => this.#aggregate(),
        () => this.#printing(),
        () => this.#if(),
        () => `unroll (${1 + r.below(3)}) { ${this.#scoped(() => this.#statements(1, 2))} }`,
        () => r.pick(['@n++;', '@k[pid]++;', '--@n;', '@k[tid] += 2;', '@n *= 3;']),
        () => r.pick(['_ = delete(@k, pid);', 'clear(@c);', 'delete(@k[tid]);', 'zero(@c);']),
      ])(),
    );
  }

  #assignVariable(): string {
    const kind = this.#random.pick<Kind>(['int', 'int', 'string', 'tuple']);
    const name = `$${kind}${this.#random.below(3)}`;
    const text = `${name} = ${this.#value(kind)};`;
    this.#variables.set(name, kind);
    return text;
  }

  /** Each map name stands for one type of key and value. */
  #assignMap(): string {
    return this.#random.pick<() => string>([
      () => `@n = (int64)${this.#int()};`,
      () => `@s = ${this.#string()};`,
      () => `@k[(uint32)${this.#int()}] = (int64)${this.#int()};`,
      () => `@ks[${this.#string()}] = (int64)${this.#int()};`,
      () => `@kt[(int64)${this.#int()}, ${this.#string()}] = ${this.#tuple()};`,
      () => `@ss[(int64)${this.#int()}] = ${this.#string()};`,
      () => `@t = ${this.#tuple()};`,
    ])();
  }

  #aggregate(): string {
    const r = this.#random;
    return r.pick<() => string>([
      () => '@c = count();',
      () => `@cs[${this.#string()}] = count();`,
      () => `@h = hist(${this.#int()});`,
      () => `@h3[${this.#string()}] = hist(${this.#int()}, 3);`,
      () => `@l[(int64)${this.#int()}] = lhist(${this.#int()}, 0, 1000, 50);`,
      () => `@sum[pid] = sum((int64)${this.#int()});`,
      () => `@max[${this.#string()}, (int64)${this.#int()}] = max((int64)${this.#int()});`,
      () => `@min = min((uint64)${this.#int()});`,
      () => `@avg[tid] = avg((int64)${this.#int()});`,
      () => `@st[(int64)${this.#int()}] = stats((int64)${this.#int()});`,
      () => '@stack[kstack] = count();',
      () => '@ustack[ustack(5), comm] = count();',
    ])();
  }

  #printing(): string {
    return this.#random.pick<() => string>([
      () => `printf("%d %s %s\\n", ${this.#int()}, ${this.#string()}, ${this.#string()});`,
      () => `printf("%s %lx\\n", ${this.#tuple()}, ${this.#int()});`,
      () => `print(${this.#value(this.#random.pick<Kind>(['int', 'string', 'tuple', 'bool']))});`,
      () => 'print(@c);',
      () => 'time("%H:%M:%S ");',
      () => 'printf("plain\\n");',
      () => 'print(kstack);',
    ])();
  }

  #if(): string {
    const otherwise = this.#random.chance(50)
      ? ` else { ${this.#scoped(() => this.#statements(1, 2))} }`
      : '';
    return `if (${this.#condition()}) { ${this.#scoped(() => this.#statements(1, 3))} }${otherwise}`;
  }

  /** Variables made inside are unknown outside. */
  #scoped(body: () => string): string {
    const before = new Map(this.#variables);
    const text = body();
    this.#variables = before;
    return text;
  }

  #deeper<T>(body: () => T): T {
    this.#depth++;
    const result = body();
    this.#depth--;
    return result;
  }

  #value(kind: Kind): string {
    switch (kind) {
      case 'int':
        return `(int64)${this.#int()}`;
      case 'string':
        return this.#string();
      case 'tuple':
        return this.#tuple();
      case 'bool':
        return `(${this.#condition()})`;
    }
  }

  #int(): string {
    const r = this.#random;
    const known = [...this.#variables].filter(([, kind]) => kind === 'int').map(([name]) => name);
    if (this.#depth > 5 || r.chance(40)) {
      return r.pick([
        ...intBuiltins,
        ...known,
        ...known,
        ...this.#form.ints,
        ...this.#form.ints,
        String(r.below(1000)),
        String(r.next()),
      ]);
    }
    return this.#deeper(() =>
      r.pick<() => string>([
        () => `((int64)${this.#int()} ${r.pick(intOperators)} ${this.#int()})`,
        () => `((uint64)${this.#int()} ${r.pick(['<<', '>>'])} ${r.below(64)})`,
        () => `(${r.pick(intCasts)})${this.#int()}`,
        () => `(-(int64)${this.#int()})`,
        () => `(${this.#condition()} ? (int64)${this.#int()} : (int64)${this.#int()})`,
        () => r.pick(['@n', '@k[pid]', '@k[tid]', '@t.0', '@ks["a"]', '@kt[1, "a"].0']),
        () => r.pick(['@c', '@sum[pid]', '@min', '@avg[tid]']),
      ])(),
    );
  }

  #string(): string {
    const r = this.#random;
    const known = [...this.#variables].filter(([, kind]) => kind === 'string').map(([name]) => name);
    const literal = `"${r.pick(words)}"`;
    return r.pick([
      'comm',
      literal,
      literal,
      ...known,
      ...known,
      ...this.#form.strings,
      ...this.#form.strings,
      '@s',
      '@ss[1]',
      `(${this.#depth > 4 ? '1' : this.#condition()} ? "yes" : "no")`,
    ]);
  }

  #tuple(): string {
    return `((int64)${this.#int()}, ${this.#string()})`;
  }

  #condition(): string {
    const r = this.#random;
    if (this.#depth > 5) return 'pid > 1';
    return this.#deeper(() =>
      r.pick<() => string>([
        () => `(int64)${this.#int()} ${r.pick(comparisons)} (int64)${this.#int()}`,
        () => `${this.#string()} ${r.pick(['==', '!='])} ${this.#string()}`,
        () => `${this.#tuple()} == ${this.#tuple()}`,
        () => `(${this.#condition()} ${r.pick(['&&', '||'])} ${this.#condition()})`,
        () => `!(${this.#condition()})`,
        () => 'has_key(@k, pid)',
        () => '@k[tid]',
      ])(),
    );
  }
}
