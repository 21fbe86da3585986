/**
 * Programs for kernel-programs.test.ts. Each notes what it sees in map 0, `out`; the helpers below write the
 * statements for one call of a helper function.
 */
import type { MapSpec } from '../../program/program.ts';

export interface Case {
  readonly name: string;
  /** Besides `out`, from index 1 on. */
  readonly maps?: readonly MapSpec[];
  /** Assembly; ends with r0 = 0 and exit unless it has an exit itself. */
  readonly code: string;
}

const map = (name: string, type: MapSpec['type'], sizes: Partial<MapSpec> = {}): MapSpec => ({
  name,
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries: 2,
  flags: 0,
  ...sizes,
});

/** Map 0 of each case; r9 points to its 256 bytes, which the program fills. */
export const out = map('out', 'array', { valueSize: 256, maxEntries: 1 });
export const prologue = 'r9 = map[idx:0][0]+0 ll\n';

/** Statements for map helpers: the key is at fp-4, the value at fp-16. */
const update = (index: number, key: number, value: number, flags: number, at: number): string => `
  *(u32 *)(r10 -4) = ${key}
  *(u64 *)(r10 -16) = ${value}
  r1 = map[idx:${index}] ll
  r2 = r10
  r2 += -4
  r3 = r10
  r3 += -16
  r4 = ${flags}
  call bpf_map_update_elem
  *(u64 *)(r9 +${at}) = r0`;
const remove = (index: number, key: number, at: number): string => `
  *(u32 *)(r10 -4) = ${key}
  r1 = map[idx:${index}] ll
  r2 = r10
  r2 += -4
  call bpf_map_delete_elem
  *(u64 *)(r9 +${at}) = r0`;
/** Notes the value, or -1 where there is none. */
const lookup = (index: number, key: number, at: number, call = 'bpf_map_lookup_elem'): string => `
  *(u32 *)(r10 -4) = ${key}
  r1 = map[idx:${index}] ll
  r2 = r10
  r2 += -4
  call ${call}
  r1 = -1
  if r0 == 0 goto +1
  r1 = *(u64 *)(r0 +0)
  *(u64 *)(r9 +${at}) = r1`;

const read = (helper: string, size: number, from: string, at: number): string => `
  r1 = r9
  r1 += ${at + 8}
  r2 = ${size}
  ${from}
  call ${helper}
  *(u64 *)(r9 +${at}) = r0`;

/** "kernel" NUL "xyz" in the first 16 bytes of out, then a pointer to it in r3. */
const text = 'r1 = 0x78006c656e72656b ll\n*(u64 *)(r9 +0) = r1\n*(u64 *)(r9 +8) = 0x7a79\n';
const toText = 'r3 = r9';

export const cases: readonly Case[] = [
  {
    name: 'hash: flags, full, missing',
    maps: [map('h', 'hash')],
    code: [
      update(1, 1, 10, 2, 0),
      update(1, 1, 11, 1, 8),
      update(1, 1, 12, 1, 16),
      update(1, 1, 13, 2, 24),
      update(1, 2, 14, 0, 32),
      update(1, 3, 15, 0, 40),
      update(1, 3, 15, 3, 48),
      lookup(1, 1, 56),
      lookup(1, 3, 64),
      remove(1, 1, 72),
      remove(1, 1, 80),
      update(1, 3, 16, 0, 88),
      lookup(1, 3, 96),
      lookup(1, 1, 104),
    ].join('\n'),
  },
  {
    name: 'array: bounds and flags',
    maps: [map('a', 'array')],
    code: [
      update(1, 1, 10, 0, 0),
      update(1, 2, 10, 0, 8),
      update(1, 1, 11, 1, 16),
      update(1, 1, 12, 2, 24),
      update(1, 0, 12, 3, 32),
      remove(1, 1, 40),
      lookup(1, 1, 48),
      lookup(1, 0, 56),
      lookup(1, 2, 64),
    ].join('\n'),
  },
  {
    name: 'per-CPU maps on this CPU, and elsewhere',
    maps: [map('p', 'percpu_array'), map('q', 'percpu_hash')],
    code: [
      update(1, 1, 10, 0, 0),
      lookup(1, 1, 8),
      lookup(1, 0, 16),
      update(2, 5, 7, 1, 24),
      update(2, 5, 8, 1, 32),
      lookup(2, 5, 40),
      'r3 = 4711',
      lookup(1, 1, 48, 'bpf_map_lookup_percpu_elem'),
    ].join('\n'),
  },
  {
    name: 'reading kernel strings: whole, cut, one byte, and nothing',
    code:
      text +
      [
        read('bpf_probe_read_kernel_str', 16, toText, 16),
        read('bpf_probe_read_kernel_str', 4, toText, 48),
        read('bpf_probe_read_kernel_str', 1, toText, 72),
        read('bpf_probe_read_kernel_str', 7, toText, 96),
        read('bpf_probe_read_kernel_str', 6, toText, 112),
      ].join('\n'),
  },
  {
    name: 'failing reads clear their target',
    code: [
      '*(u64 *)(r9 +8) = -1',
      read('bpf_probe_read_kernel', 8, 'r3 = 16', 0),
      '*(u64 *)(r9 +24) = -1',
      read('bpf_probe_read_user', 4, 'r3 = 16', 16),
      '*(u64 *)(r9 +40) = -1',
      read('bpf_probe_read_kernel_str', 8, 'r3 = 16', 32),
      '*(u64 *)(r9 +56) = -1',
      read('bpf_probe_read_user_str', 8, 'r3 = 16', 48),
      '*(u64 *)(r9 +72) = -1',
      read('bpf_probe_read_user', 8, 'r3 = r9', 64),
    ].join('\n'),
  },
  {
    name: 'plain reads of kernel memory',
    code:
      text +
      [read('bpf_probe_read_kernel', 10, toText, 16), read('bpf_probe_read_kernel', 0, toText, 48)].join(
        '\n',
      ),
  },
  {
    name: 'strncmp: equal, prefix, less, greater, beyond the NUL',
    maps: [
      map('c', 'array', {
        maxEntries: 1,
        valueSize: 16,
        flags: 128,
        initial: new TextEncoder().encode('kernfs\0abcdefgh\0'),
        readOnly: true,
      }),
    ],
    code:
      text +
      [
        [4, 16],
        [5, 24],
        [8, 32],
        [7, 40],
      ]
        .map(
          ([size, at]) => `
      r1 = r9
      r2 = ${size}
      r3 = map[idx:1][0]+0 ll
      call bpf_strncmp
      *(u64 *)(r9 +${at}) = r0`,
        )
        .join('\n'),
  },
  {
    name: 'bpf_loop: all, stopped, refused',
    code:
      [
        [10, 0, 0],
        [10, 1, 16],
        [8388609, 0, 32],
        [0, 0, 48],
      ]
        .map(
          ([count, stop, at]) => `
      *(u64 *)(r10 -8) = 0
      *(u64 *)(r10 -16) = ${stop}
      r1 = ${count}
      r2 = subprog[body] ll
      r3 = r10
      r3 += -16
      r4 = 0
      call bpf_loop
      *(u64 *)(r9 +${at}) = r0
      r1 = *(u64 *)(r10 -8)
      *(u64 *)(r9 +${(at ?? 0) + 8}) = r1`,
        )
        .join('\n') +
      `
      r1 = 1
      r2 = subprog[body] ll
      r3 = r10
      r3 += -16
      r4 = 1
      call bpf_loop
      *(u64 *)(r9 +64) = r0
      r0 = 0
      exit
    body:
      r3 = *(u64 *)(r2 +8)
      r3 += r1
      r3 += 3
      *(u64 *)(r2 +8) = r3
      r0 = 0
      r4 = *(u64 *)(r2 +0)
      if r4 == 0 goto done
      if r1 < 4 goto done
      r0 = 1
    done:
      exit`,
  },
  {
    name: 'for_each_map_elem over an array, and stopped early',
    maps: [map('f', 'array', { maxEntries: 5 })],
    code:
      [update(1, 0, 3, 0, 0), update(1, 2, 5, 0, 0), update(1, 4, 9, 0, 0)].join('\n') +
      [
        [-1, 8],
        [2, 24],
      ]
        .map(
          ([stop, at]) => `
      *(u64 *)(r10 -24) = ${stop}
      *(u64 *)(r10 -32) = 0
      r1 = map[idx:1] ll
      r2 = subprog[each] ll
      r3 = r10
      r3 += -32
      r4 = 0
      call bpf_for_each_map_elem
      *(u64 *)(r9 +${at}) = r0
      r1 = *(u64 *)(r10 -32)
      *(u64 *)(r9 +${(at ?? 0) + 8}) = r1`,
        )
        .join('\n') +
      `
      r0 = 0
      exit
    each:
      r6 = *(u32 *)(r2 +0)
      r3 = *(u64 *)(r3 +0)
      r7 = *(u64 *)(r4 +0)
      r7 *= 3
      r7 += r3
      *(u64 *)(r4 +0) = r7
      r5 = *(u64 *)(r4 +8)
      r0 = 0
      if r6 != r5 goto next
      r0 = 1
    next:
      exit`,
  },
  {
    name: 'local calls save r6 to r9 and have stacks of their own',
    code: `
      r6 = 6
      r7 = 7
      *(u64 *)(r10 -8) = 1
      r1 = 20
      call sum
      *(u64 *)(r9 +0) = r0
      r6 += r7
      *(u64 *)(r9 +8) = r6
      r1 = *(u64 *)(r10 -8)
      *(u64 *)(r9 +16) = r1
      r0 = 0
      exit
    sum:
      r6 = r1
      r7 = 100
      *(u64 *)(r10 -8) = 5
      r1 = *(u64 *)(r10 -8)
      call double
      r0 += r6
      r0 += r7
      exit
    double:
      r0 = r1
      r0 += r0
      exit`,
  },
  {
    name: 'ring buffer: room, queries, output that does not fit',
    maps: [map('r', 'ringbuf', { keySize: 0, valueSize: 0, maxEntries: 4096 })],
    code:
      [
        [1000, 0],
        [2000, 8],
        [1064, 16],
        [1048, 24],
        [8, 32],
      ]
        .map(
          ([size, at]) => `
      r1 = map[idx:1] ll
      r2 = ${size}
      r3 = 0
      call bpf_ringbuf_reserve
      *(u64 *)(r9 +${at}) = 0
      if r0 == 0 goto +4
      *(u64 *)(r9 +${at}) = 1
      r1 = r0
      r2 = 1
      call bpf_ringbuf_submit`,
        )
        .join('\n') +
      [0, 1, 2, 3, 4]
        .map(
          (what) => `
      r1 = map[idx:1] ll
      r2 = ${what}
      call bpf_ringbuf_query
      *(u64 *)(r9 +${40 + 8 * what}) = r0`,
        )
        .join('\n') +
      `
      r1 = map[idx:1] ll
      r2 = r9
      r3 = 64
      r4 = 1
      call bpf_ringbuf_output
      *(u64 *)(r9 +80) = r0`,
  },
  {
    name: 'snprintf',
    maps: [
      map('fmt', 'array', {
        maxEntries: 1,
        valueSize: 32,
        flags: 128,
        initial: new TextEncoder().encode('%d|%5u|%-5d|%05d|%llx|%lu|%c|%%\0'),
        readOnly: true,
      }),
    ],
    code: `
      r1 = -7
      *(u64 *)(r10 -56) = r1
      *(u64 *)(r10 -48) = 42
      *(u64 *)(r10 -40) = -3
      *(u64 *)(r10 -32) = -12
      *(u64 *)(r10 -24) = -1
      *(u64 *)(r10 -16) = 77
      *(u64 *)(r10 -8) = 65
      r1 = r9
      r1 += 16
      r2 = 100
      r3 = map[idx:1][0]+0 ll
      r4 = r10
      r4 += -56
      r5 = 56
      call bpf_snprintf
      *(u64 *)(r9 +0) = r0
      r1 = r9
      r1 += 128
      r2 = 6
      r3 = map[idx:1][0]+0 ll
      r4 = r10
      r4 += -56
      r5 = 56
      call bpf_snprintf
      *(u64 *)(r9 +8) = r0`,
  },
  {
    name: 'may_goto, acquire and release',
    code: `
      r6 = 0
      *(u64 *)(r10 -8) = 0
    again:
      may_goto out
      r1 = load_acquire((u64 *)(r10 -8))
      r1 += 1
      store_release((u64 *)(r10 -8), r1)
      if r1 < 100 goto again
    out:
      r1 = *(u64 *)(r10 -8)
      *(u64 *)(r9 +0) = r1`,
  },
];
