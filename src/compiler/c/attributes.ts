/**
 * `__attribute__((…))`, `[[…]]`, `_Alignas(…)` and the annotations that kernel headers hide attributes behind. Only packed and
 * aligned mean something for layout.
 */
import type { DeclarationReader } from './declaration-reader.ts';
import { type LayoutAttributes, noAttributes } from './struct-layout.ts';

/** The largest alignment that `aligned` without a number asks for on 64-bit machines. */
const maximumAlignment = 16;
const cacheLine = 64;

/** Annotations without arguments; all but these few mean nothing here. */
const annotations: ReadonlyMap<string, LayoutAttributes> = new Map<string, LayoutAttributes>([
  ['__packed', { packed: true, aligned: 1 }],
  ['____cacheline_aligned', { packed: false, aligned: cacheLine }],
  ['____cacheline_aligned_in_smp', { packed: false, aligned: cacheLine }],
  ...[
    '__user',
    '__kernel',
    '__rcu',
    '__percpu',
    '__iomem',
    '__force',
    '__bitwise',
    '__must_check',
    '__randomize_layout',
    '__no_randomize_layout',
    '__nonstring',
    '__read_mostly',
    '__ro_after_init',
    '__init',
    '__exit',
    '__always_inline',
    '__maybe_unused',
    '__extension__',
    '__private',
    '__cold',
    '__pure',
  ].map((name): [string, LayoutAttributes] => [name, noAttributes]),
]);

/** Annotations with arguments that mean nothing here. */
const ignoredCalls: ReadonlySet<string> = new Set([
  '__counted_by',
  '__counted_by_le',
  '__aligned_largest',
  '__guarded_by',
  '__asm__',
  'asm',
]);

/** All attributes that come next, together. */
export function acceptAttributes(reader: DeclarationReader): LayoutAttributes {
  let found = noAttributes;
  for (let one = acceptOne(reader); one !== undefined; one = acceptOne(reader)) found = both(found, one);
  return found;
}

export function both(a: LayoutAttributes, b: LayoutAttributes): LayoutAttributes {
  return { packed: a.packed || b.packed, aligned: Math.max(a.aligned, b.aligned) };
}

function acceptOne(reader: DeclarationReader): LayoutAttributes | undefined {
  const { cursor } = reader;
  if (cursor.accept('__attribute__') || cursor.accept('__attribute')) return readList(reader);
  if (cursor.accept('__aligned') || cursor.accept('_Alignas'))
    return { packed: false, aligned: alignment(reader) };
  if (cursor.sees('[') && cursor.sees('[', 1)) {
    cursor.skipBalanced();
    return noAttributes;
  }
  const word = cursor.peek();
  if (word?.kind !== 'word' || reader.typedefs.has(word.text)) return undefined;
  if (ignoredCalls.has(word.text)) {
    cursor.next('annotation');
    if (cursor.sees('(')) cursor.skipBalanced();
    return noAttributes;
  }
  const annotation = annotations.get(word.text);
  if (annotation !== undefined) cursor.next('annotation');
  return annotation;
}

/** `((packed, aligned(8), …))` */
function readList(reader: DeclarationReader): LayoutAttributes {
  const { cursor } = reader;
  let found = noAttributes;
  cursor.expect('(');
  cursor.expect('(');
  while (!cursor.sees(')')) {
    if (cursor.accept(',')) continue;
    const name = cursor.next('attribute name').text.replace(/^__(\w+)__$/, '$1');
    if (name === 'packed') found = both(found, { packed: true, aligned: 1 });
    else if (name === 'aligned') found = both(found, { packed: false, aligned: alignment(reader) });
    else if (cursor.sees('(')) cursor.skipBalanced();
  }
  cursor.expect(')');
  cursor.expect(')');
  return found;
}

function alignment(reader: DeclarationReader): number {
  const { cursor } = reader;
  if (!cursor.accept('(')) return maximumAlignment;
  const place = cursor.span;
  const value = reader.constant();
  cursor.expect(')');
  if (value <= 0n || value > 1n << 28n || (value & (value - 1n)) !== 0n)
    throw reader.errorAt(place, 'requested alignment is not a power of 2');
  return Number(value);
}
