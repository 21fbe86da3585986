import { expect, it } from 'vitest';
import { summarizeCases } from './kernel-cases.mjs';

const host = { kernel: '6.18', where: 'host', ran: ['a', 'b'], skipped: { c: 'no kprobe_pmu', d: 'no pmu' } };
const guest = {
  kernel: '6.1',
  where: 'virtual machine',
  ran: ['a', 'c'],
  skipped: { b: 'has x', d: 'no pmu' },
};

it('sums up each kernel in a line, and names what ran on none', () => {
  expect(summarizeCases([host, guest], { d: 'no machine of the tests has one' })).toEqual({
    lines: [
      'Linux 6.18 (host): 2 cases ran, 2 skipped (1 ran on the other kernel)',
      'Linux 6.1 (virtual machine): 2 cases ran, 2 skipped (1 ran on the other kernel)',
      'ran on no kernel: d: no machine of the tests has one',
    ],
    problems: [],
  });
});

it('complains of cases that are not listed, and of entries that are not needed', () => {
  expect(summarizeCases([host, guest], { a: 'x', z: 'x' }).problems).toEqual([
    '"d" ran on no kernel (host: no pmu; virtual machine: no pmu): list it with its reason in tests/kernels/nowhere.json',
    '"a" is listed in tests/kernels/nowhere.json, but it ran',
    '"z" is listed in tests/kernels/nowhere.json, but there is no such case',
  ]);
});
