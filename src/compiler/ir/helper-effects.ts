/** What calls of helpers do to memory and maps, as far as passes ask: by number, from enum bpf_func_id. */
import { must } from '../../base/assert.ts';
import { helperNumber } from '../../bpf/helpers.ts';
import type { Instruction } from '../ir.ts';

type Call = Extract<Instruction, { op: 'call' }>;

const number = (name: string): number => must(helperNumber(name), `helper ${name}`);

export const mapLookup = number('map_lookup_elem');
const update = number('map_update_elem');
const remove = number('map_delete_elem');

/** Read the memory that their arguments point to, and write none of it. */
const readers: ReadonlySet<number> = new Set([
  mapLookup,
  update,
  remove,
  number('map_lookup_percpu_elem'),
  number('ringbuf_output'),
]);

export function onlyReadsMemory({ helper }: Call): boolean {
  return readers.has(helper);
}

/** May change which elements a map has: with the map as the first argument, or through functions they call. */
const elementChangers: ReadonlySet<number> = new Set([update, remove]);
const callers: ReadonlySet<number> = new Set([number('for_each_map_elem'), number('loop')]);

export type MapEffect = 'none' | 'first-argument' | 'any';

export function mapEffect(i: Instruction): MapEffect {
  if (i.op === 'call-local' || i.op === 'call-kfunc') return 'any';
  if (i.op !== 'call') return 'none';
  if (elementChangers.has(i.helper)) return 'first-argument';
  return callers.has(i.helper) ? 'any' : 'none';
}
