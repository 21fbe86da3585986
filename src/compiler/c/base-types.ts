/**
 * Arithmetic types by their words in any order (C11 6.7.2), and names that every C program has from its headers.
 * Sizes are those of 64-bit Linux (LP64).
 */
import { type CType, integer, opaque, voidCType } from './c-type.ts';

const order = [
  'signed',
  'unsigned',
  'char',
  'short',
  'long',
  'int',
  'float',
  'double',
  '_Bool',
  'void',
  '__int128',
];

/** Keys: the words sorted as above, `int` left out where another word says enough. */
const arithmetic: ReadonlyMap<string, CType> = new Map<string, CType>([
  ['void', voidCType],
  // The language shows it as a number.
  ['_Bool', integer(1, false)],
  ['char', { ...integer(1, true), character: true }],
  ['signed char', integer(1, true)],
  ['unsigned char', integer(1, false)],
  ...(
    [
      ['short', 2],
      ['', 4],
      ['long', 8],
      ['long long', 8],
    ] as const
  ).flatMap(([words, size]): [string, CType][] => [
    [words, integer(size, true)],
    [`signed ${words}`.trim(), integer(size, true)],
    [`unsigned ${words}`.trim(), integer(size, false)],
  ]),
  ['float', opaque(4)],
  ['double', opaque(8)],
  ['long double', opaque(16)],
  ['__int128', opaque(16)],
  ['signed __int128', opaque(16)],
  ['unsigned __int128', opaque(16)],
]);

/** GNU spellings of the same words. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['__signed__', 'signed'],
  ['__signed', 'signed'],
  ['bool', '_Bool'],
  ['__int128_t', '__int128'],
]);

export function isArithmeticWord(word: string): boolean {
  return order.includes(synonyms.get(word) ?? word);
}

/** The type that these words make together, or undefined when they do not go together. */
export function arithmeticType(words: readonly string[]): CType | undefined {
  const plain = words.map((word) => synonyms.get(word) ?? word);
  const sorted = plain.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const ints = sorted.filter((word) => word === 'int').length;
  const others = sorted.filter((word) => word !== 'int');
  if (
    ints > 1 ||
    (ints === 1 && others.some((word) => !['signed', 'unsigned', 'short', 'long'].includes(word)))
  )
    return undefined;
  return arithmetic.get(others.join(' '));
}

/** Names of stdint.h, linux/types.h and their kind; a program's own typedef of the same name comes first. */
export const knownTypedefs: ReadonlyMap<string, CType> = new Map<string, CType>([
  ...([8, 16, 32, 64] as const).flatMap((bits): [string, CType][] => {
    const size = (bits / 8) as 1 | 2 | 4 | 8;
    const [signed, unsigned] = [integer(size, true), integer(size, false)];
    return [
      ...[`int${bits}_t`, `__s${bits}`, `s${bits}`, `__int${bits}_t`].map((name): [string, CType] => [
        name,
        signed,
      ]),
      ...[`uint${bits}_t`, `__u${bits}`, `u${bits}`, `__uint${bits}_t`, `u_int${bits}_t`].map(
        (name): [string, CType] => [name, unsigned],
      ),
      ...(bits === 8 ? [] : [`__le${bits}`, `__be${bits}`].map((name): [string, CType] => [name, unsigned])),
    ];
  }),
  ['int8', integer(1, true)],
  ['int16', integer(2, true)],
  ['int32', integer(4, true)],
  ['int64', integer(8, true)],
  ['uint8', integer(1, false)],
  ['uint16', integer(2, false)],
  ['uint32', integer(4, false)],
  ['uint64', integer(8, false)],
  ...['size_t', 'uintptr_t', '__kernel_size_t', 'ulong', 'u_long'].map((n): [string, CType] => [
    n,
    integer(8, false),
  ]),
  ...['ssize_t', 'intptr_t', 'ptrdiff_t', 'loff_t', 'off_t', 'time_t', 'clock_t'].map(
    (n): [string, CType] => [n, integer(8, true)],
  ),
  ...['pid_t', 'key_t'].map((n): [string, CType] => [n, integer(4, true)]),
  ...['uid_t', 'gid_t', 'uint', 'u_int', '__wsum'].map((n): [string, CType] => [n, integer(4, false)]),
  ...['ushort', 'u_short', '__sum16'].map((n): [string, CType] => [n, integer(2, false)]),
  ...['uchar', 'u_char'].map((n): [string, CType] => [n, integer(1, false)]),
]);
