/** The constants of system headers against those of the C compiler's headers. */
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { systemConstants } from './system-headers.ts';
import { hasGcc, outputOfC } from './testing/gcc.ts';

describe('constants of system headers', () => {
  it('have the numbers that Node knows for errors and signals', () => {
    const ours = systemConstants();
    const theirs = { ...constants.errno, ...constants.signals };
    const shared = Object.entries(theirs).filter(([name]) => ours.has(name));
    expect(shared.length).toBeGreaterThan(90);
    for (const [name, value] of shared) expect(ours.get(name), name).toBe(BigInt(value));
  });

  it.skipIf(!hasGcc)('have the values of the installed headers (needs gcc)', () => {
    const headers = [
      'sys/socket.h',
      'netinet/in.h',
      'netinet/tcp.h',
      'net/ethernet.h',
      'linux/if_ether.h',
      'fcntl.h',
      'sys/stat.h',
      'sys/mman.h',
      'sched.h',
      'signal.h',
      'sys/epoll.h',
      'linux/futex.h',
      'limits.h',
      'net/if.h',
      'errno.h',
      'unistd.h',
    ];
    const names = [...systemConstants().keys()];
    const lines = names.map(
      (name) => `#ifdef ${name}\nprintf("${name} %lld\\n", (long long)${name});\n#endif`,
    );
    const includes = headers.map((header) => `#include <${header}>`).join('\n');
    const output = outputOfC(
      `#define _GNU_SOURCE\n#include <stdio.h>\n${includes}\nint main(void) {\n${lines.join('\n')}\n}`,
    );
    expect(output.length).toBeGreaterThan(200);
    for (const line of output) {
      const [name = '', value = ''] = line.split(' ');
      // Headers of the C library use int for some: -385 and its kin are compared as 64-bit numbers.
      expect(systemConstants().get(name), name).toBe(BigInt(value));
    }
  });
});
