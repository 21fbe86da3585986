/**
 * The six sample helpers, numbers 0 to 5, that user-space BPF machines register for their test programs (uBPF,
 * rbpf), as rbpf's documentation describes them. Conformance suites expect at least `unwind`.
 */

import type { Execution } from '../execution.ts';
import { type HelperTable, helper } from './helper.ts';

/** Five bytes become one number. */
const gatherBytes = helper(5, (_, a, b, c, d, e) => (a << 32n) | (b << 24n) | (c << 16n) | (d << 8n) | e);

/** XORs memory with 42, as memfrob(3). */
const memfrob = helper(2, ({ memory }, address, length) => {
  const bytes = memory.writableSlice(address, Number(length));
  bytes.forEach((byte, i) => {
    bytes[i] = byte ^ 42;
  });
  return address;
});

const trashRegisters = helper(0, ({ registers }) => {
  for (let i = 1; i <= 5; i++) registers[i] = 0xf0f0_f0f0_f0f0_f0f0n;
  return 0n;
});

/** Integer square root, by Newton's method. */
const sqrti = helper(1, (_, value) => {
  let root = value;
  for (let next = (value + 1n) / 2n; next < root; next = (root + value / root) / 2n) root = next;
  return root;
});

function stringCompare({ memory }: Execution, a: bigint, b: bigint): bigint {
  for (let i = 0n; ; i++) {
    const [left, right] = [memory.load(a + i, 1), memory.load(b + i, 1)];
    if (left !== right || left === 0n) return left - right;
  }
}

/** Gives its argument back; 0 ends the program. */
const unwind = helper(1, (execution, value) => {
  if (value === 0n) execution.end(0n);
  return value;
});

export const sampleHelpers: HelperTable = new Map([
  [0, gatherBytes],
  [1, memfrob],
  [2, trashRegisters],
  [3, sqrti],
  [4, helper(2, stringCompare)],
  [5, unwind],
]);
