import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { heads, interpret, machineTarget, run, runInKernel } from '../testing/run.ts';

const printed = (...expressions: readonly string[]) =>
  run(`begin { ${expressions.map((e) => `print(${e});`).join(' ')} }`)
    .trimEnd()
    .split('\n');
const message = (expression: string) =>
  heads(`begin { print(${expression}); }`).map((head) => head.replace(/^.*ERROR: /, ''));

describe('numbers and texts', () => {
  test('bswap', () => {
    expect(
      printed('bswap((uint32)0x01020304)', 'bswap((uint16)1)', 'bswap((uint8)7)', 'bswap(0x1234)'),
    ).toEqual(['67305985', '256', '7', '13330']);
    expect(run('begin { @x = (uint32)0x01020304; @y = (int64)1; print(bswap(@x)); print(bswap(@y)); }')).toBe(
      '67305985\n72057594037927936\n',
    );
    expect(message('bswap("a")')).toEqual(['bswap() only supports integer arguments (string provided)']);
  });

  test('texts of numbers, constant and not', () => {
    const expected = [
      'Operation not permitted',
      'Success',
      'Try again (operation would block)',
      'Unknown error',
      'No such file or directory',
    ];
    const numbers = [1, 0, 11, 4000, -2];
    expect(printed(...numbers.map((n) => `strerror(${n})`))).toEqual(expected);
    expect(
      run(
        `begin { ${numbers.map((n) => `$n = (int64)${n}; $n += nsecs * 0; print(strerror($n));`).join(' ')} }`,
      ),
    ).toBe(`${expected.join('\n')}\n`);
    expect(
      printed('signal_name(9)', 'signal_name(15)', 'signal_name(0)', 'signal_name(65)', 'signal_name(34)'),
    ).toEqual(['Killed', 'Terminated', 'Unknown signal 0', 'N/A', 'Real-time signal 0']);
    expect(printed('syscall_name(0)', 'syscall_name(257)', 'syscall_name(5)', 'syscall_name(9999)')).toEqual([
      'read',
      'openat',
      'fstat',
      'Unknown syscall',
    ]);
    expect(
      run(
        'begin { @n = 9; @m = -1; print(signal_name(@n)); print(signal_name(@m)); print(syscall_name(@n)); print(strerror(@n) == "Bad file number"); }',
      ),
    ).toBe('Killed\nN/A\nmmap\ntrue\n');
    expect(message('strerror("a")')).toEqual([
      'strerror() only supports integer arguments (string provided)',
    ]);
  });
});

describe('buf', () => {
  test('of literals, strings and arrays', () => {
    expect(printed('buf("abcdef",3)', 'buf("abc",10)', 'buf("abc", 0)', 'buf((uint8[4])0x41424344)')).toEqual(
      ['abc', 'abc\\x00\\x00\\x00\\x00\\x00\\x00\\x00', '', 'DCBA'],
    );
    expect(
      run(
        'begin { @s = "abcdef"; print(buf(@s, 2)); print(buf(@s, 8)); @b = buf(@s, 3); @[@b] = 1; $b = @b; print($b); print(@[@b]); }',
      ),
    ).toBe('ab\nabcdef\\x00\\x00\nabc\n1\n');
    expect(
      run('begin { $b = buf("abc\\x01\\xff~ \\x7f", 8); printf("%r|%rx|%rh|%s|\\n", $b,$b,$b,$b); }'),
    ).toBe(
      'abc\\x01\\xff~ \\x7f|\\x61\\x62\\x63\\x01\\xff\\x7e\\x20\\x7f|61 62 63 01 ff 7e 20 7f|abc\\x01\\xff~ \\x7f|\n',
    );
  });

  test('with a length known at run time, and of memory at an address', () => {
    expect(
      run(
        'begin { @n = 3; @s = "abcdef"; print(buf(@s, @n)); print(buf(@s, @n - 3)); $x = "xyz"; print(buf(&$x, @n)); print(buf((uint64)&$x, 2)); }',
      ),
    ).toBe('abc\n\nxyz\nxy\n');
    expect(run('config = { max_strlen = 16 } begin { @n = -1; @s = "abcdef"; print(buf(@s, @n)); }')).toBe(
      `abcdef${'\\x00'.repeat(10)}\n`,
    );
  });

  test('what can not be', () => {
    expect(heads('begin { print(buf("abc")); }')).toEqual([
      'stdin:1:15-25: ERROR: buf() expects a length argument for non-array type string',
    ]);
    expect(message('buf((1,2), 3)')).toEqual([
      'buf() expects an integer, string, or array argument but saw tuple',
    ]);
    expect(message('buf("a", -1)')).toEqual(['buf cannot use negative length (-1)']);
  });
});

describe('addresses of networks', () => {
  test('ntop and pton', () => {
    expect(
      printed(
        'ntop(2, 0x0100007f)',
        'ntop(10, pton("fe80::1"))',
        'ntop(pton("1.2.3.4"))',
        'ntop((uint32)16909060)',
        'ntop(-1)',
        '(uint32)pton("10.1.2.3")',
        'pton("1.2.3.4")',
        'ntop(pton("::ffff:1.2.3.4"))',
        'ntop(pton("::"))',
      ),
    ).toEqual([
      '127.0.0.1',
      'fe80::1',
      '1.2.3.4',
      '4.3.2.1',
      '255.0.0.0',
      '50462986',
      '[1,2,3,4]',
      '::ffff:1.2.3.4',
      '::',
    ]);
    expect(
      run('begin { @a = ntop(pton("1.2.3.4")); @[ntop(1)] = 2; $a = @a; print($a); print(@[ntop(1)]); }'),
    ).toBe('1.2.3.4\n2\n');
  });

  test('what is no address', () => {
    expect(message('pton("x")')).toEqual([
      'pton() expects an string argument of an IPv4/IPv6 address, got x',
    ]);
    for (const text of [
      '1.2.3',
      '1.2.3.256',
      '01.2.3.4',
      '1:2:3:4:5:6:7',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7:8:9',
      '::1.2.3',
      '1.2.3.4::',
    ])
      expect(message(`pton("${text}")`), text).toEqual([
        `pton() expects a valid IPv4/IPv6 address, got ${text}`,
      ]);
    expect(message('pton(5)')).toEqual(['pton() expects an string literal at the first argument']);
    expect(heads('begin { print(ntop((uint8[8])(uint64)0)); }')).toEqual([
      'stdin:1:15-40: ERROR: ntop() argument must be 4 or 16 bytes in size',
    ]);
    expect(message('ntop("abc")')).toEqual(['ntop() expects an integer or array argument, got string']);
  });

  test('macaddr', () => {
    expect(printed('macaddr((uint8[8])0x0000626f6c67)').length).toBe(1);
    expect(
      run(
        'begin { $x = "globst"; print(macaddr((int8*)&$x)); @m = "globst"; print(macaddr(@m)); print(macaddr((uint8[8])(uint64)5)); }',
      ),
    ).toBe('67:6C:6F:62:73:74\n67:6C:6F:62:73:74\n05:00:00:00:00:00\n');
    expect(message('macaddr((uint8[4])1)')).toEqual(['macaddr() argument must be at least 6 bytes in size']);
    expect(message('macaddr("abcdef")')).toEqual(['macaddr() does not support literal string arguments']);
    expect(message('macaddr(5)')).toEqual([
      'macaddr() only supports array or pointer arguments (int provided)',
    ]);
  });
});

test('one element of statistics', () => {
  expect(
    run(
      'begin { @s[1] = stats(10); @s[1] = stats(20); print(@s[1]); print(@s[2]); printf("%s\\n", @s[1]); }',
    ),
  ).toBe(
    '{ .count = 2, .average = 15, .total = 30 }\n{ .count = 0, .average = 0, .total = 0 }\n{ .count = 2, .average = 15, .total = 30 }\n',
  );
});

describe('what is named when it is printed', () => {
  const resolvers = {
    wallTimeNs: (clock: string, ns: bigint) => (clock === 'boot' ? ns : ns + 1_000_000_000n),
    cgroupPath: (id: bigint, filter: string | undefined) => `<${id} ${filter}>`,
    userName: (uid: number) => `<user ${uid}>`,
  };

  test('strftime, cgroup_path, username', () => {
    const source =
      'begin { print(strftime("%S.%f", 2500000000)); printf("%s %s\\n", strftime("%H", (uint64)0), username); print(cgroup_path(7)); @p = cgroup_path(8, "uni*"); $p = @p; print($p); print(username()); }';
    expect(interpret(source, { resolvers, world: { uid: 12 } })).toBe(
      '02.500000\n00 <user 12>\n<7 undefined>\n<8 uni*>\n<user 12>\n',
    );
    expect(runInKernel(source, { resolvers })).toBe(
      '02.500000\n00 <user 0>\n<7 undefined>\n<8 uni*>\n<user 0>\n',
    );
    expect(
      interpret('begin { print(strftime("%S", nsecs(tai))); }', {
        resolvers,
        world: { nsecs: 3_000_000_000n },
      }),
    ).toBe('04\n');
    const offset = machineTarget.taiOffsetNs;
    expect(run('begin { $d = nsecs(sw_tai) - nsecs(boot); print($d / 1000000000); }').trim()).toBe(
      String(offset / 1_000_000_000n),
    );
    expect(heads('begin { print(strftime("%Y", nsecs(monotonic))); }')).toEqual([
      'stdin:1:15-47: ERROR: strftime() can not take a monotonic timestamp',
    ]);
    expect(message('strftime("%Y", -1)')).toEqual(['strftime() does not accept negative timestamps']);
    expect(message('strftime(1, 2)')).toEqual(['strftime() expects a string literal (int provided)']);
  });

  test('cgroupid is the inode of the directory', () => {
    const path = statSync('/sys/fs/cgroup/unified', { throwIfNoEntry: false })
      ? '/sys/fs/cgroup/unified'
      : '/sys/fs/cgroup';
    const found = message(`cgroupid("${path}")`);
    if (found.length === 0)
      expect(printed(`cgroupid("${path}")`)).toEqual([String(statSync(path, { bigint: true }).ino)]);
    expect(message('cgroupid("/proc")')).toEqual(['Failed to get `cgroupid` for path: "/proc"']);
  });
});
