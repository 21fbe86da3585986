import { describe, expect, it } from 'vitest';
import { Btf } from './btf.ts';
import { buildBtf } from './testing/build-btf.ts';

const int = { kind: 1, name: 'int', sizeOrType: 4, extra: [0x01000020] };

describe('BTF of a module, which continues the kernel’s', () => {
  const baseBytes = buildBtf([int, { kind: 4, name: 'shared', sizeOrType: 4, count: 1, extra: ['x', 1, 0] }]);
  const base = Btf.parse(baseBytes, { name: 'vmlinux' });
  // String offsets go on behind the base's section: "\0int\0shared\0x\0" is 14 bytes; 1 is the base's "int".
  const bytes = buildBtf(
    [
      { kind: 4, name: 'own', sizeOrType: 12, count: 2, extra: ['s', 2, 0, 1, 4, 32] },
      { kind: 2, sizeOrType: 3 },
      { kind: 6, name: 'e', sizeOrType: 4, count: 1, extra: ['OWN_CONSTANT', 9] },
    ],
    14,
  );
  const split = Btf.parse(bytes, { base, name: 'mod' });

  it('numbers on from the base', () => {
    expect(base.end).toBe(3);
    expect(split.start).toBe(3);
    expect(split.find('own', 'struct')).toBe(3);
    expect(split.find('shared', 'struct')).toBe(2);
    expect(base.find('own', 'struct')).toBeUndefined();
  });

  it('reads names from either string section', () => {
    expect(split.layout(3).members).toEqual([
      { name: 's', typeId: 2, bitOffset: 0, bitWidth: 0 },
      { name: 'int', typeId: 4, bitOffset: 32, bitWidth: 0 },
    ]);
    expect(split.enumConstant('OWN_CONSTANT')).toEqual({ value: 9n, enumId: 5 });
    expect([...split.findAll('*', 'struct')].map(({ name }) => name)).toEqual(['shared', 'own']);
    expect(split.toC(3)).toBe('struct own {\n\tstruct shared s;\n\tstruct own *int;\n};');
  });
});

describe('encodings that the kernel’s own blob may not have', () => {
  it('reads enum64, low word first', () => {
    const big = {
      kind: 19,
      name: 'big',
      sizeOrType: 8,
      count: 2,
      extra: ['A', 1, 2, 'B', 0xffffffff, 0xffffffff],
    };
    expect(Btf.parse(buildBtf([big])).enumConstant('A')?.value).toBe(0x200000001n);
    expect(Btf.parse(buildBtf([big])).enumConstant('B')?.value).toBe(0xffffffffffffffffn);
    expect(Btf.parse(buildBtf([{ ...big, flag: true }])).enumConstant('B')?.value).toBe(-1n);
  });

  it('takes enumerators as signed where the enum says so', () => {
    const small = { kind: 6, name: 'e', sizeOrType: 4, count: 1, extra: ['M', 0xfffffff9] };
    expect(Btf.parse(buildBtf([small])).enumConstant('M')?.value).toBe(0xfffffff9n);
    expect(Btf.parse(buildBtf([{ ...small, flag: true }])).enumConstant('M')?.value).toBe(-7n);
  });

  it('prints the outer dimension of an array first', () => {
    const nested = Btf.parse(buildBtf([int, { kind: 3, extra: [1, 1, 5] }, { kind: 3, extra: [2, 1, 3] }]));
    expect(nested.declaration(3, 'rows')).toBe('int rows[3][5]');
    expect(nested.sizeOf(3)).toBe(60);
  });

  it('reads bit-fields in the old encoding, in an int of their own', () => {
    const narrow = { kind: 1, name: 'unsigned int', sizeOrType: 4, extra: [(5 << 16) | 3] };
    const old = Btf.parse(
      buildBtf([narrow, { kind: 4, name: 's', sizeOrType: 4, count: 1, extra: ['f', 1, 0] }]),
    );
    expect(old.findMember(2, 'f')).toMatchObject({ bitOffset: 5, bitWidth: 3 });
  });

  it('prints what tags and forward declarations stand for', () => {
    const types = [
      { kind: 7, name: 'later', flag: true },
      { kind: 18, name: 'user', sizeOrType: 1 },
      { kind: 2, sizeOrType: 2 },
      { kind: 14, name: 'v', sizeOrType: 3, extra: [1] },
      { kind: 15, name: '.data', sizeOrType: 8, count: 1, extra: [4, 0, 8] },
      { kind: 13, count: 0, sizeOrType: 0 },
      { kind: 2, sizeOrType: 6 },
      { kind: 3, extra: [7, 1, 2] },
      { kind: 10, sizeOrType: 8 },
    ];
    const tags = Btf.parse(buildBtf(types));
    expect(tags.toC(5)).toBe('union later *v;');
    expect(tags.declaration(8, 'handlers')).toBe('void (*handlers[2])(void)');
    expect(tags.sizeOf(9)).toBe(16);
  });
});
