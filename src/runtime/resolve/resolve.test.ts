import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CgroupPaths, mountedHierarchies } from './cgroup-paths.ts';
import { UserNames } from './user-names.ts';

describe('CgroupPaths', () => {
  it('finds groups by the inode of their directory, also ones made later', async () => {
    const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
    try {
      mkdirSync(join(root, 'a/b'), { recursive: true });
      const cgroups = new CgroupPaths([
        { name: 'unified', mountPoint: root },
        { name: 'cpu', mountPoint: join(root, 'a') },
      ]);
      const id = (path: string) => lstatSync(join(root, path), { bigint: true }).ino;
      expect(cgroups.path(id('a/b'))).toBe('unified:/a/b,cpu:/b');
      expect(cgroups.path(id('a/b'), 'c*')).toBe('cpu:/b');
      expect(cgroups.path(id('.'))).toBe('unified:/');
      mkdirSync(join(root, 'c'));
      await new Promise((resolve) => setTimeout(resolve, 1050));
      expect(cgroups.path(id('c'))).toBe('unified:/c');
      expect(cgroups.path(2n ** 60n)).toBe('');
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('reads the mounts, version 2 first', () => {
    const mounts = [
      'tmpfs /sys/fs/cgroup tmpfs rw 0 0',
      'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0',
      'cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0',
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0',
    ];
    expect(mountedHierarchies(mounts.join('\n'))).toEqual([
      { name: 'unified', mountPoint: '/sys/fs/cgroup/unified' },
      { name: 'blkio', mountPoint: '/sys/fs/cgroup/blkio' },
      { name: 'cpu,cpuacct', mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
    ]);
  });

  it('knows the root group of this machine in every hierarchy', () => {
    const hierarchies = mountedHierarchies();
    const [first] = hierarchies;
    if (first === undefined) return expect(hierarchies).toEqual([]);
    const root = lstatSync(first.mountPoint, { bigint: true }).ino;
    expect(new CgroupPaths().path(root).split(',')[0]).toBe(`${first.name}:/`);
  });
});

describe('UserNames', () => {
  it('agrees with id(1) on root', () => {
    expect(new UserNames().name(0)).toBe(execFileSync('id', ['-un', '0']).toString().trim());
  });

  it('gives the number of a user without a name', () => {
    expect(new UserNames().name(3_999_999_999)).toBe('3999999999');
  });

  it('takes the first entry of a number, and asks once for others', () => {
    let asked = 0;
    const users = new UserNames('ann:x:7:7::/:/bin/sh\nbob:x:7:7::/:/bin/sh\nbroken line\n', () => {
      asked++;
      return 'eve';
    });
    expect([users.name(7), users.name(9), users.name(9), asked]).toEqual(['ann', 'eve', 'eve', 1]);
  });
});
