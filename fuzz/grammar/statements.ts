/** Statements and blocks. */
import type { Random } from '../random.ts';
import { Expressions, type Surroundings } from './expressions.ts';
import type { MapForm, Scope } from './scope.ts';
import { int64, randomType, spelling, string } from './types.ts';

type Rule = () => string;

const aggregates: readonly ((e: Expressions, random: Random) => { call: string; reads: boolean })[] = [
  () => ({ call: 'count()', reads: true }),
  (e) => ({ call: `sum(${e.int()})`, reads: true }),
  (e) => ({ call: `min(${e.int()})`, reads: true }),
  (e) => ({ call: `max((uint64)${e.int()})`, reads: true }),
  (e) => ({ call: `avg(${e.int()})`, reads: true }),
  (e) => ({ call: `stats(${e.int()})`, reads: false }),
  (e, r) => ({ call: `hist(${e.int()}, ${r.below(6)})`, reads: false }),
  (e, r) => ({
    call: `lhist(${e.int()}, ${r.below(10)}, ${r.pick([100, 1000])}, ${r.pick([10, 50])})`,
    reads: false,
  }),
  (e, r) => ({
    call: `tseries(${e.int()}, ${r.pick(['1s', '10ms'])}, ${r.pick([1, 5, 100])}, "${r.pick(['avg', 'max', 'min', 'sum'])}")`,
    reads: false,
  }),
];

const conversions = [
  '%d',
  '%u',
  '%x',
  '%lld',
  '%5d',
  '%-10s',
  '%s',
  '%s',
  '%p',
  '%c',
  '%r',
  '%X',
  '%llu',
  '%.3s',
];

export class Statements {
  readonly expressions: Expressions;
  readonly #random: Random;
  readonly #scope: Scope;
  #depth = 0;

  constructor(surroundings: Surroundings) {
    this.expressions = new Expressions(surroundings);
    this.#random = surroundings.random;
    this.#scope = surroundings.scope;
  }

  many(least: number, most: number): string {
    return this.#random.many(least, most, () => this.one()).join(' ');
  }

  one(): string {
    if (this.#depth > 3) return this.#random.chance(50) ? this.#printing() : this.#assignMap();
    this.#depth++;
    const text = this.#random.pick<Rule>([
      () => this.#assignVariable(),
      () => this.#assignVariable(),
      () => this.#assignVariable(),
      () => this.#assignMap(),
      () => this.#assignMap(),
      () => this.#aggregate(),
      () => this.#aggregate(),
      () => this.#printing(),
      () => this.#printing(),
      () => this.#if(),
      () => this.#if(),
      () => this.#loop(),
      () => this.#loop(),
      () => this.#change(),
      () => this.#mapFunction(),
      () => this.#odd(),
    ])();
    this.#depth--;
    return text;
  }

  #block(least: number, most: number): string {
    return `{ ${this.#scope.inside(() => this.many(least, most))} }`;
  }

  #assignVariable(): string {
    const [r, e] = [this.#random, this.expressions];
    const known = this.#scope.variables().filter(({ name }) => name !== '$z');
    if (known.length > 0 && r.chance(40)) {
      const { name, type } = r.pick(known);
      return `${name} = ${e.of(type)};`;
    }
    const type = randomType(r);
    const value = e.of(type);
    const { name } = this.#scope.declare(type);
    const declared = r.chance(25) ? spelling(type, r) : undefined;
    if (declared !== undefined) return `let ${name} : ${declared} = ${value};`;
    return r.chance(20) ? `let ${name}; ${name} = ${value};` : `${name} = ${value};`;
  }

  #assignMap(): string {
    const r = this.#random;
    const type = randomType(r);
    const map = this.#scope.mapOf(type, r);
    if (map === undefined) return '';
    return `${this.expressions.key(map)} = ${this.expressions.of(type)};`;
  }

  #aggregate(): string {
    const r = this.#random;
    const known = this.#scope.maps.filter(({ value }) => value.kind === 'aggregate');
    if (known.length > 0 && r.chance(40)) return this.assignment(r.pick(known));
    const made = r.pick(aggregates)(this.expressions, r);
    return this.assignment(this.#scope.addMap({ kind: 'aggregate', ...made }, r));
  }

  /** A statement that gives a map its type. */
  assignment(map: MapForm): string {
    const { value } = map;
    return `${this.expressions.key(map)} = ${value.kind === 'aggregate' ? value.call : this.expressions.of(value)};`;
  }

  #printing(): string {
    const [r, e] = [this.#random, this.expressions];
    return r.pick<Rule>([
      () => {
        const formats = r.many(0, 5, () => r.pick(conversions));
        const args = formats.map((format) =>
          format.endsWith('s')
            ? e.of(r.chance(60) ? string : randomType(r))
            : format === '%r'
              ? e.of({ kind: 'opaque', make: 'buffer' })
              : e.int(),
        );
        const name = r.pick(['printf', 'printf', 'printf', 'errorf', 'warnf', 'cat', 'system']);
        return `${name}(${[`"${formats.join(' ')}\\n"`, ...args].join(', ')});`;
      },
      () => `print(${e.of(randomType(r))});`,
      () => (this.#scope.maps.length === 0 ? 'print(1);' : `print(${r.pick(this.#scope.maps).name});`),
      () => `printf("%s", strftime("%H:%M:%S.%f", nsecs));`,
      () =>
        r.pick([
          'time("%H:%M:%S ");',
          'print(kstack);',
          'debugf("%d %s", pid, comm);',
          `printf("%rx", buf(comm, 16));`,
        ]),
      () =>
        r.pick([
          'assert(pid > 0, "pid");',
          'unwatch(1);',
          ...(this.#scope.loops > 0 ? [] : ['exit();', 'exit(3);']),
        ]),
    ])();
  }

  #if(): string {
    const condition = this.expressions.condition();
    const otherwise = this.#random.pick([
      () => '',
      () => ` else ${this.#block(1, 2)}`,
      () => ` else ${this.#if()}`,
    ]);
    return `if (${condition}) ${this.#block(1, 3)}${otherwise()}`;
  }

  #loop(): string {
    const [r, e] = [this.#random, this.expressions];
    if (this.#scope.loops > 2) return this.#if();
    const end = r.pick([String(r.below(20)), r.pick(['100', '5000', '1000000']), `(${e.int()})`, '($#)']);
    this.#scope.loops++;
    const text = r.pick<Rule>([
      () =>
        this.#scope.inside(
          () =>
            `for ${this.#scope.declare(int64).name} : ${r.pick(['0', '1', '(-3)'])}..${end} ${this.#loopBody()}`,
        ),
      () => this.#overMap(),
      () => `unroll (${1 + r.below(6)}) ${this.#block(1, 3)}`,
      () => {
        const name = this.#scope.freshName('$w');
        const body = this.#loopBody();
        return `${name} = (uint64)0; while (${name} < ${r.pick([3, 10, 100, 1000])}) { ${name}++; ${body} }`;
      },
    ])();
    this.#scope.loops--;
    return text;
  }

  #loopBody(): string {
    const jump = this.#random.chance(25)
      ? `if (${this.expressions.condition()}) { ${this.#random.pick(['break', 'continue', 'return'])}; } `
      : '';
    return `{ ${jump}${this.#scope.inside(() => this.many(1, 3))} }`;
  }

  #overMap(): string {
    const r = this.#random;
    const maps = this.#scope.maps.filter(
      ({ key, value }) => key.length > 0 && (value.kind !== 'aggregate' || value.reads),
    );
    if (maps.length === 0) return this.#if();
    const map = r.pick(maps);
    return this.#scope.inside(() => {
      const [key, value] = [
        map.key.length === 1 ? map.key[0] : { kind: 'tuple' as const, elements: map.key },
        map.value,
      ];
      const pair = {
        kind: 'tuple' as const,
        elements: [key ?? int64, value.kind === 'aggregate' ? int64 : value],
      };
      const { name } = this.#scope.declare(pair);
      return `for ${name} : ${map.name} { print(${name}.${r.below(2)}); ${this.many(1, 3)} }`;
    });
  }

  #change(): string {
    const r = this.#random;
    const variables = this.#scope.variables(int64).map(({ name }) => name);
    const map = this.#scope.mapOf(int64, r);
    if (map === undefined) return '';
    const place = variables.length > 0 && r.chance(50) ? r.pick(variables) : this.expressions.key(map);
    return r.pick([
      `${place}++;`,
      `--${place};`,
      `${place} ${r.pick(['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='])} ${this.expressions.int()};`,
    ]);
  }

  #mapFunction(): string {
    const r = this.#random;
    if (this.#scope.maps.length === 0) return this.#assignMap();
    const map = r.pick(this.#scope.maps);
    const keyed = this.expressions.key(map);
    const inKey = keyed.slice(map.name.length + 1, -1);
    if (map.key.length === 0)
      return r.pick([
        `clear(${map.name});`,
        `zero(${map.name});`,
        `delete(${map.name});`,
        `print(${map.name});`,
      ]);
    return r.pick([
      `delete(${map.name}, ${map.key.length > 1 ? `(${inKey})` : inKey});`,
      `delete(${keyed});`,
      `clear(${map.name});`,
      `zero(${map.name});`,
      `print(${map.name}, 5, 10);`,
      `print(${keyed});`,
      ...(map.value.kind === 'aggregate' ? [] : [this.#find(map, map.key.length > 1 ? `(${inKey})` : inKey)]),
    ]);
  }

  #find(map: MapForm, key: string): string {
    if (map.value.kind === 'aggregate') return '';
    const known = this.#scope.variables(map.value);
    return known.length === 0
      ? `has_key(${map.name}, ${key});`
      : `_ = find(${map.name}, ${key}, ${this.#random.pick(known).name});`;
  }

  #odd(): string {
    const r = this.#random;
    const { statements = [] } = this.#scope.loops > 0 ? { statements: [] } : this.expressions.form;
    return r.pick([
      ...statements,
      `_ = ${this.expressions.of(randomType(r))};`,
      `swap_in($z, ${this.expressions.int()});`,
      `{ ${this.#scope.inside(() => this.many(1, 2))} }`,
      `{ $z = (int64)${this.expressions.int()}; }`,
    ]);
  }
}
