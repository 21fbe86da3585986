/**
 * Resolvers for this machine: names of users and control groups from its files; symbols, stacks and clocks from
 * whoever runs the program. Nothing is read before it is asked for.
 */

import { toByteString } from '../../output/byte-string.ts';
import type { TimestampType } from '../../program/types.ts';
import type { Resolvers } from '../decode/resolvers.ts';
import { CgroupPaths } from './cgroup-paths.ts';
import { UserNames } from './user-names.ts';

/** Symbols and stacks in ordinary text. */
export interface MachineParts
  extends Pick<Resolvers, 'truncationTrailer' | 'kernelSymbol' | 'userSymbol' | 'stackText'> {
  /** Nanoseconds to add to a clock's reading for nanoseconds since 1970. */
  wallOffsetNs(clock: TimestampType['clock']): bigint;
}

export function machineResolvers(parts: MachineParts): Resolvers {
  let cgroups: CgroupPaths | undefined;
  let users: UserNames | undefined;
  return {
    truncationTrailer: parts.truncationTrailer,
    kernelSymbol: (address) => toByteString(parts.kernelSymbol(address)),
    userSymbol: (pid, address) => toByteString(parts.userSymbol(pid, address)),
    stackText: (type, id, pid) => toByteString(parts.stackText(type, id, pid)),
    wallTimeNs: (clock, ns) => ns + parts.wallOffsetNs(clock),
    cgroupPath: (id, filter) => {
      cgroups ??= new CgroupPaths();
      return toByteString(cgroups.path(id, filter));
    },
    userName: (uid) => {
      users ??= new UserNames();
      return users.name(uid);
    },
  };
}
