/**
 * Ids of control groups. The id of a cgroup v2 directory is its inode number (64 bits, since 5.5); a directory of any
 * other file system has an inode number too, which would name a group that does not exist.
 */
import { statfsSync, statSync } from 'node:fs';

/** CGROUP2_SUPER_MAGIC (linux/magic.h) */
const cgroup2Magic = 0x63677270;

export function cgroupId(path: string): bigint | undefined {
  try {
    return statfsSync(path).type === cgroup2Magic ? statSync(path, { bigint: true }).ino : undefined;
  } catch {
    return undefined;
  }
}
