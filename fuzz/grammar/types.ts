/** The types that generated programs use, and the random choice of one. */
import type { Random } from '../random.ts';

export type FuzzType =
  | { readonly kind: 'int'; readonly name: string }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'tuple'; readonly elements: readonly FuzzType[] }
  | {
      readonly kind: 'record';
      readonly fields: readonly { readonly name: string; readonly type: FuzzType }[];
    }
  /** To a struct of the kernel or of the program, or to an integer. */
  | { readonly kind: 'pointer'; readonly to: string }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'array'; readonly of: string; readonly length: number }
  | { readonly kind: 'enum' }
  /** Values that can be printed and stored only. */
  | { readonly kind: 'opaque'; readonly make: OpaqueName };

export type OpaqueName =
  | 'kstack'
  | 'kstack(5)'
  | 'kstack(perf, 3)'
  | 'kstack(raw)'
  | 'ustack'
  | 'ustack(perf)'
  | 'ustack(build_id, 4)'
  | 'ksym'
  | 'usym'
  | 'buffer'
  | 'inet'
  | 'mac'
  | 'username'
  | 'cgroup';

/** What cannot be part of a key is last. */
const opaqueNames: readonly OpaqueName[] = [
  ...(['kstack', 'kstack(5)', 'kstack(perf, 3)', 'kstack(raw)', 'ustack', 'ustack(perf)'] as const),
  ...([
    'ustack(build_id, 4)',
    'ksym',
    'usym',
    'ksym',
    'usym',
    'buffer',
    'inet',
    'cgroup',
    'mac',
    'username',
  ] as const),
];
const keyNames = opaqueNames.slice(0, -2);
/** Of at most eight bytes, so that an integer can be made into one. */
const arrays = [
  ...([
    ['uint8', 1],
    ['uint8', 2],
    ['uint8', 4],
    ['uint8', 8],
    ['int8', 4],
    ['uint16', 2],
    ['uint16', 4],
    ['int32', 2],
  ] as const),
];

export type TypeUse = 'key' | 'any';

export const intNames = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'];
export const int64: FuzzType = { kind: 'int', name: 'int64' };
export const bool: FuzzType = { kind: 'bool' };
export const string: FuzzType = { kind: 'string' };
/** What the C definitions of every program have. */
export const ownStructs = ['struct Small', 'struct Big', 'union Either'];
export const kernelStructs = [
  'struct task_struct',
  'struct file',
  'struct sk_buff',
  'struct sock',
  'struct page',
  'struct mm_struct',
];

export function randomType(random: Random, depth = 0, use: TypeUse = 'any'): FuzzType {
  const compound = depth < 2 && random.chance(depth === 0 ? 30 : 15);
  if (compound) {
    if (random.chance(65))
      return { kind: 'tuple', elements: random.many(1, 4, () => randomType(random, depth + 1, use)) };
    const names = ['a', 'b', 'name', 'if'].slice(0, 1 + random.below(4));
    return {
      kind: 'record',
      fields: names.map((name) => ({ name, type: randomType(random, depth + 1, use) })),
    };
  }
  return random.pick<() => FuzzType>([
    ...Array.from({ length: 6 }, () => () => ({ kind: 'int', name: random.pick(intNames) }) as const),
    () => int64,
    () => int64,
    () => string,
    () => string,
    () => string,
    () => bool,
    () => ({
      kind: 'pointer',
      to: random.pick([...ownStructs, ...kernelStructs, 'uint8', 'int32', 'uint64']),
    }),
    () => ({ kind: 'struct', name: random.pick(ownStructs) }),
    () => {
      const [of, length] = random.pick(arrays);
      return { kind: 'array', of, length };
    },
    () => ({ kind: 'enum' }),
    () => ({ kind: 'opaque', make: random.pick(use === 'key' ? keyNames : opaqueNames) }),
  ])();
}

export function sameType(a: FuzzType, b: FuzzType): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** As a variable may be declared; undefined for what has no spelling. */
export function spelling(type: FuzzType, random: Random): string | undefined {
  switch (type.kind) {
    case 'int':
      return type.name;
    case 'bool':
      return 'bool';
    case 'string':
      return `string[${random.pick([400, 1024, 2000])}]`;
    case 'pointer':
      return `${type.to} *`;
    case 'struct':
      return type.name;
    case 'array':
      return `${type.of}[${type.length}]`;
    case 'enum':
      return 'enum Colour';
    default:
      return undefined;
  }
}
