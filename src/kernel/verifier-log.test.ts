/** What the verifier's last words mean: a mistake of the compiler, or a program that is too much for it. */
import { expect, it } from 'vitest';
import { VerifierError } from './errors.ts';
import { parseVerifierLog } from './verifier-log.ts';

const messageOf = (log: string) => new VerifierError('begin_1', 7, parseVerifierLog(log)).message;

it('says that a refused program is a bug', () => {
  expect(
    messageOf('0: (b7) r0 = 0\n1: (79) r1 = *(u64 *)(r10 +8)\ninvalid read from stack R10 off=8 size=8\n'),
  ).toMatch(/for begin_1\.[\s\S]*rejected it.*invalid read from stack.*This is a bug in kscope/);
});

it.each([
  ['BPF program is too large. Processed 1000001 insn', 'Split the probe'],
  ['The sequence of 8193 jumps is too complex.', 'Split the probe'],
  ['infinite loop detected at insn 12', 'for loop over a range'],
  [
    'infinite loop detected at insn 0\ncur state: R1=scalar()\nold state: R1=scalar()',
    'for loop over a range',
  ],
  ['combined stack size of 4 calls is 544. Too large', 'smaller strings'],
])('says what to do about %s', (complaint, remedy) => {
  const message = messageOf(`0: (b7) r0 = 0\n${complaint}\nprocessed 1 insns (limit 1000000)\n`);
  expect(message).toContain(`too much for the kernel's verifier: `);
  expect(message).toContain(remedy);
  expect(message).not.toContain('bug');
});
