/** Expressions of a wanted type. Each type has a table of rules; rules that nest are left out when it gets deep. */
import type { Btf } from '../../src/btf/btf.ts';
import type { Random } from '../random.ts';
import { walkMembers } from './btf-walk.ts';
import type { ProbeForm } from './probes.ts';
import type { MapForm, Scope } from './scope.ts';
import {
  bool,
  type FuzzType,
  int64,
  intNames,
  kernelStructs,
  type OpaqueName,
  randomType,
  string,
} from './types.ts';

type Rule = () => string;

export interface Surroundings {
  readonly random: Random;
  readonly scope: Scope;
  readonly btf: Btf | undefined;
  /** How often, in percent, an expression is of another type than it should be. */
  readonly confusion: number;
}

const intBuiltins =
  'pid tid uid gid nsecs elapsed cpu rand cgroup jiffies numaid ppid ncpus usermode pid(init) tid(curr_ns) nsecs(monotonic) nsecs(boot) nsecs(sw_tai) leader_tid default_str_length curtask.tgid curtask.parent.tgid curtask.flags curtask.real_cred.uid.val curtask.se.exec_start curtask.mm.mmap_base curtask.cpus_mask.bits[0] $1 $3 $# cpid GREEN FIVE config.max_strlen'.split(
    ' ',
  );
const intLiterals =
  '0 1 2 3 7 8 31 32 63 64 100 127 128 255 256 1000 4095 4096 65535 65536 2147483647 2147483648 4294967295 4294967296 9223372036854775807 9223372036854775808 18446744073709551615 0xff 1e9 5ms'.split(
    ' ',
  );
const arithmetic = ['+', '-', '*', '/', '%', '&', '|', '^'];
const comparisons = ['==', '!=', '<', '<=', '>', '>='];
const texts = [
  '',
  'a',
  'bash',
  'longer word',
  'exactly16 bytes',
  'x'.repeat(40),
  'y'.repeat(100),
  'z'.repeat(300),
  '\\x00\\xff',
  '%s %d',
];

export class Expressions {
  readonly #random: Random;
  readonly #scope: Scope;
  readonly #btf: Btf | undefined;
  readonly #confusion: number;
  #depth = 0;
  form: ProbeForm = { attach: 'begin', ints: [], strings: [] };

  constructor({ random, scope, btf, confusion }: Surroundings) {
    this.#random = random;
    this.#scope = scope;
    this.#btf = btf;
    this.#confusion = confusion;
  }

  of(type: FuzzType): string {
    const wanted = this.#random.chance(this.#confusion) ? randomType(this.#random) : type;
    this.#depth++;
    try {
      return this.#any(wanted) ?? this.#make(wanted);
    } finally {
      this.#depth--;
    }
  }

  /** Expressions made inside do not nest. */
  plainly<T>(body: () => T): T {
    const before = this.#depth;
    this.#depth = 6;
    try {
      return body();
    } finally {
      this.#depth = before;
    }
  }

  int(): string {
    return this.of(int64);
  }

  string(): string {
    return this.of(string);
  }

  condition(): string {
    return this.of(bool);
  }

  key(map: MapForm): string {
    return map.key.length === 0
      ? map.name
      : `${map.name}[${map.key.map((type) => this.of(type)).join(', ')}]`;
  }

  /** What any type can come from: a variable, a map, a choice, a tuple, a block, a function. */
  #any(type: FuzzType): string | undefined {
    const r = this.#random;
    const variables = this.#scope.variables(type);
    if (variables.length > 0 && r.chance(35)) return r.pick(variables).name;
    const functions = this.#scope.functions.filter(
      ({ result }) => JSON.stringify(result) === JSON.stringify(type),
    );
    if (this.#depth > 3 || r.chance(78)) return undefined;
    return r.pick<Rule>([
      () => this.#read(type),
      () => this.#read(type),
      () => `(${this.condition()} ? ${this.of(type)} : ${this.of(type)})`,
      () =>
        `if (${this.condition()}) { ${this.of(type)} } else { ${this.of(type)} }`
          .replace(/^/, '(')
          .concat(')'),
      () => this.#block(type),
      () => `(${this.of(type)}, ${this.of(randomType(r, 1))}).0`,
      () => `(a=${this.of(randomType(r, 2))}, b=${this.of(type)}).b`,
      () => (functions.length === 0 ? this.of(type) : this.#call(r.pick(functions))),
      () => `same(${this.of(type)})`,
    ])();
  }

  #read(type: FuzzType): string {
    const map = this.#scope.mapOf(type, this.#random);
    return map === undefined ? this.#make(type) : this.key(map);
  }

  #call({ name, parameters }: { readonly name: string; readonly parameters: readonly FuzzType[] }): string {
    return `${name}(${parameters.map((type) => this.of(type)).join(', ')})`;
  }

  #block(type: FuzzType): string {
    const name = this.#scope.freshName('$b');
    return `({ let ${name} = ${this.of(type)}; ${name} })`;
  }

  #make(type: FuzzType): string {
    switch (type.kind) {
      case 'int':
        return `(${type.name})${this.#intOfAnySize()}`;
      case 'bool':
        return this.#bool();
      case 'string':
        return this.#string();
      case 'tuple':
        return `(${type.elements.map((element) => this.of(element)).join(', ')}${type.elements.length === 1 ? ',' : ''})`;
      case 'record':
        return `(${type.fields.map(({ name, type: field }) => `${name}=${this.of(field)}`).join(', ')})`;
      case 'pointer':
        return this.#pointer(type.to);
      case 'struct':
        return `*${this.#pointer(type.name)}`;
      case 'array':
        return this.#array(type.of, type.length);
      case 'enum':
        return this.#random.pick(['RED', 'GREEN', '(enum Colour)5', `(enum Colour)(rand + 1)`]);
      case 'opaque':
        return this.#opaque(type.make);
    }
  }

  #leafInt(): string {
    const r = this.#random;
    const given = this.#scope.loops > 0 ? [] : this.form.ints;
    return r.pick([...intBuiltins, ...given, ...given, r.pick(intLiterals), r.pick(intLiterals)]);
  }

  #intOfAnySize(): string {
    const r = this.#random;
    if (this.#depth > 4 || r.chance(40)) return this.#leafInt();
    return r.pick<Rule>([
      () => `(${this.int()} ${r.pick(arithmetic)} ${this.int()})`,
      () => `(${this.int()} ${r.pick(arithmetic)} ${r.pick(intLiterals)})`,
      () => `(${this.int()} ${r.pick(arithmetic)} ${this.int()})`,
      () => `(${this.int()} ${r.pick(['<<', '>>'])} ${r.chance(70) ? r.below(64) : this.int()})`,
      () => `(${r.pick(intNames)})${this.#intOfAnySize()}`,
      () => `(${r.pick(['-', '~', '!'])}${this.int()})`,
      () => `strlen(${this.string()})`,
      () =>
        `${r.pick(['strncmp', 'memcmp'])}(${this.string()}, ${this.string()}, ${r.pick([0, 1, 3, 16, 100])})`,
      () => `strstr(${this.string()}, "${r.pick(texts)}")`,
      () => `strcap(${this.string()})`,
      () => `bswap(${this.of({ kind: 'int', name: r.pick(intNames) })})`,
      () =>
        r.pick([
          'len(kstack)',
          'len(ustack(5))',
          'sizeof(struct Big)',
          `sizeof((${this.int()}, "abc"))`,
          'offsetof(struct Big, in.s)',
          'comptime (1 + 2)',
        ]),
      () => this.#element(),
      () => this.#member('int'),
      () => this.#member('int'),
      () => `(*${this.#pointer(r.pick(['uint8', 'int32', 'uint64']))})`,
      () =>
        this.#map(
          (map) => `len(${map.name})`,
          (map) => map.key.length > 0,
        ),
      () =>
        this.#map(
          (map) => `(int64)${this.key(map)}`,
          ({ value }) => value.kind === 'aggregate' && value.reads,
        ),
      () => this.#increment(),
      () => `double(${this.int()})`,
      () => `most(${this.int()}, ${this.int()})`,
    ])();
  }

  /** Of the map that `makes` likes, or another integer. */
  #map(use: (map: MapForm) => string, likes: (map: MapForm) => boolean, otherwise = '0'): string {
    const maps = this.#scope.maps.filter(likes);
    return maps.length === 0 ? otherwise : use(this.#random.pick(maps));
  }

  #increment(): string {
    const names = this.#scope.variables(int64).map(({ name }) => name);
    if (names.length === 0) return this.#leafInt();
    const name = this.#random.pick(names);
    return this.#random.pick([`${name}++`, `--${name}`, `(*(&${name}))`]);
  }

  #element(): string {
    const r = this.#random;
    const length = r.pick([2, 4, 8]);
    const index = r.chance(60)
      ? r.below(length)
      : r.pick(['(uint64)pid', '(uint8)rand', '(uint64)nsecs', '(uint32)cpu']);
    if (r.chance(30)) return `${this.string()}[${index}]`;
    return `(${this.#array('uint8', length)})[${index}]`;
  }

  #member(ends: 'int' | 'string'): string {
    const r = this.#random;
    if (this.#btf === undefined || r.chance(30)) {
      const pointer = this.#pointer('struct Big');
      return ends === 'string'
        ? `${pointer}.name`
        : `${pointer}.${r.pick(['x', 'big', 'in.s', 'in.b', 'in.c', 'arr[1]', 'arr[(uint32)rand]', 'next.next.x', 'u.i', 'flag'])}`;
    }
    const to = r.pick(['struct task_struct', 'struct task_struct', ...kernelStructs]);
    for (let attempt = 0; attempt < 20; attempt++) {
      const walk = walkMembers(this.#pointer(to), to.replace('struct ', ''), this.#btf, r);
      if (walk.ends === ends) return walk.text;
    }
    return ends === 'int' ? 'curtask.pid' : 'curtask.comm';
  }

  #pointer(to: string): string {
    const r = this.#random;
    const own = this.#scope.loops > 0 ? [] : (this.form.pointers ?? []);
    const given = own.filter(([, target]) => target === to).map(([text]) => text);
    return r.pick<Rule>([
      () => `((${to} *)${this.#leafInt()})`,
      () => `((${to} *)${this.#depth > 3 ? 0 : this.int()})`,
      () =>
        to === 'struct task_struct'
          ? r.pick(['curtask', 'curtask.parent', 'curtask.group_leader'])
          : `((${to} *)curtask)`,
      () => (given.length > 0 ? r.pick(given) : `((${to} *)0)`),
      () => `(((${to} *)curtask) + ${r.below(3)})`,
      () => `${r.pick(['kptr', 'uptr'])}((${to} *)${this.#leafInt()})`,
      () => (this.#scope.variables().some(({ name }) => name === '$z') ? `((${to} *)&$z)` : `((${to} *)0)`),
    ])();
  }

  #array(of: string, length: number): string {
    const size = ({ uint8: 1, int8: 1, uint16: 2, int32: 4 }[of] ?? 1) * length;
    return `(${of}[${length}])(uint${8 * size})${this.#leafInt()}`;
  }

  #string(): string {
    const r = this.#random;
    const literal = `"${r.pick(texts)}"`;
    if (this.#depth > 4 || r.chance(50))
      return r.pick([
        'comm',
        'pcomm',
        'leader_comm',
        literal,
        literal,
        'str($2)',
        'TEXT',
        ...(this.#scope.loops > 0 ? [] : [...this.form.strings, ...this.form.strings]),
      ]);
    return r.pick<Rule>([
      () => `str(${this.#pointer('uint8')})`,
      () => `str(${this.int()}, ${r.chance(60) ? r.pick([0, 1, 2, 16, 64, 1000]) : this.int()})`,
      () => `str_concat(${this.string()}, ${this.string()})`,
      () => `(string[${r.pick([64, 400, 2000])}])${literal}`,
      () => (r.chance(50) ? `"${r.pick(texts)}" + "${r.pick(texts)}"` : `str(${this.string()})`),
      () => this.#member('string'),
      () => this.#member('string'),
      () =>
        r.pick([
          'probe',
          'signal_name(9)',
          `signal_name(${this.int()})`,
          `strerror(${this.int()})`,
          `syscall_name(${this.int()})`,
        ]),
    ])();
  }

  #bool(): string {
    const r = this.#random;
    if (this.#depth > 4) return r.pick(['true', 'false', 'pid > 1', 'has_cpid']);
    return r.pick<Rule>([
      () => `(${this.int()} ${r.pick(comparisons)} ${this.int()})`,
      () => `(${this.int()} ${r.pick(comparisons)} ${r.pick(intLiterals)})`,
      () => `(${this.string()} ${r.pick(['==', '!='])} ${this.string()})`,
      () => this.#equal(),
      () => `(${this.condition()} ${r.pick(['&&', '||', '==', '!='])} ${this.condition()})`,
      () => `!${this.condition()}`,
      () => `strcontains(${this.string()}, "${r.pick(texts)}")`,
      () => `strcontains(${this.string()}, ${this.string()})`,
      () => `is_err(${this.int()})`,
      () => r.pick(['is_str(comm)', 'is_ptr(curtask)', 'true', 'usermode == 1', `(bool)${this.#leafInt()}`]),
      () =>
        this.#map(
          (map) => `${r.pick(['has_key', 'delete'])}(${map.name}, ${this.#wholeKey(map)})`,
          (map) => map.key.length > 0,
          'true',
        ),
      () => `(${this.#pointer('struct Big')} ${r.pick(['==', '!='])} ${this.#pointer('struct Big')})`,
    ])();
  }

  #wholeKey(map: MapForm): string {
    const parts = map.key.map((type) => this.of(type));
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
  }

  #equal(): string {
    const type = randomType(this.#random);
    return `(${this.of(type)} ${this.#random.pick(['==', '!='])} ${this.of(type)})`;
  }

  #opaque(name: OpaqueName): string {
    const r = this.#random;
    const rules: Partial<Readonly<Record<OpaqueName, Rule>>> = {
      ksym: () => `ksym(${this.int()})`,
      usym: () => `usym(${this.int()})`,
      buffer: () =>
        r.pick([
          `buf(${this.string()}, ${r.pick([0, 1, 4, 64, 1024])})`,
          `buf(${this.#array('uint8', 4)})`,
          `buf(${this.int()}, ${this.int()})`,
        ]),
      inet: () =>
        r.pick([
          `ntop(${this.int()})`,
          `ntop(2, ${this.int()})`,
          'ntop(pton("::1"))',
          `ntop(${this.#array('uint8', 4)})`,
        ]),
      mac: () => r.pick([`macaddr(${this.#array('uint8', 8)})`, `macaddr(${this.#pointer('uint8')})`]),
      username: () => 'username',
      cgroup: () => `cgroup_path(${this.int()})`,
    };
    return rules[name]?.() ?? name;
  }
}
