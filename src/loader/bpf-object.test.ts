/** The object file, read back: sections, symbols, and the description of the maps. */
import { describe, expect, it } from 'vitest';
import { fixtureTarget } from '../../tests/support/fixture-target.ts';
import { Btf } from '../btf/btf.ts';
import { compile } from '../compiler/compile.ts';
import { bytesSource } from '../elf/byte-source.ts';
import { Elf } from '../elf/elf.ts';
import { bpfObject } from './bpf-object.ts';

const { program } = compile('begin { @ = 1; @b["x"] = count(); } interval:s:1 { @ = 2; }', fixtureTarget());
const elf = Elf.open(bytesSource(bpfObject(program!)));

describe('BPF object', () => {
  it('has the code of each function, as it is', () => {
    const [first, second] = elf.sections.slice(1);
    expect([first?.name, second?.name]).toEqual(['raw_tp/begin_1', 'perf_event']);
    expect(elf.contents(first!)).toEqual(program!.functions[0]!.code);
    expect(elf.functions('*').map(({ name }) => name)).toEqual(program!.functions.map(({ name }) => name));
  });

  it('describes the maps', () => {
    const btf = Btf.parse(elf.contents(elf.section('.BTF')!), { name: 'object' });
    const variables = [...btf.findAll('*', 'var')].map(({ name }) => name);
    expect(variables.sort()).toEqual(program!.maps.map(({ name }) => name).sort());
    expect(elf.section('.maps')!.size).toBe(program!.maps.length * 40);
  });
});
