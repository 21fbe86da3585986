/** Tools of the CPU: who runs, who waits, and for what. */
import type { Tool } from '../../src/tools/tool.ts';
import { cpudist } from './cpudist.ts';
import { cpufreq } from './cpufreq.ts';
import { cpuunclaimed } from './cpuunclaimed.ts';
import { cpuwalk } from './cpuwalk.ts';
import { execsnoop } from './execsnoop.ts';
import { exitsnoop } from './exitsnoop.ts';
import { hardirqs } from './hardirqs.ts';
import { llcstat } from './llcstat.ts';
import { numasched } from './numasched.ts';
import { offcpuhist } from './offcpuhist.ts';
import { offcputime } from './offcputime.ts';
import { offwaketime } from './offwaketime.ts';
import { pidpersec } from './pidpersec.ts';
import { profile } from './profile.ts';
import { runqlat } from './runqlat.ts';
import { runqlen } from './runqlen.ts';
import { runqslower } from './runqslower.ts';
import { smpcalls } from './smpcalls.ts';
import { softirqs } from './softirqs.ts';
import { softirqslower } from './softirqslower.ts';
import { syscount } from './syscount.ts';
import { wakeuptime } from './wakeuptime.ts';

export const cpuTools: readonly Tool[] = [
  cpudist,
  cpufreq,
  cpuunclaimed,
  cpuwalk,
  execsnoop,
  exitsnoop,
  hardirqs,
  llcstat,
  numasched,
  offcpuhist,
  offcputime,
  offwaketime,
  pidpersec,
  profile,
  runqlat,
  runqlen,
  runqslower,
  smpcalls,
  softirqs,
  softirqslower,
  syscount,
  wakeuptime,
];
