import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toByteString } from '../../output/byte-string.ts';
import type { Type } from '../../program/types.ts';
import { gfpNames, gfpText } from './gfp.ts';
import { compilePrintf } from './printf.ts';
import { plainResolvers } from './resolvers.ts';
import {
  type Argument,
  bool,
  buffer,
  encodeRecord,
  int8,
  int16,
  int32,
  int64,
  pointer,
  record,
  string,
  tuple,
  uint8,
  uint32,
  uint64,
} from './testing/encode.ts';

function printf(format: string, ...args: Argument[]): string {
  const { memory, layout } = encodeRecord(args);
  return compilePrintf(toByteString(format), layout, plainResolvers)(memory, 0, memory.length);
}

const of = (type: Type, ...values: Argument['value'][]): Argument[] =>
  values.map((value) => ({ type, value }));
const text = (value: string): Argument => ({
  type: string(toByteString(value).length + 1),
  value: toByteString(value),
});

describe('printf', () => {
  it('agrees with the reference on integers', () => {
    const format = '%d|%5d|%-5d|%05d|%+d|% d|%x|%#x|%X|%#X|%o|%#o|%u|%i|%c|%p|%s|%%|\n';
    const args = of(int16, 42, 42, 42, 42, 42, 42, 255, 255, 255, 255, 8, 8, 42, 42, 65, 255, 42);
    expect(printf(format, ...args)).toBe(
      '42|   42|42   |00042|+42|42|ff|0xff|FF|0XFF|10|010|42|42|A|0xff|42|%|\n',
    );
  });

  it('cuts to the width of the length modifier', () => {
    expect(printf('%d %u %x %lx %hhx\n', ...of(int8, -42, -42, -42, -42, -42))).toBe(
      '-42 4294967254 ffffffd6 ffffffffffffffd6 d6\n',
    );
    expect(printf('%zd %jd %td %Ld', ...of(int8, 1, 2, 3, 4))).toBe('1 2 3 4');
    expect(printf('%d %ld %lu', ...of(int64, -1n, -1n, -1n))).toBe('-1 -1 18446744073709551615');
    expect(printf('%d %u %hd', ...of(int64, 2n ** 31n, 2n ** 32n + 5n, 65_535n))).toBe('-2147483648 5 -1');
    expect(
      printf(
        '%d %u %hhu %tu',
        { type: uint8, value: 200 },
        { type: uint32, value: 2 ** 32 - 1 },
        ...of(int64, 511n, -42n),
      ),
    ).toBe('200 4294967295 255 -42');
    expect(printf('%lx %llu', ...of(uint64, 2n ** 64n - 1n, 2n ** 53n + 1n))).toBe(
      'ffffffffffffffff 9007199254740993',
    );
  });

  it('fills with zeros in front of everything', () => {
    expect(printf('%06d|%-+ #05d|%#06x', ...of(int8, -42, 2, 127))).toBe('000-42|+2000|000x7f');
  });

  it('prints strings with padding and without precision', () => {
    expect(
      printf('%s|%10s|%-10s|%.3s|%5.2s|%010s\n', ...Array.from({ length: 6 }, () => text('hello'))),
    ).toBe('hello|     hello|hello     |hello|hello|00000hello\n');
    expect(printf('%5s|%-5s|%5d\n', text('日本'), text('é'), { type: int8, value: 3 })).toBe(
      toByteString('日本|é   |    3\n'),
    );
  });

  it('prints booleans and characters', () => {
    expect(printf('%d %x %c|%10d|%-10s|\n', ...of(bool, true, true, true, false, false))).toBe(
      '1 1 \x01|         0|false     |\n',
    );
    expect(printf('%5c|%-5c|%5p|%20p|\n', ...of(int8, 65, 66, 1, 2))).toBe(
      '    A|B    |  0x1|                 0x2|\n',
    );
  });

  it('prints pointers', () => {
    expect(printf('%lx %p %s %d', ...of(pointer, 16n, 16n, 16n, 16n))).toBe('10 0x10 0x10 16');
  });

  it('pads the first piece only', () => {
    const pair = { type: tuple(int8, int8), value: [1, 2] };
    const one = { type: record({ a: int8 }), value: { a: 1 } };
    expect(printf('[%8s][%-8s][%8s][%08d][%8s]', pair, pair, ...of(bool, true, true), one)).toBe(
      '[       (1, 2)][(       1, 2)][    true][00000001][      { .a = 1 }]',
    );
  });

  it('prints buffers three ways', () => {
    const bytes = { type: buffer(8), value: 'abc\x01\xff~ \x7f' };
    expect(printf('%r|%rx|%rh|%s|', bytes, bytes, bytes, bytes)).toBe(
      'abc\\x01\\xff~ \\x7f|\\x61\\x62\\x63\\x01\\xff\\x7e\\x20\\x7f|61 62 63 01 ff 7e 20 7f|abc\\x01\\xff~ \\x7f|',
    );
  });

  it('prints enums by name and number', () => {
    const color: Type = {
      kind: 'enum',
      name: 'E',
      size: 4,
      signed: false,
      variants: new Map([
        [2n, 'BB'],
        [100n, 'CC'],
      ]),
    };
    expect(printf('%d %s %x %s', ...of(color, 2, 2, 100, 7))).toBe('2 BB 64 7');
  });

  it('names allocation flags', () => {
    expect(printf('%gr|%gr|%gr|%gr', ...of(uint32, 0, 0xcc0, 0x820, 0x80000000))).toBe(
      '0|GFP_KERNEL|GFP_ATOMIC|0x80000000',
    );
    expect(gfpText(0x400cc0n | 0x100n)).toBe('GFP_KERNEL_ACCOUNT|__GFP_ZERO');
  });

  it('copies what is no conversion', () => {
    expect(printf('%')).toBe('%');
    expect(printf('a%zb\n')).toBe('a%zb\n');
    expect(printf('%5%|%d%\n', { type: int8, value: 3 })).toBe('%|3%\n');
  });

  it('reads strings behind the fixed part, in order', () => {
    const tail = (value: string, size = 64): Argument => ({ type: string(size), value, tail: true });
    expect(printf('%s|%d|%5s|%s|', tail('first'), { type: int32, value: -7 }, tail('ab'), tail(''))).toBe(
      'first|-7|   ab||',
    );
    expect(printf('%s', tail('cut here', 8))).toBe('cut here..');
  });

  it('keeps inside the record when a length is wrong', () => {
    const { memory, layout } = encodeRecord([{ type: string(64), value: 'abc', tail: true }]);
    memory.view.setUint32(layout.fields[0]!.offset, 0xffff_ffff, true);
    expect(compilePrintf('%s', layout, plainResolvers)(memory, 0, memory.length)).toBe('abc');
  });
});

describe('allocation flags', () => {
  const described = '/sys/kernel/tracing/events/kmem/kmalloc/format';
  it.skipIf(!existsSync(described))('have the values that this kernel gives them (needs tracefs)', () => {
    const format = readFileSync(described, 'latin1');
    const single = [
      ...format.matchAll(/\{\( unsigned long\)\(\( gfp_t\)\(\(\(\(1UL\)\)\) << \((\d+)\)\)\), "(\w+)"\}/g),
    ];
    expect(single.length).toBeGreaterThan(15);
    const ours = new Map(gfpNames.map(([mask, name]) => [name, mask]));
    for (const [, shift, name] of single) {
      if (ours.has(name!)) expect([name, ours.get(name!)]).toEqual([name, 1n << BigInt(shift!)]);
    }
  });
});
