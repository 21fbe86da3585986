/** Tools of disks: requests of block devices, their latency, size and order. */
import type { Tool } from '../../src/tools/tool.ts';
import { bioerr } from './bioerr.ts';
import { biolatency } from './biolatency.ts';
import { biolatpcts } from './biolatpcts.ts';
import { biopattern } from './biopattern.ts';
import { biosnoop } from './biosnoop.ts';
import { biostacks } from './biostacks.ts';
import { biotop } from './biotop.ts';
import { bitesize } from './bitesize.ts';
import { iosched } from './iosched.ts';
import { mdflush } from './mdflush.ts';
import { nvmelatency } from './nvmelatency.ts';
import { scsilatency } from './scsilatency.ts';
import { scsiresult } from './scsiresult.ts';
import { seeksize } from './seeksize.ts';
import { virtiostat } from './virtiostat.ts';

export const diskTools: readonly Tool[] = [
  bioerr,
  biolatency,
  biolatpcts,
  biopattern,
  biosnoop,
  biostacks,
  biotop,
  bitesize,
  iosched,
  mdflush,
  nvmelatency,
  scsilatency,
  scsiresult,
  seeksize,
  virtiostat,
];
