import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Btf } from './btf.ts';
import { BtfError } from './btf-error.ts';
import { type BlobType, buildBtf } from './testing/build-btf.ts';
import { compileBtf } from './testing/compile-btf.ts';

const rejects = (types: readonly BlobType[], use: (btf: Btf) => unknown) => {
  const btf = Btf.parse(buildBtf(types), { name: 'damaged' });
  expect(() => use(btf)).toThrow(BtfError);
};

describe('types that never end', () => {
  it('a typedef of itself', () => {
    rejects([{ kind: 8, name: 'a', sizeOrType: 1 }], (btf) => btf.strip(1));
    rejects(
      [
        { kind: 8, name: 'a', sizeOrType: 2 },
        { kind: 10, sizeOrType: 1 },
      ],
      (btf) => btf.sizeOf(1),
    );
  });

  it('an array of itself, and a pointer to itself in print', () => {
    rejects([{ kind: 3, extra: [1, 1, 2] }], (btf) => btf.sizeOf(1));
    rejects([{ kind: 2, sizeOrType: 1 }], (btf) => btf.toC(1));
    rejects([{ kind: 14, name: 'v', sizeOrType: 1, extra: [0] }], (btf) => btf.sizeOf(1));
  });

  it('anonymous structs with themselves in them, twice', () => {
    const self = { kind: 4, sizeOrType: 8, count: 2, extra: [0, 1, 0, 0, 1, 64] };
    rejects([self], (btf) => btf.toC(1));
    const btf = Btf.parse(buildBtf([self]));
    expect(btf.findMember(1, 'missing')).toBeUndefined();
  });

  it('a function that takes itself', () => {
    rejects([{ kind: 13, count: 2, sizeOrType: 1, extra: ['a', 1, 'b', 1] }], (btf) =>
      btf.declaration(1, 'f'),
    );
  });

  it('an array larger than any memory', () => {
    const int = { kind: 1, name: 'int', sizeOrType: 4, extra: [32] };
    rejects([int, { kind: 3, extra: [1, 1, 0xffffffff] }], (btf) => btf.sizeOf(2));
  });
});

describe('errors say where', () => {
  it('names the file and the offset of the type', () => {
    const bytes = buildBtf([{ kind: 2 }, { kind: 25 }]);
    expect(() => Btf.parse(bytes, { name: 'broken.ko' })).toThrow(
      'BTF of broken.ko at offset 0x24: type 2 of this blob is of the unknown kind 25',
    );
    expect(() => Btf.parse(new Uint8Array(10), { name: 'x' })).toThrow(
      'BTF of x at offset 0xa: the header is cut',
    );
    expect(() => Btf.parse(buildBtf([{ kind: 2 }])).type(7)).toThrow('there is no type 7; the last is 1');
    expect(() => Btf.parse(buildBtf([{ kind: 7, name: 'f' }])).sizeOf(1)).toThrow(
      "'f', which is declared but not",
    );
  });
});

/** Written by the C compiler: every kind of type in two kilobytes. */
const real = compileBtf(`
  enum e { A, B = -3 }; typedef const volatile struct s *ptr_t; union u { char c[4]; float f; };
  struct s { int a : 3, : 5, b : 9; struct { union u u[2][3]; ptr_t next; }; int (*run)(ptr_t self, ...); enum e e; };
  struct s object; ptr_t pointer; struct opaque *hidden; void function(struct s *s) { s->a = A; }
`);

/** Everything that can be asked; any other error than a BtfError, or endless work, fails the test. */
function exercise(bytes: Uint8Array): void {
  const attempt = (use: () => unknown) => {
    try {
      use();
    } catch (error) {
      if (!(error instanceof BtfError)) throw error;
    }
  };
  attempt(() => {
    const btf = Btf.parse(bytes, { name: 'fuzz' });
    for (let id = 0; id <= btf.end; id++) {
      attempt(() => btf.type(id));
      attempt(() => btf.sizeOf(id));
      attempt(() => btf.toC(id));
      attempt(() => btf.layout(id));
      attempt(() => btf.findMember(id, 'next'));
    }
    attempt(() => btf.find('s', 'struct'));
    attempt(() => btf.enumConstant('B'));
    attempt(() => [...btf.findAll('*', 'typedef')]);
  });
}

describe('any bytes end in values or in a BtfError', () => {
  it('the sample itself is read without error', () => {
    const btf = Btf.parse(real);
    expect(btf.toC(btf.find('u', 'union')!)).toBe('union u {\n\tchar c[4];\n\tfloat f;\n};');
  });

  const flips = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });

  it('flipped bytes', () => {
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Uint8Array.from(real);
        for (const [at, value] of changes) bytes[at] = value;
        exercise(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('every truncation', () => {
    for (let length = 0; length < real.length; length++) {
      expect(() => Btf.parse(real.subarray(0, length), { name: 'cut' })).toThrow(BtfError);
    }
  });
});
