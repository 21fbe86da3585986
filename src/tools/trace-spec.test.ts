import { describe, expect, it } from 'vitest';
import { formatMessage } from './format-message.ts';
import { parseDistributionSpec, parseTraceSpec } from './trace-spec.ts';

describe('parseTraceSpec', () => {
  it.each([
    ['vfs_read', { probe: 'kprobe:vfs_read', condition: undefined, format: undefined, expressions: [] }],
    [
      't:syscalls:sys_enter_openat "open %s, %d\\n", str(args.filename), (int32)args.flags',
      {
        probe: 'tracepoint:syscalls:sys_enter_openat',
        condition: undefined,
        format: 'open %s, %d\n',
        expressions: ['str(args.filename)', '(int32)args.flags'],
      },
    ],
    [
      'r:c:malloc (retval == 0 && strcontains(comm, "a)")) "none left"',
      {
        probe: 'uretprobe:libc:malloc',
        condition: 'retval == 0 && strcontains(comm, "a)")',
        format: 'none left',
        expressions: [],
      },
    ],
  ])('%s', (text, spec) => {
    expect(parseTraceSpec(text)).toEqual(spec);
  });

  it.each([
    ['k:f %s', 'comes a format in double quotes'],
    ['k:f "a" b', 'a comma is missing'],
    ['k:f (a', 'a closing parenthesis is missing'],
  ])('refuses %s', (text, message) => {
    expect(() => parseTraceSpec(text)).toThrow(message);
  });
});

describe('parseDistributionSpec', () => {
  it('takes expressions and a condition', () => {
    expect(parseDistributionSpec('t:syscalls:sys_exit_read comm, max(args.ret, 0) if args.ret > 0')).toEqual({
      probe: 'tracepoint:syscalls:sys_exit_read',
      expressions: ['comm', 'max(args.ret, 0)'],
      condition: 'args.ret > 0',
    });
  });

  it('wants an expression', () => {
    expect(() => parseDistributionSpec('k:f')).toThrow('says no expression');
  });
});

it('messages have the conversions of printf', () => {
  expect(formatMessage('%s %d %5u|%-4x|%c %p %lx 100%%', ['a', -1, 7, 255, 65, 16n, (1n << 40n) + 1n])).toBe(
    'a -1     7|ff  |A 0x10 10000000001 100%',
  );
  expect(formatMessage('%d %s', [4294967295, ['f', 'g']])).toBe('-1 f g');
});
