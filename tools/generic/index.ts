/** Tools that take any probe, and lists of what can be traced. */
import type { Tool } from '../../src/tools/tool.ts';
import { argdist } from './argdist.ts';
import { bpflist } from './bpflist.ts';
import { funccount } from './funccount.ts';
import { funclatency } from './funclatency.ts';
import { funcslower } from './funcslower.ts';
import { stackcount } from './stackcount.ts';
import { tplist } from './tplist.ts';
import { trace } from './trace.ts';

export const genericTools: readonly Tool[] = [
  argdist,
  bpflist,
  funccount,
  funclatency,
  funcslower,
  stackcount,
  tplist,
  trace,
];
