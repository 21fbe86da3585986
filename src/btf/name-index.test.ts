/** Many look-ups give what the first few give: the index must not change an answer. */
import { expect, it } from 'vitest';
import { Btf } from './btf.ts';
import { buildBtf } from './testing/build-btf.ts';

const names = Array.from({ length: 300 }, (_, i) => `name${i % 150}`);
const types = names.map((name, i) => ({ kind: i % 2 === 0 ? 7 : 8, name, sizeOrType: 0 }));

it('finds the same first type of a name and kind after many searches as before', () => {
  const btf = Btf.parse(buildBtf(types));
  const ask = (name: string) => [btf.find(name, 'fwd'), btf.find(name, 'typedef'), btf.find(name, 'struct')];
  const before = names.slice(0, 5).map(ask);
  const all = names.map(ask);
  expect(all.slice(0, 5)).toEqual(before);
  const firstOf = (name: string, kind: number) => {
    const index = types.findIndex((type) => type.name === name && type.kind === kind);
    return index < 0 ? undefined : index + 1;
  };
  expect(all).toEqual(names.map((name) => [firstOf(name, 7), firstOf(name, 8), undefined]));
  expect(ask('nosuch')).toEqual([undefined, undefined, undefined]);
});

it('finds names of the base in a blob that continues it', () => {
  const base = Btf.parse(buildBtf([{ kind: 8, name: 'mine', sizeOrType: 0 }]));
  // "\0mine\0" are 6 bytes of strings.
  const split = Btf.parse(buildBtf([{ kind: 8, name: 'own', sizeOrType: 1 }], 6), { base });
  for (let i = 0; i < 100; i++)
    expect([split.find('own', 'typedef'), split.find('mine', 'typedef')]).toEqual([2, 1]);
});
