/**
 * Random programs of the whole language that are mostly right: names are used with the types they were given, so
 * that most get through the checker and reach the verifier.
 */
import type { Btf } from '../../src/btf/btf.ts';
import type { Random } from '../random.ts';
import { probeForms } from './probes.ts';
import { Scope } from './scope.ts';
import { Statements } from './statements.ts';
import { int64, intNames } from './types.ts';

const definitions = `#define FIVE 5
#define TEXT "text"
enum Colour { RED, GREEN = 5, BLUE };
struct Small { short s; unsigned char b : 3, c : 4; };
union Either { int i; char c[8]; struct { short low, high; }; };
struct Big { int x; char name[16]; unsigned long long big; struct Small in; struct Small small; int arr[3]; struct Big *next; union Either u; _Bool flag; };
`;
const macros = `macro most(a, b) { a > b ? a : b }
macro same(x) { x }
macro swap_in($v, x) { $v = $v ^ x; }
`;
const double = 'fn double($n : int64) : int64 { return $n * 2; }\n';

const settings: Readonly<Record<string, readonly (string | number)[]>> = {
  max_strlen: [16, 64, 100, 200, 512, 1024, 4000, 20000, 65536],
  max_map_keys: [1, 100, 5000],
  on_stack_limit: [0, 8, 32, 64, 256],
  stack_mode: ['perf', 'raw', 'bpftrace'],
  str_trunc_trailer: ['"…"'],
  license: ['"GPL"', '"Dual MIT/GPL"'],
};

export interface GrammarOptions {
  readonly btf: Btf | undefined;
  /** Percent of expressions of the wrong type. */
  readonly confusion: number;
}

export function randomProgram(random: Random, { btf, confusion }: GrammarOptions): string {
  const scope = new Scope();
  const statements = new Statements({ random, scope, btf, confusion });
  const functions = random.chance(30)
    ? random.many(1, 2, () => subprogram(random, scope, statements)).join('')
    : '';
  const probes = probeForms(random).map((form) => {
    statements.expressions.form = form;
    return scope.alone(() => {
      const predicate = random.chance(30) ? ` /${statements.expressions.condition()}/` : '';
      scope.declare(int64, '$z');
      return `${form.attach}${predicate}\n{ let $z = (int64)${random.below(100)}; ${statements.many(1, 4)} }`;
    });
  });
  statements.expressions.form = { attach: 'end', ints: [], strings: [] };
  const isIterator = probes[0]?.startsWith('iter') === true;
  // Maps that are only read would have no type: each is assigned once.
  const typed = () => {
    scope.complete = true;
    return statements.expressions.plainly(() =>
      scope.maps.map((map) => statements.assignment(map)).join(' '),
    );
  };
  const last = isIterator ? '' : `end { let $z = (int64)0; ${scope.alone(typed)} }`;
  return [config(random), definitions, macros, double, functions, ...probes, last].join('\n');
}

function config(random: Random): string {
  if (random.chance(60)) return '';
  const names = random.many(1, 3, () => random.pick(Object.keys(settings)));
  const lines = [...new Set(names)].map((name) => `${name} = ${random.pick(settings[name] ?? [])};`);
  return `config = { ${lines.join(' ')} }`;
}

function subprogram(random: Random, scope: Scope, statements: Statements): string {
  const name = scope.freshName('f');
  const parameters = random.many(0, 3, () => ({ kind: 'int' as const, name: random.pick(intNames) }));
  statements.expressions.form = { attach: 'begin', ints: [], strings: [] };
  const text = scope.alone(() => {
    const list = parameters.map((type) => `${scope.declare(type).name} : ${type.name}`).join(', ');
    const body = `let $z = (int64)1; ${statements.many(0, 2)} return (int64)${statements.expressions.int()};`;
    return `fn ${name}(${list}) : int64 { ${body} }\n`;
  });
  scope.functions.push({ name, parameters, result: int64 });
  return text;
}
