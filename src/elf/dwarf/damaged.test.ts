/** Damaged debug information ends in values or in an ElfError, soon, whatever is asked. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesSource } from '../byte-source.ts';
import { Elf } from '../elf.ts';
import { ElfError } from '../elf-error.ts';
import { parameterPlaces } from './calling-convention.ts';
import { DebugInfo } from './debug-info.ts';
import { Dwarf } from './dwarf.ts';
import { prototypeOf } from './prototype.ts';
import { addressesOfLine } from './source-line.ts';
import { decompress, Workshop } from './testing/compiled.ts';
import type { DwarfType } from './types.ts';

const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());

const source = `
struct node { struct node *next; int values[3][4]; unsigned flags : 3; union { int i; char c[4]; } u; };
static inline int sum(const struct node *n) { int s = 0; for (int i = 0; i < 3; i++) s += n->values[i][0]; return s; }
__attribute__((noinline)) int walk(struct node *n, struct node by_value) { int s = 0; while (n) { s += sum(n); n = n->next; } return s + by_value.u.i; }
int main(void) { struct node a = {0}; return walk(&a, a); }
`;

function look(type: DwarfType, depth = 0): void {
  if (depth > 6) return;
  if (type.kind === 'pointer') look(type.to(), depth + 1);
  if (type.kind === 'array') look(type.element, depth + 1);
  if (type.kind === 'struct' || type.kind === 'union')
    for (const member of type.members().slice(0, 50)) look(member.type, depth + 1);
}

function attempt(use: () => unknown): void {
  try {
    use();
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
}

function exercise(bytes: Uint8Array, addresses: readonly number[]): void {
  attempt(() => {
    const info = new DebugInfo(new Dwarf(Elf.open(bytesSource(bytes, 'damaged')), { decompress }));
    for (const address of addresses) {
      attempt(() => info.framesAt(address));
      attempt(() => {
        const block = info.functionAt(address);
        if (block === undefined) return;
        const prototype = prototypeOf(info.dwarf, block.entry);
        attempt(() => parameterPlaces(prototype));
        for (const { type } of prototype.parameters) attempt(() => look(type));
      });
    }
    attempt(() => addressesOfLine(info, { file: 'damaged.c', line: 4 }));
  });
}

describe.each([['-gdwarf-5'], ['-gdwarf-4'], ['-gdwarf-5', '-gz']])('%s %s', (...flags) => {
  const path = workshop.build('damaged.c', source, ['-O2', ...flags]);
  const bytes = new Uint8Array(readFileSync(path));
  const elf = Elf.open(bytesSource(bytes, path));
  const functions = ['walk', 'main'].map((name) => elf.functions(name)[0]!);
  const addresses = functions.flatMap(({ address, size }) => [
    address,
    address + (size >> 1),
    address + size - 1,
  ]);
  const sections = elf.sections.filter(({ name }) => name.startsWith('.debug_'));
  const place = fc
    .tuple(fc.constantFrom(...sections), fc.nat(1 << 20))
    .map(([section, at]) => section.offset + (at % section.size));

  it('flipped bytes', () => {
    const started = performance.now();
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 12 }), (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        exercise(damaged, addresses);
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('all ones, all zeros, and cut short, by section', () => {
    for (const { offset, size } of sections) {
      for (const value of [0, 0xff, 0x80]) {
        const damaged = Uint8Array.from(bytes);
        damaged.fill(value, offset + Math.floor(size / 3), offset + size);
        exercise(damaged, addresses);
      }
    }
    for (let length = 64; length < bytes.length; length += 501)
      exercise(bytes.subarray(0, length), addresses);
  });
});

it('names the file, the section and the place', () => {
  const path = workshop.build('damaged.c', source, ['-O2', '-gdwarf-5']);
  const bytes = new Uint8Array(readFileSync(path));
  const info = Elf.open(bytesSource(bytes, path)).section('.debug_info')!;
  bytes[info.offset + 4] = 77;
  const broken = new DebugInfo(new Dwarf(Elf.open(bytesSource(bytes, '/tmp/broken'))));
  expect(() => broken.placeOf(0x1130)).toThrow(
    "/tmp/broken: section '.debug_info' at offset 0x0: DWARF version 77 is not supported",
  );
});
