/** Instructions, each tried in the smallest program that contains it. */
import {
  addImmediate,
  code,
  exit,
  insn,
  movImmediate,
  movRegister,
  storeImmediate64,
} from '../../kernel/mini-code.ts';
import type { FeatureProbe } from '../feature.ts';

type Instructions = readonly (readonly number[])[];

/** The body is put together when it is tried: most runs ask for one or two of them. */
function instruction(
  name: string,
  since: string,
  description: string,
  body: () => Instructions,
): FeatureProbe {
  const program = () => code(...body(), movImmediate(0, 0), exit());
  return { name, since, description, probe: (trial) => trial.loads({ type: 'kprobe', code: program() }) };
}

/** More than the 4,096 instructions that were the limit before. */
const long = () => Array.from({ length: 5000 }, () => movImmediate(0, 0));
/** Ten turns: `r1 = 0; do r1 += 1; while (r1 < 10)`. */
const loop = () => [movImmediate(1, 0), addImmediate(1, 1), insn(0xa5, 1, 0, -2, 10)];
/** r0 and r2 set, and eight bytes of stack to work on at r10 - 8. */
const withStack = () => [movImmediate(0, 0), movImmediate(2, 1), storeImmediate64(10, -8, 0)];

export const instructionProbes: readonly FeatureProbe[] = [
  instruction('isa_v2', '4.14', 'unsigned and signed less-than jumps', () => [
    movImmediate(0, 0),
    insn(0xa5, 0, 0, 0, 1),
  ]),
  instruction('isa_v3', '5.1', '32-bit jumps', () => [movImmediate(0, 0), insn(0x16, 0, 0, 0, 1)]),
  instruction(
    'isa_v4',
    '6.6',
    'sign-extending moves and loads, signed division, byte swap, far jumps',
    () => [
      ...withStack(),
      insn(0xbf, 1, 2, 8),
      insn(0x37, 1, 0, 1, 3),
      insn(0x91, 1, 10, -8),
      insn(0xd7, 1, 0, 0, 16),
      insn(0x06),
    ],
  ),
  instruction(
    'atomic_fetch',
    '5.12',
    'atomic operations that return the old value, exchange, compare and exchange',
    () => [
      ...withStack(),
      insn(0xdb, 10, 2, -8, 0x01),
      insn(0xdb, 10, 2, -8, 0xe1),
      insn(0xdb, 10, 2, -8, 0xf1),
    ],
  ),
  instruction('bounded_loops', '5.3', 'jumps backwards', loop),
  instruction('large_programs', '5.2', 'up to a million instructions instead of 4,096', long),
  {
    name: 'local_calls',
    since: '4.16',
    description: 'calls between functions of a program',
    probe: (trial) => {
      const callee = [movRegister(0, 1), exit()];
      const caller = [movImmediate(1, 7), insn(0x85, 0, 1, 0, 1), exit()];
      return trial.loads({ type: 'kprobe', code: code(...caller, ...callee) });
    },
  },
];
