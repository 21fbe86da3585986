import { describe, expect, it } from 'vitest';
import { toByteString } from '../../output/byte-string.ts';
import type { EnumType, StructType, Type } from '../../program/types.ts';
import { compileFormatter } from './format.ts';
import { compileJson } from './json.ts';
import { plainResolvers, ResolveError, type Resolvers } from './resolvers.ts';
import {
  array,
  bool,
  buffer,
  encode,
  int8,
  int16,
  int32,
  int64,
  pointer,
  type Raw,
  record,
  string,
  tuple,
  uint8,
  uint32,
  uint64,
} from './testing/encode.ts';
import { compileDecoder } from './value.ts';

const text = (type: Type, value: Raw, resolvers: Resolvers = plainResolvers) =>
  compileFormatter(type, resolvers)(encode(type, value), 0);
const json = (type: Type, value: Raw, resolvers: Resolvers = plainResolvers) =>
  compileJson(type, resolvers)(encode(type, value), 0);
const value = (type: Type, raw: Raw, resolvers: Resolvers = plainResolvers) =>
  compileDecoder(type, resolvers)(encode(type, raw), 0);

const colors: EnumType = {
  kind: 'enum',
  name: 'E',
  size: 4,
  signed: false,
  variants: new Map([
    [1n, 'AA'],
    [2n, 'BB'],
  ]),
};
const inner: StructType = {
  kind: 'struct',
  tag: 'struct',
  name: '',
  size: 4,
  align: 4,
  fields: [{ name: 'x', type: int32, offset: 0 }],
};
const bits = (name: string, shift: number, width: number) => ({
  name,
  type: uint32,
  offset: 48,
  bits: { shift, width },
});
/** struct S { int a; char b; char name[8]; int arr[3]; struct { int x; } in; int *p; unsigned bf:3, bg:5; … } */
const struct: StructType = {
  kind: 'struct',
  tag: 'struct',
  name: 'S',
  size: 56,
  align: 8,
  fields: [
    { name: 'a', type: int32, offset: 0 },
    { name: 'b', type: int8, offset: 4 },
    { name: 'name', type: string(8), offset: 5 },
    { name: 'arr', type: array(int32, 3), offset: 16 },
    { name: 'in', type: inner, offset: 28 },
    { name: 'p', type: pointer, offset: 32 },
    { name: '', type: inner, offset: 40 },
    bits('bf', 0, 3),
    bits('bg', 3, 5),
  ],
};
const emptyStruct = { a: 0, b: 0, name: '', arr: [0, 0, 0], in: { x: 0 }, p: 0, '': { x: 0 }, bf: 0, bg: 0 };

describe('text, JSON and value of', () => {
  const cases: [string, Type, Raw, string, string, unknown][] = [
    ['int8', int8, -1, '-1', '-1', -1],
    ['int16', int16, -300, '-300', '-300', -300],
    ['uint8', uint8, 200, '200', '200', 200],
    [
      'largest uint64',
      uint64,
      2n ** 64n - 1n,
      '18446744073709551615',
      '"18446744073709551615"',
      2n ** 64n - 1n,
    ],
    ['least int64', int64, -(2n ** 63n), '-9223372036854775808', '-9223372036854775808', -(2n ** 63n)],
    ['2^53 + 1', int64, 2n ** 53n + 1n, '9007199254740993', '"9007199254740993"', 2n ** 53n + 1n],
    ['2^53 - 1', int64, 2n ** 53n - 1n, '9007199254740991', '9007199254740991', 2 ** 53 - 1],
    ['-(2^53 - 1)', int64, -(2n ** 53n) + 1n, '-9007199254740991', '-9007199254740991', -(2 ** 53) + 1],
    ['-2^40', int64, -(2n ** 40n), '-1099511627776', '-1099511627776', -(2 ** 40)],
    ['true', bool, true, 'true', 'true', true],
    ['false', bool, false, 'false', 'false', false],
    ['a string', string(8), 'a"b\\\n', 'a"b\\\n', '"a\\"b\\\\\\n"', 'a"b\\\n'],
    ['a full string', string(4), 'abcd', 'abcd..', '"abcd.."', 'abcd..'],
    ['a string of UTF-8', string(8), toByteString('é'), toByteString('é'), toByteString('"é"'), 'é'],
    ['a string of other bytes', string(8), 'a\xff\x01', 'a\xff\x01', '"a\\u00ff\\u0001"', 'a\ufffd\x01'],
    ['a pointer', pointer, 0x5590686df040n, '0x5590686df040', '94078715686976', 0x5590686df040],
    ['null', pointer, 0, '0x0', '0', 0],
    ['pointer -1', pointer, 2n ** 64n - 1n, '0xffffffffffffffff', '"18446744073709551615"', 2n ** 64n - 1n],
    ['an enum', colors, 2, 'BB', '2', 'BB'],
    ['an unknown enum', colors, 5, '5', '5', 5],
    ['an array', array(int32, 3), [4, 3, 2], '[4,3,2]', '[4,3,2]', [4, 3, 2]],
    [
      'an array of arrays',
      array(array(int8, 2), 2),
      [
        [1, 2],
        [3, 4],
      ],
      '[[1,2],[3,4]]',
      '[[1,2],[3,4]]',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['an empty array', array(int8, 0), [], '[]', '[]', []],
    ['a tuple', tuple(int8, string(2), bool), [1, 'x', true], '(1, x, true)', '[1,"x",true]', [1, 'x', true]],
    ['one element', tuple(int8), [1], '(1)', '[1]', [1]],
    [
      'a record',
      record({ a: int8, b: string(2), c: tuple(int8, int8) }),
      { a: 1, b: 'x', c: [1, 2] },
      '{ .a = 1, .b = x, .c = (1, 2) }',
      '{"a": 1, "b": "x", "c": [1,2]}',
      { a: 1, b: 'x', c: [1, 2] },
    ],
    ['an empty record', record({}), {}, '{}', '{}', {}],
    [
      'a buffer',
      buffer(5),
      'abc\x01\xff',
      'abc\\x01\\xff',
      '[97,98,99,1,-1]',
      Uint8Array.of(97, 98, 99, 1, 255),
    ],
    ['IPv4', { kind: 'inet' }, [2n, 0x0100007fn, 0n], '127.0.0.1', '"127.0.0.1"', '127.0.0.1'],
    ['IPv6', { kind: 'inet' }, [10n, 0x80fen, 0x0100000000000000n], 'fe80::1', '"fe80::1"', 'fe80::1'],
    ['any IPv6', { kind: 'inet' }, [10n, 0n, 0n], '::', '"::"', '::'],
    [
      'an Ethernet address',
      { kind: 'mac' },
      0x0000ab00_0005n | (0x4fn << 40n),
      '05:00:00:AB:00:4F',
      '"05:00:00:AB:00:4F"',
      '05:00:00:AB:00:4F',
    ],
    ['no symbol', { kind: 'ksym' }, 0n, '0', '"0"', '0'],
    ['count', { kind: 'count' }, 7n, '7', '7', 7],
    ['avg', { kind: 'avg', signed: true }, [2n, -15n], '-7', '-7', -7],
    [
      'stats',
      { kind: 'stats', signed: true },
      [2n, 15n],
      '{ .count = 2, .average = 7, .total = 15 }',
      '{"count": 2, "average": 7, "total": 15}',
      { count: 2, average: 7, total: 15 },
    ],
    ['void', { kind: 'void' }, [], 'null', 'null', null],
    [
      'a struct',
      struct,
      emptyStruct,
      '{ .a = 0, .b = 0, .name = , .arr = [0,0,0], .in = { .x = 0 }, .p = 0x0, .x = 0, .bf = 0, .bg = 0 }',
      '{"a": 0, "b": 0, "name": "", "arr": [0,0,0], "in": {"x": 0}, "p": 0, "x": 0, "bf": 0, "bg": 0}',
      { a: 0, b: 0, name: '', arr: [0, 0, 0], in: { x: 0 }, p: 0, x: 0, bf: 0, bg: 0 },
    ],
  ];
  it.each(cases)('%s', (_, type, raw, asText, asJson, asValue) => {
    expect(text(type, raw)).toBe(asText);
    expect(json(type, raw)).toBe(asJson);
    expect(value(type, raw)).toEqual(asValue);
  });

  it('bit-fields', () => {
    const memory = encode(struct, emptyStruct);
    memory.view.setUint32(48, 0b10110_110, true);
    expect(compileFormatter(struct, plainResolvers)(memory, 0)).toContain('.bf = 6, .bg = 22 }');
  });
});

describe('what is resolved on the machine', () => {
  const resolvers: Resolvers = {
    truncationTrailer: '~',
    kernelSymbol: (address) => (address === 5n ? 'vfs_open' : `0x${address.toString(16)}`),
    userSymbol: (pid, address) => `${pid}/${address}`,
    stackText: (type, id, pid) => `\n        ${type.kind} ${id}\n        pid ${pid}\n`,
    cgroupPath: (id, filter) => `unified:/${id}${filter ?? ''}`,
    userName: (uid) => {
      if (uid === 1) throw new ResolveError('no such user');
      return 'root';
    },
    wallTimeNs: (_, ns) => ns + 1_700_000_000_000_000_000n,
  };
  const cases: [string, Type, Raw, string, unknown][] = [
    ['kernel symbols', { kind: 'ksym' }, 5n, 'vfs_open', 'vfs_open'],
    ['user symbols', { kind: 'usym' }, [16n, 42n], '42/16', '42/16'],
    [
      'kernel stacks',
      { kind: 'kstack', mode: 'bpftrace', limit: 3, map: 1 },
      9n,
      '\n        kstack 9\n        pid 0\n',
      ['kstack 9', 'pid 0'],
    ],
    [
      'user stacks',
      { kind: 'ustack', mode: 'perf', limit: 3, map: 1 },
      [9n, 42n],
      '\n        ustack 9\n        pid 42\n',
      ['ustack 9', 'pid 42'],
    ],
    ['stacks that failed', { kind: 'kstack', mode: 'bpftrace', limit: 3, map: 1 }, -14n, '\n', []],
    ['control groups', { kind: 'cgroup-path', filter: '*' }, 3n, 'unified:/3*', 'unified:/3*'],
    ['users', { kind: 'username' }, 0n, 'root', 'root'],
    ['failures', { kind: 'username' }, 1n, '!{no such user}', '!{no such user}'],
    [
      'times',
      { kind: 'timestamp', clock: 'boot', format: '%s.%f' },
      1_000n,
      '1700000000.000001',
      '1700000000.000001',
    ],
    ['plain times', { kind: 'timestamp', clock: 'boot' }, 1_000n, '1000', '1000'],
    ['cut strings', string(2), 'ab', 'ab~', 'ab~'],
  ];
  it.each(cases)('%s', (_, type, raw, asText, asValue) => {
    expect(text(type, raw, resolvers)).toBe(asText);
    expect(value(type, raw, resolvers)).toEqual(asValue);
    expect(JSON.parse(json(type, raw, resolvers))).toBe(asText);
  });
});
