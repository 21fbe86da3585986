import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heads, run } from '../../testing/run.ts';

/** A variable that the compiler does not know the value of: comm is what the test makes it. */
const lines = (...expressions: readonly string[]) =>
  run(
    `begin { @s = "hello, world"; @w = "world"; @e = ""; @full = (string[5])"abcd"; ${expressions.map((e) => `print(${e});`).join(' ')} }`,
  )
    .trimEnd()
    .split('\n');

describe('strlen and strcap', () => {
  test('of literals, strings, arrays and pointers', () => {
    expect(
      lines('strlen("abc")', 'strlen(@s)', 'strlen(@e)', 'strlen((int8[])"hi")', 'strlen("a\\x00b")'),
    ).toEqual(['3', '12', '0', '2', '1']);
    expect(run('begin { $x = "hello"; print(strlen((int8 *)&$x)); }')).toBe('5\n');
    expect(lines('strcap("abc")', 'strcap(@w)', 'strcap((uint8[4])1)')).toEqual(['4', '6', '4']);
  });

  test('of a string that fills its place to the last byte', () => {
    expect(
      run(
        'config = { max_strlen = 8 } begin { @a = "abcdef"; $s = str_concat(@a, @a); print(strlen($s)); @s = $s; print(strlen(@s)); }',
      ),
    ).toBe('8\n8\n');
  });

  test('what is no string', () => {
    expect(heads('begin { print(strlen(5)); }')).toEqual([
      'stdin:1:15-24: ERROR: string-like values must be either strings, arrays or pointers',
    ]);
    expect(heads('begin { print(strlen((int64 *)0)); }')).toEqual([
      'stdin:1:15-33: ERROR: string-like pointers must point to a char-like type',
    ]);
    expect(heads('begin { print(strlen()); }')).toEqual([
      'stdin:1:15-23: ERROR: strlen() requires one argument (0 provided)',
    ]);
  });
});

describe('memcmp and strncmp', () => {
  test('as the language says', () => {
    expect(
      lines('memcmp("abc","abd",3)', 'memcmp("abd","abc",3)', 'memcmp("abc","abd",2)', 'default_str_length'),
    ).toEqual(['-1', '1', '0', '1024']);
    expect(lines('strncmp(@s, "hello", 5)', 'strncmp(@s, "hello", 6) != 0', 'strncmp(@s, @s, 2000)')).toEqual(
      ['0', 'true', '0'],
    );
  });

  test('lengths known at run time, and longer than what is compared', () => {
    expect(
      run(
        'begin { @n = 3; @a = "abcx"; @b = "abcy"; print(memcmp(@a, @b, @n)); print(memcmp(@a, @b, @n + 1)); print(memcmp(@a, @a, @n + 1000)); print(memcmp(@a, @b, -@n)); }',
      ),
    ).toBe('0\n-1\n0\n-1\n');
    expect(
      run('begin { @a = str((int8*)0); @b = "x"; print(memcmp(@a, @b, 200)); print(strncmp(@b, @a, 300)); }'),
    ).toBe('-1\n1\n');
  });

  test('what is not to be compared', () => {
    expect(heads('begin { $n = 3; print(strncmp("a", "b", $n)); }')).toEqual([
      'stdin:1:23-44: ERROR: Builtin strncmp requires a non-negative literal',
    ]);
    expect(heads('begin { print(memcmp(1, "b", 1)); print(memcmp("a", "b", -1)); }')).toEqual([
      'stdin:1:15-32: ERROR: memcmp() only supports string, array or pointer arguments (int provided)',
      'stdin:1:41-61: ERROR: memcmp cannot use negative length (-1)',
    ]);
  });
});

describe('strstr and strcontains', () => {
  test('literals', () => {
    expect(
      lines('strstr("abc", "c")', 'strstr("abc", "x")', 'strstr("abc", "")', 'strcontains("abc", "b")'),
    ).toEqual(['2', '-1', '0', 'true']);
  });

  test('a literal in a string, and a string in a string', () => {
    expect(
      lines('strstr(@s, "world")', 'strstr(@s, "worlds")', 'strstr(@s, "o, w")', 'strstr(@s, "d")'),
    ).toEqual(['7', '-1', '4', '11']);
    expect(
      lines('strstr(@s, @w)', 'strstr(@s, @e)', 'strcontains(@w, @s)', 'strstr(@s, @s)', 'strstr(@w, @w)'),
    ).toEqual(['7', '0', 'false', '0', '0']);
  });

  test('in a string of full length', () => {
    const source =
      'begin { @s = str("x"); @s = str((int8*)0); @w = "long needle"; $x = "there is a long needle here"; @s = str((int8*)&$x); print(strstr(@s, "long needle")); print(strstr(@s, @w)); print(strcontains(@s, "no")); }';
    expect(run(source)).toBe('11\n11\nfalse\n');
  });

  test('agree with indexOf', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\\x80'), maxLength: 20 });
    fc.assert(
      fc.property(
        letters,
        letters.filter((needle) => needle.length < 8),
        (hay, needle) => {
          const index = hay.replaceAll('\\x80', '\x80').indexOf(needle.replaceAll('\\x80', '\x80'));
          const source = `begin { @h = "${hay}"; @n = "${needle}"; print(strstr(@h, @n)); print(strstr(@h, "${needle}")); print(strcontains("${hay}", @n)); }`;
          expect(run(source)).toBe(`${index}\n${index}\n${index >= 0}\n`);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('more than the verifier can follow', () => {
    expect(heads('begin { @a = str((int8*)0); print(strstr(@a, @a)); }').join('\n')).toMatch(
      /ERROR: strstr\(\) can not look for a string of up to 1024 bytes in one of up to 1024 bytes/,
    );
  });
});

test('str_concat joins, and cuts at max_strlen', () => {
  expect(
    lines('str_concat(@s, "!")', 'str_concat("a", "b")', 'str_concat(@e, @w)', 'strlen(str_concat(@s, @s))'),
  ).toEqual(['hello, world!', 'ab', 'world', '24']);
  expect(
    run('config = { max_strlen = 8 } begin { @a = "abcdef"; @b = "ghijkl"; print(str_concat(@a, @b)); }'),
  ).toBe('abcdefgh..\n');
});
