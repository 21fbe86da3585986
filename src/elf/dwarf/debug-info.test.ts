import { afterAll, describe, expect, it } from 'vitest';
import { addressesOfLine } from './source-line.ts';
import { debugInfoOf, readElf, run, Workshop } from './testing/compiled.ts';

const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());

const cSource = `
#include <stdio.h>
#include <stdlib.h>
static inline int twice(int x) {
  volatile int seen = x;
  return seen * 2;
}
static inline __attribute__((always_inline)) int fourTimes(int x) {
  int y = twice(x);
  return twice(y) + 1;
}
__attribute__((noinline)) int compute(int n) {
  int sum = 0;

  for (int i = 0; i < n; i++)
    sum += fourTimes(i);
  return sum;
}
int main(int argc, char **argv) {
  printf("%d\\n", compute(argc));
  return fourTimes(argc) > 100 ? EXIT_FAILURE : 0;
}
`;
const cppSource = `
#include <vector>
#include <algorithm>
#include <cstdio>
namespace shop {
class Cart {
 public:
  void add(int price) { prices.push_back(price); }
  int total() const;
 private:
  std::vector<int> prices;
};
int Cart::total() const {
  int sum = 0;
  std::for_each(prices.begin(), prices.end(), [&](int price) { sum += price; });
  return sum;
}
}
int main() {
  shop::Cart cart;
  for (int i = 0; i < 5; i++) cart.add(i);
  std::printf("%d\\n", cart.total());
}
`;

const builds = [
  ['small.c', cSource, ['-g', '-O0']],
  ['small.c', cSource, ['-g', '-O2']],
  ['small.c', cSource, ['-gdwarf-4', '-O2']],
  ['small.c', cSource, ['-gdwarf-3', '-gstrict-dwarf', '-O2']],
  ['small.c', cSource, ['-gdwarf-5', '-O2', '-gz']],
  ['small.c', cSource, ['-gdwarf-4', '-O2', '-gz=zlib-gnu']],
  ['small.c', cSource, ['-gdwarf-5', '-O2', '-ffunction-sections', '-Wl,--gc-sections']],
  ['small.c', cSource, ['-gdwarf-5', '-O2', '-flto']],
  ['small.cc', cppSource, ['-gdwarf-5', '-O2']],
  ['small.cc', cppSource, ['-gdwarf-4', '-O1', '-fdebug-types-section']],
  ['small.cc', cppSource, ['-gdwarf-5', '-O0', '-fdebug-types-section']],
] as const;

/** Every address of the program's own code. */
function codeAddresses(path: string): number[] {
  const { address, size } = readElf(path).section('.text')!;
  return Array.from({ length: size }, (_, i) => address + i);
}

/** Blocks of `addr2line -i -f -a`: the address, then two lines for each frame. */
function addr2line(path: string, addresses: readonly number[]): string[][] {
  const text = run('addr2line', '-e', path, '-i', '-f', '-a', ...addresses.map((a) => a.toString(16)));
  return text
    .split(/^0x[0-9a-f]+\n/m)
    .slice(1)
    .map((block) => block.trimEnd().split('\n'));
}

/** In version 5 addr2line takes some other files for the unit's own, which has not as many lines. */
function isMistaken(text: string): boolean {
  const [, file, line] = /([^/]+):(\d+)$/.exec(text)!;
  return file === '<artificial>' || (file === 'small.cc' && Number(line) > cppSource.split('\n').length);
}

/** addr2line adds template arguments to names, and names some inlined calls by the symbol that they are in. */
const withoutArguments = (name: string) => name.replace(/<.*/, '');

describe.each(builds)('%s %#', (file, source, flags) => {
  const path = workshop.build(file, source, flags);
  const info = debugInfoOf(path);
  const elf = readElf(path);
  const addresses = codeAddresses(path);

  it(`knows the same lines and inlined calls as addr2line (${flags.join(' ')})`, () => {
    const expected = addr2line(path, addresses);
    let known = 0;
    addresses.forEach((address, i) => {
      const ours = info.framesAt(address);
      const theirs = expected[i]!;
      const lines = theirs
        .filter((_, n) => n % 2 === 1)
        .map((text) => text.replace(/ \(discriminator.*/, ''));
      // `file:?` comes from the symbol table.
      if (/^\?\?|:\?$/.test(lines[0]!)) return;
      known++;
      const text = ours.map(({ place }) => `${place?.file.split('/').at(-1)}:${place?.line || '?'}`);
      const wanted = lines.map((line, n) => (isMistaken(line) ? text[n] : line.split('/').at(-1)));
      expect([address.toString(16), ...text]).toEqual([address.toString(16), ...wanted]);
      const names = theirs.filter((_, n) => n % 2 === 0);
      const symbol = elf.functionAt(address)?.name;
      for (const [n, { function: name, linkageName }] of ours.entries()) {
        // Between functions addr2line says the last.
        if (name === undefined) continue;
        expect([withoutArguments(name), linkageName, symbol]).toContain(withoutArguments(names[n]!));
      }
    });
    expect(known).toBeGreaterThan(100);
  });
});

it('reads 64-bit offsets', () => {
  const [narrow, wide] = ['-gdwarf32', '-gdwarf64'].map((flag) =>
    workshop.build('small.c', cSource, ['-gdwarf-5', '-O2', flag]),
  );
  const all = (path: string) => codeAddresses(path).map((address) => debugInfo(path).framesAt(address));
  const debugInfo = memoise(debugInfoOf);
  expect(run('readelf', '--debug-dump=info', wide!)).toContain('(64-bit)');
  expect(all(wide!)).toEqual(all(narrow!));
});

function memoise<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

describe('a source line', () => {
  const path = workshop.build('line.c', cSource, ['-g', '-O0']);
  const info = debugInfoOf(path);
  /** `info line` tells one place; `break` all, but steps over the beginning of a function. */
  const gdb = (line: string) => {
    const text = run(
      'gdb',
      '-batch',
      '-nx',
      '-ex',
      `break ${line}`,
      '-ex',
      'info breakpoints',
      '-ex',
      `info line ${line}`,
      path,
    );
    const all = [...text.matchAll(/^1\.\d+ .*(0x[0-9a-f]+) in /gm)];
    return (all.length > 0 ? all : [.../starts at address (0x[0-9a-f]+)/g[Symbol.matchAll](text)]).map(
      (match) => Number(match[1]),
    );
  };

  it.each([5, 6, 9, 10, 12, 13, 15, 16, 17, 19, 20])('line.c:%s begins where gdb says', (line) => {
    const found = addressesOfLine(info, { file: 'line.c', line });
    expect(found).toMatchObject({ kind: 'found', line });
    expect(found.kind === 'found' && found.addresses).toEqual(gdb(`line.c:${line}`));
  });

  it('without code stands for the next', () => {
    expect(addressesOfLine(info, { file: 'line.c', line: 14 })).toMatchObject({ kind: 'found', line: 15 });
    expect(addressesOfLine(info, { file: 'line.c', line: 900 })).toEqual({ kind: 'no-code' });
    expect(addressesOfLine(info, { file: 'nosuch.c', line: 1 })).toEqual({ kind: 'no-file' });
    expect(addressesOfLine(info, { file: 'ine.c', line: 1 })).toEqual({ kind: 'no-file' });
  });

  it('is found by its column', () => {
    const second = addressesOfLine(info, { file: './line.c', line: 15, column: 21 });
    expect(second.kind === 'found' && second.addresses.length).toBe(1);
    expect(addressesOfLine(info, { file: 'line.c', line: 15, column: 99 })).toEqual({ kind: 'no-code' });
  });

  it('has a place in each call that it was inlined into', () => {
    const inlined = debugInfoOf(workshop.build('line.c', cSource, ['-g', '-O2']));
    const found = addressesOfLine(inlined, { file: 'line.c', line: 5 });
    expect(found.kind === 'found' && found.addresses.length).toBeGreaterThanOrEqual(4);
  });
});
