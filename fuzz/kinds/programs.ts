/** Programs: made by the grammar, and mutants of programs that people wrote. */
import { formatSource } from '../../src/compiler/format/format.ts';
import { Reporter } from '../../src/compiler/messages/reporter.ts';
import { randomProgram } from '../grammar/program.ts';
import type { FuzzKind, FuzzWorld } from '../kind.ts';
import { tokensOf } from '../minimise.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { mutateTokens } from '../mutate/tokens.ts';
import type { Random } from '../random.ts';
import { compileAndLoad, timed } from './compile-and-load.ts';

const generated = (random: Random, { btf }: FuzzWorld): string =>
  randomProgram(random, { btf, confusion: 0 });

/** One in ten starts from a program of the grammar, which has more to say than those of the tests. */
function start(random: Random, world: FuzzWorld): string {
  return random.chance(10) ? generated(random, world) : random.pick(world.seeds.programs);
}

export const programKinds: readonly FuzzKind[] = [
  {
    name: 'grammar',
    about: 'programs of the whole language that are mostly right',
    make: generated,
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'confused',
    about: 'programs of the whole language with expressions of the wrong type',
    make: (random, { btf }) => randomProgram(random, { btf, confusion: 1 + random.below(8) }),
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'tokens',
    about: 'programs with words taken out, put in, exchanged, and pieces of other programs',
    make: (random, world) => mutateTokens(start(random, world), random, world.seeds.programs),
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'bytes',
    about: 'programs with bytes changed',
    make: (random, world) => mutateBytes(start(random, world), random),
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'formatting',
    about: 'mutants through --fmt: what it prints it prints again',
    make: (random, world) => mutateTokens(start(random, world), random, world.seeds.programs),
    check: formatTwice,
    pieces: tokensOf,
  },
];

function formatTwice(text: string): string {
  const format = (source: string) =>
    timed(() => formatSource({ name: 'stdin', text: source }, new Reporter()));
  const once = format(text);
  if (once === undefined) return 'refused';
  const twice = format(once);
  if (twice !== once) throw new Error(`formatting changes what was formatted\n${once}\n---\n${twice}`);
  return 'formatted';
}
