import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MapSpec } from '../../program/program.ts';
import { assemble } from '../assembler.ts';
import { MalformedProgramError } from '../errors.ts';
import { encode } from '../instruction.ts';
import { validInsn } from '../testing.ts';
import { ExecutionError } from './errors.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { StackTraceMap } from './maps/stack-trace-map.ts';
import { runBytes } from './run-bytes.ts';
import type { World } from './world.ts';

const run = (text: string, options: Partial<MachineOptions> = {}, args: readonly bigint[] = [0n]): bigint =>
  new Machine({ maps: [], ...options }).run(assemble(text).bytes, [], { args });

const spec = (type: MapSpec['type'], sizes: Partial<MapSpec> = {}): MapSpec => ({
  name: type,
  type,
  keySize: 4,
  valueSize: 8,
  maxEntries: 4,
  flags: 0,
  ...sizes,
});

describe('errors of programs', () => {
  it.each([
    [
      'r0 = *(u64 *)(r10 +0)\nexit',
      0,
      'load of 8 bytes at .* 512 bytes into the 512 bytes of the stack of frame 0',
    ],
    ['r0 = *(u8 *)(r10 -513)\nexit', 0, 'load of 1 bytes'],
    ['*(u32 *)(r1 +0) = 1\nexit', 0, 'the context, which the program may not write'],
    ['r0 = *(u64 *)(r1 +4)\nexit', 0, '4 bytes into the 8 bytes of the context'],
    ['r2 = 0\nr0 = *(u8 *)(r2 +0)\nexit', 1, 'load of 1 bytes at 0x0, where nothing is'],
    ['exit', 0, 'r0 is read but holds no value'],
    ['r0 = r3\nexit', 0, 'r3 is read but holds no value'],
    ['call bpf_ktime_get_ns\nr0 = r1\nexit', 1, 'r1 is read'],
    ['call f\nexit\nf: r0 = r6\nexit', 2, 'r6 is read'],
    ['r6 = 0\ncall f\nr0 = r2\nexit\nf: r2 = 1\nr0 = 0\nexit', 2, 'r2 is read'],
    ['r0 = 0', 1, 'no instruction begins here'],
    ['goto pc+1\nr1 = 5 ll\nexit', 2, 'no instruction begins here'],
    ['goto pc-1', 0, 'more than 1000 instructions'],
    ['f: call f\nexit', 0, 'more than 8 nested calls'],
    ['call 300\nexit', 0, 'helper unknown#300 is not simulated'],
    ['call kfunc#77\nexit', 0, 'BTF id 77 is not simulated'],
    ['r1 = map[idx:0] ll\nr0 = 0\nexit', 0, 'there is no map 0'],
    ['r1 = map[fd:3] ll\nr0 = 0\nexit', 0, 'descriptor 3 is no map without a relocation'],
    ['*(u64 *)(r10 -12) = 0\nr1 = 1\nlock *(u64 *)(r10 -12) += r1\nexit', 2, 'unaligned address'],
    ['r0 = *(u8 *)skb[0]\nexit', 0, 'r6 is read'],
  ])('%s', (text, pc, problem) => {
    const failing = () => run(text, { stepLimit: 1000 });
    expect(failing).toThrow(ExecutionError);
    expect(failing).toThrow(expect.objectContaining({ pc }));
    expect(failing).toThrow(new RegExp(problem));
  });

  it('shows the instruction', () => {
    expect(() => run('r0 = 0\nr0 = *(u64 *)(r10 +8)\nexit')).toThrow(
      'at instruction 1 (r0 = *(u64 *)(r10 +8)): load of',
    );
  });

  it('reports a ring-buffer record that is never released, and one that is used after', () => {
    const maps = [spec('ringbuf', { keySize: 0, valueSize: 0, maxEntries: 4096 })];
    const reserve = 'r1 = map[idx:0] ll\nr2 = 16\nr3 = 0\ncall bpf_ringbuf_reserve\nr6 = r0\n';
    expect(() => run(`${reserve}r0 = 0\nexit`, { maps })).toThrow('neither submitted nor discarded');
    expect(() => run(`${reserve}*(u64 *)(r6 +9) = 0\nexit`, { maps })).toThrow(
      '9 bytes into the 16 bytes of a record',
    );
    const submit = 'r1 = r6\nr2 = 0\ncall bpf_ringbuf_submit\n';
    expect(() => run(`${reserve}${submit}*(u64 *)(r6 +0) = 0\nexit`, { maps })).toThrow('store of 8 bytes');
    expect(() => run(`${reserve}${submit}${submit}exit`, { maps })).toThrow('no reserved ring-buffer record');
  });

  it('ends every random program with a result or a typed error', () => {
    const machine = new Machine({ maps: [spec('array')], stepLimit: 2000 });
    fc.assert(
      fc.property(fc.array(validInsn, { minLength: 1, maxLength: 30 }), (insns) => {
        try {
          expect(machine.run(encode(insns), [], { args: [1n, 2n] })).toBeTypeOf('bigint');
        } catch (error) {
          expect(error).toBeInstanceOf(ExecutionError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses bytes that are no program', () => {
    expect(() => runBytes(Uint8Array.of(1, 2, 3))).toThrow(MalformedProgramError);
  });
});

describe('the world', () => {
  const world: Partial<World> = {
    pid: 12,
    tgid: 10,
    uid: 1000,
    gid: 100,
    cpu: 1,
    nsecs: 5_000n,
    nsecsStep: 7n,
    bootOffsetNs: 100n,
    taiOffsetNs: 37n,
    random: [9, -1],
    cgroupId: 77n,
    attachCookie: 0xc0ffeen,
    functionAddress: 0x1234n,
    jiffies: 8n,
    comm: 'a-command-that-is-too-long',
  };
  it.each([
    ['call bpf_get_current_pid_tgid', (10n << 32n) | 12n],
    ['call bpf_get_current_uid_gid', (100n << 32n) | 1000n],
    ['call bpf_get_smp_processor_id', 1n],
    ['call bpf_ktime_get_ns', 5_000n],
    ['call bpf_ktime_get_ns\ncall bpf_ktime_get_boot_ns', 5_107n],
    ['call bpf_ktime_get_tai_ns', 5_037n],
    ['call bpf_get_prandom_u32', 9n],
    ['call bpf_get_prandom_u32\ncall bpf_get_prandom_u32', 0xffffffffn],
    ['call bpf_get_prandom_u32\ncall bpf_get_prandom_u32\ncall bpf_get_prandom_u32', 9n],
    ['call bpf_get_current_cgroup_id', 77n],
    ['call bpf_get_attach_cookie', 0xc0ffeen],
    ['call bpf_get_func_ip', 0x1234n],
    ['call bpf_jiffies64', 8n],
    [
      'r1 = r10\nr1 += -16\nr2 = 16\ncall bpf_get_current_comm\nr0 = *(u64 *)(r10 -8)',
      0x00_2d_74_61_68_74_2d_64n,
    ],
    ['r2 = 1\nr3 = r10\nr3 += -8\ncall bpf_get_func_arg\nr0 = *(u64 *)(r10 -8)', 55n],
    ['r2 = 2\nr3 = r10\nr3 += -8\ncall bpf_get_func_arg', 2n ** 64n - 22n],
  ])('%s', (text, expected) => {
    expect(run(`${text}\nexit`, { world }, [44n, 55n])).toBe(expected);
  });

  it('reads kernel and user memory, each in its own way', () => {
    const memory = [
      { space: 'kernel', address: 0xffff_8880_4000_0000n, bytes: new TextEncoder().encode('kern\0') },
      { space: 'user', address: 0x7f00_0000_1000n, bytes: new TextEncoder().encode('user\0') },
    ] as const;
    const read = (helper: string, address: string) =>
      run(
        `*(u64 *)(r10 -8) = 0\nr1 = r10\nr1 += -8\nr2 = 8\nr3 = ${address} ll\ncall ${helper}\nr0 <<= 32\nr1 = *(u32 *)(r10 -8)\nr0 |= r1\nexit`,
        { world: { memory } },
      );
    const [kern, user] = [0x6e72656bn, 0x72657375n];
    const [kernelAddress, userAddress] = ['0xffff888040000000', '0x7f0000001000'];
    expect(read('bpf_probe_read_kernel_str', kernelAddress)).toBe((5n << 32n) | kern);
    expect(read('bpf_probe_read_user_str', userAddress)).toBe((5n << 32n) | user);
    expect(read('bpf_probe_read_str', userAddress)).toBe((5n << 32n) | user);
    // -EFAULT, and -ERANGE for user addresses in kernel reads; the target is cleared.
    expect(BigInt.asIntN(32, read('bpf_probe_read_user_str', kernelAddress) >> 32n)).toBe(-14n);
    expect(BigInt.asIntN(32, read('bpf_probe_read_kernel_str', userAddress) >> 32n)).toBe(-34n);
    expect(read('bpf_probe_read_kernel', kernelAddress) & 0xffffffffn).toBe(0n);
    expect(() => run(`r1 = ${userAddress} ll\nr0 = *(u8 *)(r1 +0)\nexit`, { world: { memory } })).toThrow(
      'user memory needs bpf_probe_read_user',
    );
    expect(run(`r1 = ${kernelAddress} ll\nr0 = *(u32 *)(r1 +0)\nexit`, { world: { memory } })).toBe(kern);
    expect(() => run(`r1 = ${kernelAddress} ll\n*(u8 *)(r1 +0) = 1\nexit`, { world: { memory } })).toThrow(
      'may not write',
    );
  });

  it('gives 0 for faulting loads where that is asked for', () => {
    const text = 'r1 = 0\nr0 = *(u64 *)(r1 +40)\nexit';
    expect(run(text, { world: { faultingLoadsAreZero: true } })).toBe(0n);
  });

  it('records signals, printed lines and calls of kernel functions', () => {
    const kfuncs = new Map([[99, (args: readonly bigint[]) => (args[0] ?? 0n) * 2n]]);
    const machine = new Machine({ maps: [], world: { kfuncs } });
    const text = `
      r1 = 9
      call bpf_send_signal
      r1 = 0x0a6425203d2061 ll
      *(u64 *)(r10 -8) = r1
      r1 = r10
      r1 += -8
      r2 = 8
      r3 = -3
      call bpf_trace_printk
      r1 = 21
      call kfunc#99
      exit`;
    expect(machine.run(assemble(text).bytes, [], { args: [] })).toBe(42n);
    expect(machine.signals).toEqual([{ signal: 9, thread: false }]);
    expect(machine.printed).toEqual(['a = -3\n']);
  });
});

describe('stacks', () => {
  const maps = [spec('stack_trace', { valueSize: 24, maxEntries: 4 })];
  const getId = (flags: number) => `r2 = map[idx:0] ll\nr3 = ${flags}\ncall bpf_get_stackid\nexit`;

  it('gives equal stacks equal ids, keeps the innermost frames, and refuses empty ones', () => {
    const machine = new Machine({ maps, world: { kernelStack: [1n, 2n, 3n, 4n], userStack: [] } });
    const { bytes } = assemble(getId(0));
    const id = Number(machine.run(bytes, [], { args: [0n] }));
    expect(id).toBeLessThan(4);
    expect(Number(machine.run(bytes, [], { args: [0n] }))).toBe(id);
    const [map] = machine.maps;
    expect(map instanceof StackTraceMap && map.stack(id)).toEqual([1n, 2n, 3n]);
    expect(BigInt.asIntN(64, machine.run(assemble(getId(256)).bytes, [], { args: [0n] }))).toBe(-14n);
  });

  it('refuses another stack in a taken bucket unless it may replace it', () => {
    const machine = new Machine({
      maps: [spec('stack_trace', { maxEntries: 1 })],
      world: { kernelStack: [1n] },
    });
    expect(machine.run(assemble(getId(0)).bytes, [], { args: [0n] })).toBe(0n);
    machine.world.kernelStack = [2n];
    expect(BigInt.asIntN(64, machine.run(assemble(getId(0)).bytes, [], { args: [0n] }))).toBe(-17n);
    expect(machine.run(assemble(getId(1024)).bytes, [], { args: [0n] })).toBe(0n);
    expect(machine.maps[0]?.entries()).toEqual([
      { key: new Uint8Array(4), values: [Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0)] },
    ]);
  });

  it('copies stacks, skipping frames', () => {
    const text =
      'r2 = r10\nr2 += -32\nr3 = 32\nr4 = 257\ncall bpf_get_stack\nr6 = r0\nr0 = *(u64 *)(r10 -24)\nr6 <<= 32\nr0 |= r6\nexit';
    expect(run(text, { world: { userStack: [7n, 8n, 9n] } })).toBe((16n << 32n) | 9n);
  });
});

describe('maps and relocations', () => {
  it('follows relocations like the loader, and keeps maps between runs', () => {
    const machine = new Machine({ maps: [spec('hash'), spec('array', { valueSize: 16, maxEntries: 1 })] });
    const { bytes } = assemble('r1 = 0 ll\nr2 = 1\nlock *(u64 *)(r1 +0) += r2\nr0 = *(u64 *)(r1 +0)\nexit');
    const relocations = [{ instruction: 0, kind: 'map-value', map: 1, offset: 8 }] as const;
    expect([1, 2, 3].map(() => machine.run(bytes, relocations, { args: [] }))).toEqual([1n, 2n, 3n]);
    expect(machine.maps[1]?.values(new Uint8Array(4))?.[0]?.[8]).toBe(3);
    expect(bytes[1]).toBe(1);
  });

  it('evicts the least recently used element of an LRU hash', () => {
    const machine = new Machine({ maps: [spec('lru_hash', { maxEntries: 2 })] });
    const [map] = machine.maps;
    const key = (n: number) => Uint8Array.of(n, 0, 0, 0);
    for (const n of [1, 2]) map?.update(key(n), new Uint8Array(8), 0n, 0);
    map?.lookup(key(1), 0);
    map?.update(key(3), new Uint8Array(8), 0n, 0);
    expect(map?.keys().map(([n]) => n)).toEqual([1, 3]);
  });

  it('keeps one copy a CPU', () => {
    const machine = new Machine({ maps: [spec('percpu_array', { maxEntries: 1 })], world: { cpuCount: 3 } });
    const { bytes } =
      assemble(`*(u32 *)(r10 -4) = 0\nr1 = map[idx:0] ll\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem
      if r0 == 0 goto out\nr1 = *(u64 *)(r0 +0)\nr1 += 5\n*(u64 *)(r0 +0) = r1\nout: r0 = 0\nexit`);
    for (const cpu of [0, 2, 2]) {
      machine.world.cpu = cpu;
      machine.run(bytes, [], { args: [] });
    }
    expect(machine.maps[0]?.values(new Uint8Array(4))?.map(([low]) => low)).toEqual([5, 0, 10]);
  });

  it('delivers ring-buffer records in the order of reservation, and frees space when they are taken', () => {
    const machine = new Machine({ maps: [spec('ringbuf', { keySize: 0, valueSize: 0, maxEntries: 64 })] });
    const { bytes } =
      assemble(`r6 = r1\nr6 = *(u64 *)(r6 +0)\nr1 = map[idx:0] ll\nr2 = 16\nr3 = 0\ncall bpf_ringbuf_reserve
      if r0 == 0 goto out\n*(u64 *)(r0 +0) = r6\n*(u64 *)(r0 +8) = 0\nr1 = r0\nr2 = 0\ncall bpf_ringbuf_submit\nr0 = 1\nout: exit`);
    const send = (n: bigint) => machine.run(bytes, [], { args: [n] });
    // Three records of 24 bytes do not fit into 64.
    expect([1n, 2n, 3n].map(send)).toEqual([1n, 1n, 0n]);
    expect(machine.takeRecords().map(([first]) => first)).toEqual([1, 2]);
    expect([4n].map(send)).toEqual([1n]);
    expect(machine.records().map(([first]) => first)).toEqual([4]);
  });

  it('does not let programs write frozen maps', () => {
    const maps = [spec('array', { maxEntries: 1, initial: Uint8Array.of(3), readOnly: true })];
    expect(run('r1 = map[idx:0][0]+0 ll\nr0 = *(u64 *)(r1 +0)\nexit', { maps })).toBe(3n);
    expect(() => run('r1 = map[idx:0][0]+0 ll\n*(u8 *)(r1 +0) = 0\nexit', { maps })).toThrow('may not write');
  });
});
