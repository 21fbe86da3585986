/** Names of C++: single forms by hand, and all those of the standard library as `c++filt` has them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demangle } from './demangle.ts';

/** `-i`: `std::string`, as programs show it, and not what it is made of. */
function filtered(names: readonly string[]): readonly string[] {
  return execFileSync('c++filt', ['-i'], { input: names.join('\n'), encoding: 'utf8', maxBuffer: 1 << 28 })
    .trimEnd()
    .split('\n');
}

const single: readonly (readonly [string, string])[] = [
  ['_Z3foov', 'foo()'],
  ['_Z3fooiPKcz', 'foo(int, char const*, ...)'],
  ['_ZN1a1bE', 'a::b'],
  ['_ZNK1a1b1cEv', 'a::b::c() const'],
  ['_ZNO1a1bEv', 'a::b() &&'],
  ['_ZN1aC1ERKS_', 'a::a(a const&)'],
  ['_ZN1aD0Ev', 'a::~a()'],
  ['_ZN1acviEv', 'a::operator int()'],
  ['_ZN1apLEi', 'a::operator+=(int)'],
  ['_ZN1aclEv', 'a::operator()()'],
  ['_ZnwmRK1a', 'operator new(unsigned long, a const&)'],
  ['_Zli3_kmy', 'operator"" _km(unsigned long long)'],
  ['_Z1fIiEvT_', 'void f<int>(int)'],
  ['_Z1fIJidEEvDpT_', 'void f<int, double>(int, double)'],
  ['_Z1fIJEEvDpT_', 'void f<>()'],
  ['_Z1fILi5EEvv', 'void f<5>()'],
  ['_Z1fILb1ELj7ELc65EEvv', 'void f<true, 7u, (char)65>()'],
  ['_Z1fPFivE', 'f(int (*)())'],
  ['_Z1fPFPFivEdE', 'f(int (*(*)(double))())'],
  ['_Z1fRA3_i', 'f(int (&) [3])'],
  ['_Z1fM1aKFivE', 'f(int (a::*)() const)'],
  ['_Z1fM1ai', 'f(int a::*)'],
  ['_Z1fSt6vectorISt4pairIiS_IcEEE', 'f(std::vector<std::pair<int, std::vector<char> > >)'],
  [
    '_ZNSsC1EPKc',
    'std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(char const*)',
  ],
  ['_Z1fSs', 'f(std::string)'],
  ['_ZN12_GLOBAL__N_11fEv', '(anonymous namespace)::f()'],
  ['_ZZ4mainE1x', 'main::x'],
  ['_ZZ1fvENKUlvE_clEv', 'f()::{lambda()#1}::operator()() const'],
  ['_ZTV1a', 'vtable for a'],
  ['_ZTI1a', 'typeinfo for a'],
  ['_ZGVZ1fvE1x', 'guard variable for f()::x'],
  ['_ZThn8_N1a1fEv', 'non-virtual thunk to a::f()'],
  ['_Z1fv.part.0', 'f() [clone .part.0]'],
  ['_Z1fv.isra.0.cold', 'f() [clone .isra.0] [clone .cold]'],
  ['_Z1fIiEDTpsfp_ET_', 'decltype (+{parm#1}) f<int>(int)'],
  ['_ZN1aB5cxx11Ev', 'a[abi:cxx11]()'],
];

describe('demangling', () => {
  it.each(single)('%s', (mangled, expected) => {
    expect(demangle(mangled)).toBe(expected);
  });

  it('agrees with c++filt on these', () => {
    const differing = single.filter(
      ([, expected], i) => filtered(single.map(([name]) => name))[i] !== expected,
    );
    expect(differing).toEqual([]);
  });

  it.each(['main', '_Z', '_Zx', '_Z3fo', '_ZN1aE1bEE', '_Z1fT_', '_Z1fS0_', `_Z1f${'P'.repeat(5000)}i`])(
    'leaves %s',
    (name) => {
      expect(demangle(name)).toBeUndefined();
    },
  );

  const library = '/usr/lib/x86_64-linux-gnu/libstdc++.so.6';
  it.skipIf(!existsSync(library))('agrees with c++filt on the standard library', () => {
    const listing = execFileSync('nm', ['-D', '--defined-only', library], {
      encoding: 'latin1',
      maxBuffer: 1 << 26,
    });
    const names = [...new Set([...listing.matchAll(/ (_Z[^\s@]+)/g)].map(([, name = '']) => name))];
    const expected = filtered(names);
    const differing = names.filter((name, i) => demangle(name) !== expected[i]);
    expect(names.length).toBeGreaterThan(1000);
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it('ends for any text, and makes none that is too long', () => {
    const letters = fc.constantFrom(...'_ZNKSIEJTLXDFPRMA0123456789abcdilstvw');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 60 }), (tail) => {
        expect((demangle(`_Z${tail.join('')}`) ?? '').length).toBeLessThan(200_000);
      }),
      { numRuns: 20_000 },
    );
    // Each substitution doubles what is printed.
    const doubling = `_Z1f${Array.from({ length: 30 }, (_, i) => `1aIS${i === 0 ? '' : (i - 1).toString(36).toUpperCase()}_S_E`).join('')}`;
    expect(() => demangle(doubling)).not.toThrow();
  });
});
