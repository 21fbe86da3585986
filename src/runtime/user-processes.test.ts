import { describe, expect, it } from 'vitest';
import type { Type } from '../program/types.ts';
import { pidOffsets } from './user-processes.ts';

const ustack: Type = { kind: 'ustack', mode: 'bpftrace', limit: 127, map: 0 };
const usym: Type = { kind: 'usym' };
const int32: Type = { kind: 'int', size: 4, signed: true };

describe('places of pids', () => {
  it.each<[string, Type, readonly number[]]>([
    ['a stack', ustack, [8]],
    ['a symbol in a tuple, after an aligned integer', { kind: 'tuple', elements: [int32, usym] }, [16]],
    [
      'nested tuples',
      { kind: 'tuple', elements: [usym, { kind: 'tuple', elements: [int32, ustack] }] },
      [8, 32],
    ],
    ['an array', { kind: 'array', element: usym, length: 2 }, [8, 24]],
    ['kernel stacks have none', { kind: 'kstack', mode: 'bpftrace', limit: 127, map: 0 }, []],
    ['aggregates have none', { kind: 'count' }, []],
  ])('%s', (_, type, offsets) => {
    expect(pidOffsets(type)).toEqual(offsets);
  });
});
