import { expect, it } from 'vitest';
import { typeName } from './type-name.ts';
import type { Type } from './types.ts';

const int8: Type = { kind: 'int', size: 1, signed: true };

it.each<[string, Type]>([
  ['int8', int8],
  ['uint64', { kind: 'int', size: 8, signed: false }],
  ['string[4]', { kind: 'string', size: 4 }],
  ['uint32 *', { kind: 'pointer', to: { kind: 'int', size: 4, signed: false }, space: 'kernel' }],
  [
    'struct task_struct *',
    { kind: 'pointer', to: { kind: 'named', tag: 'struct', name: 'task_struct' }, space: 'kernel' },
  ],
  ['(int8,string[2])', { kind: 'tuple', elements: [int8, { kind: 'string', size: 2 }] }],
  [
    'record { .a = int8, .b = string[2] }',
    {
      kind: 'record',
      fields: [
        { name: 'a', type: int8 },
        { name: 'b', type: { kind: 'string', size: 2 } },
      ],
    },
  ],
  ['int8[3]', { kind: 'array', element: int8, length: 3 }],
  ['inet[24]', { kind: 'inet' }],
  ['kstack_bpftrace_127', { kind: 'kstack', mode: 'bpftrace', limit: 127, map: 0 }],
  ['ustack_perf_3', { kind: 'ustack', mode: 'perf', limit: 3, map: 0 }],
  ['usum_t', { kind: 'sum', signed: false }],
  ['sum_t', { kind: 'sum', signed: true }],
  ['username_t', { kind: 'username' }],
])('is called %s', (name, type) => {
  expect(typeName(type)).toBe(name);
});
