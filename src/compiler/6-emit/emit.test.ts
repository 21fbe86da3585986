import { describe, expect, it } from 'vitest';
import { disassemble } from '../../bpf/disassembler.ts';
import { decode } from '../../bpf/instruction.ts';
import { Machine } from '../../bpf/interpreter/machine.ts';
import { loadProgram } from '../../kernel/bpf-program.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { FunctionBuilder } from '../ir/builder.ts';
import type { IrFunction, ValueId } from '../ir.ts';
import { optimise } from '../passes.ts';
import {
  emit,
  type Isa,
  ProgramTooLargeError,
  StackLimitError,
  UnsupportedInstructionError,
} from './emit.ts';

const mapLookup = 1;
const pidTgid = 14;
const bpfLoop = 181;

function program(
  isa: Isa,
  build: (b: FunctionBuilder, context: ValueId) => void,
  others: readonly IrFunction[] = [],
) {
  const b = new FunctionBuilder('main', 1);
  build(b, b.parameters[0] as ValueId);
  return emit(optimise({ functions: [b.finish(), ...others] }), { isa, name: 'main' });
}

const runHere = (code: Uint8Array, args: readonly bigint[] = []): bigint =>
  new Machine({ maps: [] }).run(code, [], { args });

function runInKernel(code: Uint8Array, args: readonly bigint[]): bigint {
  using loaded = loadProgram(nativeKernel(), { name: 't', type: 'raw_tracepoint', code, license: 'GPL' });
  return BigInt(loaded.testRun(new Uint8Array(BigUint64Array.from(args).buffer)).returned);
}

/** How many instructions the code has that look like this. */
const count = (code: Uint8Array, pattern: RegExp): number =>
  disassemble(code).filter((line) => pattern.test(line)).length;

/** `@[pid] = count()`, the way lowering does it. */
function countByPid(b: FunctionBuilder): void {
  const [key, fresh] = [b.stackObject(8), b.stackObject(8)];
  b.store(8, b.stackAddress(key), 0, b.binary('rsh', b.call(pidTgid, [], { pure: true }), 32n));
  const value = b.call(mapLookup, [b.map(0), b.stackAddress(key)]);
  const [miss, hit, done] = [b.block(), b.block(), b.block()];
  b.branch('eq', value, 0n, miss, hit, { likely: 'otherwise' });
  b.switchTo(hit);
  b.store(8, value, 0, b.binary('add', b.load(8, value, 0), 1n));
  b.jump(done);
  b.switchTo(miss);
  b.store(8, b.stackAddress(fresh), 0, 1n);
  b.call(2, [b.map(0), b.stackAddress(key), b.stackAddress(fresh), 1n]);
  b.jump(done);
  b.switchTo(done);
  b.ret(0n);
}

describe('the code of typical programs', () => {
  it('counts in a map with the hit falling through and the miss at the end', () => {
    expect(disassemble(program(3, countByPid).code)).toEqual([
      'call bpf_get_current_pid_tgid#14',
      'r0 >>= 32',
      '*(u64 *)(r10 -8) = r0',
      'r1 = map[fd:0] ll',
      'r2 = r10',
      'r2 += -8',
      'call bpf_map_lookup_elem#1',
      'if r0 == 0x0 goto pc+5',
      'r1 = *(u64 *)(r0 +0)',
      'r1 += 1',
      '*(u64 *)(r0 +0) = r1',
      'r0 = 0',
      'exit',
      '*(u64 *)(r10 -16) = 1',
      'r1 = map[fd:0] ll',
      'r2 = r10',
      'r2 += -8',
      'r3 = r10',
      'r3 += -16',
      'r4 = 1',
      'call bpf_map_update_elem#2',
      'goto pc-12',
    ]);
  });

  it('says where maps are referenced, in slots', () => {
    const { code, relocations } = program(3, countByPid);
    expect(relocations).toEqual([
      { instruction: 3, kind: 'map', map: 0, offset: 0 },
      { instruction: 15, kind: 'map', map: 0, offset: 0 },
    ]);
    for (const { instruction } of relocations) expect(code[8 * instruction]).toBe(0x18);
  });

  it('says which line each instruction comes from', () => {
    const { sourceMap } = program(3, (b, context) => {
      b.at({ line: 3, column: 5 });
      const x = b.load(8, context, 8);
      b.at({ line: 4, column: 1 });
      b.call(5);
      b.ret(x);
    });
    expect(sourceMap).toEqual([
      { instruction: 0, line: 3, column: 5 },
      { instruction: 1, line: 4, column: 1 },
    ]);
  });

  it('uses what each version of the instruction set has', () => {
    const build = (b: FunctionBuilder, context: ValueId) => {
      const x = b.load(4, context, 8, { signed: true });
      const y = b.binary('sdiv', x, b.load(8, context, 0));
      b.ret(b.binary('add', y, b.binary('add', x, 1n, 32)));
    };
    const [v1, v3, v4] = ([1, 3, 4] as const).map((isa) => program(isa, build).code) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect([count(v4, /s\/=/), count(v4, /\(s32 \*\)/), count(v4, /^w\d \+= 1/)]).toEqual([1, 1, 1]);
    expect([count(v3, /s\/=|\(s32/), count(v3, /^w\d \+= 1/)]).toEqual([0, 1]);
    expect(count(v1, /w\d/)).toBe(0);
    const args = [BigInt.asUintN(64, -7n), 0xffff_ffffn - 99n]; // -100 / -7 = 14, -100 + 1 as u32
    for (const code of [v1, v3, v4]) expect(runHere(code, args)).toBe(14n + 0xffff_ffffn - 98n);
  });
});

describe('many live values', () => {
  /** 40 values loaded before a call, added up after it in another order. */
  const pressure = (b: FunctionBuilder, context: ValueId) => {
    const values = Array.from({ length: 40 }, (_, i) =>
      b.binary('mul', b.load(8, context, 8 * (i % 4)), BigInt(i + 1)),
    );
    b.call(5);
    const sum = values
      .map((_, i) => values[(i * 7) % 40] as ValueId)
      .reduce((a, v) => b.binary('add', b.binary('mul', a, 3n), v));
    b.ret(b.binary('and', b.binary('add', sum, b.load(8, context, 0)), 0xffff_ffffn));
  };

  it('are spilled, and come back', () => {
    const args = [1n, 22n, 333n, 2n ** 40n + 4n];
    const values = Array.from({ length: 40 }, (_, i) => (args[i % 4] ?? 0n) * BigInt(i + 1));
    const sum = values.map((_, i) => values[(i * 7) % 40] ?? 0n).reduce((a, v) => a * 3n + v);
    const expected = BigInt.asUintN(32, sum + 1n);
    const { code, stackDepth } = program(3, pressure);
    expect(stackDepth).toBeGreaterThanOrEqual(8 * 35);
    expect(runHere(code, args)).toBe(expected);
    expect(runInKernel(code, args)).toBe(expected);
  });

  it('are made again instead of spilled when they are constants', () => {
    const { stackDepth } = program(3, (b, context) => {
      const wide = Array.from({ length: 20 }, (_, i) => 0x1234_5678_0000n + BigInt(i) * 0x1_0000_0001n);
      let sum = b.load(8, context, 0);
      for (const value of [...wide, ...wide]) sum = b.binary('xor', b.binary('mul', sum, value), value);
      b.ret(sum);
    });
    expect(stackDepth).toBe(32); // the kernel's smallest frame
  });
});

describe('stack objects', () => {
  /** Each object is filled and handed to a helper. */
  const use = (b: FunctionBuilder, size: number) => {
    const object = b.stackObject(size);
    for (let at = 0; at < size; at += 8) b.store(8, b.stackAddress(object), at, 0n);
    b.call(mapLookup, [b.map(0), b.stackAddress(object)]);
  };

  it('share their place when one is done with before the other begins', () => {
    const { stackDepth } = program(3, (b) => {
      for (let i = 0; i < 10; i++) use(b, 128);
      b.ret();
    });
    expect(stackDepth).toBe(128);
  });

  it('do not share when both are in use', () => {
    const { stackDepth } = program(3, (b) => {
      const [key, value] = [b.stackObject(64), b.stackObject(64)];
      for (let at = 0; at < 64; at += 8) {
        b.store(8, b.stackAddress(key), at, 1n);
        b.store(8, b.stackAddress(value), at, 2n);
      }
      b.call(2, [b.map(0), b.stackAddress(key), b.stackAddress(value), 0n]);
      b.ret();
    });
    expect(stackDepth).toBe(128);
  });

  it('do not share across the iterations of a loop that uses both', () => {
    const { code } = program(3, (b, context) => {
      const [first, second] = [b.stackObject(8), b.stackObject(8)];
      const [i, sum] = [b.variable(0n), b.variable(0n)];
      b.store(8, b.stackAddress(first), 0, 5n);
      const [head, body, done] = [b.block(), b.block(), b.block()];
      b.jump(head);
      b.switchTo(head);
      b.branch('lt', b.read(i), 3n, body, done);
      b.switchTo(body);
      b.write(sum, b.binary('add', b.read(sum), b.load(8, b.stackAddress(first), 0)));
      b.store(8, b.stackAddress(second), 0, b.load(8, context, 0));
      b.call(mapLookup + 111, [b.stackAddress(second), 8n, b.stackAddress(second)]); // bpf_probe_read_user: fails, writes zeros
      b.write(sum, b.binary('add', b.read(sum), b.load(8, b.stackAddress(second), 0)));
      b.write(i, b.binary('add', b.read(i), 1n));
      b.jump(head);
      b.switchTo(done);
      b.ret(b.read(sum));
    });
    expect(runInKernel(code, [7n])).toBe(15n);
  });

  it('that are too large give an error with the size', () => {
    const attempt = () =>
      program(3, (b) => {
        const objects = [b.stackObject(400), b.stackObject(200)];
        for (const object of objects)
          for (let at = 0; at < 200; at += 8) b.store(8, b.stackAddress(object), at, 1n);
        b.call(2, [b.map(0), ...objects.map((object) => b.stackAddress(object)), 0n]);
        b.ret();
      });
    expect(attempt).toThrow(StackLimitError);
    expect(attempt).toThrow(/main needs 608 bytes of stack, but BPF programs have 512/);
  });

  it('of a callee count too', () => {
    const big = (name: string, next?: number) => {
      const b = new FunctionBuilder(name, 0);
      use(b, 200);
      if (next !== undefined) b.callLocal(next);
      b.ret();
      return b.finish();
    };
    const others = [big('one', 2), big('two')];
    const attempt = () =>
      program(
        3,
        (b) => {
          use(b, 200);
          b.callLocal(1);
          b.ret();
        },
        others,
      );
    expect(attempt).toThrow(/main → one → two needs 672 bytes/);
  });
});

describe('functions', () => {
  const double = () => {
    const b = new FunctionBuilder('double', 2);
    const [x, y] = b.parameters as [ValueId, ValueId];
    b.ret(b.binary('add', b.binary('mul', x, 2n), y));
    return b.finish();
  };

  it('are called, and left out when nobody calls them', () => {
    const unused = double();
    const { code, functions } = program(
      3,
      (b, context) => b.ret(b.callLocal(2, [b.load(8, context, 0), 1n])),
      [{ ...unused, name: 'unused' }, double()],
    );
    expect(functions.map((f) => f.name)).toEqual(['main', 'double']);
    expect(runHere(code, [20n])).toBe(41n);
    expect(runInKernel(code, [20n])).toBe(41n);
  });

  it('are callbacks', () => {
    const b = new FunctionBuilder('body', 2);
    const [index, sum] = b.parameters as [ValueId, ValueId];
    b.store(8, sum, 0, b.binary('add', b.load(8, sum, 0), index));
    b.ret(0n);
    const { code } = program(
      3,
      (main) => {
        const sum = main.stackObject(8);
        main.store(8, main.stackAddress(sum), 0, 0n);
        main.call(bpfLoop, [10n, main.functionAddress(1), main.stackAddress(sum), 0n]);
        main.ret(main.load(8, main.stackAddress(sum), 0));
      },
      [b.finish()],
    );
    expect(runHere(code)).toBe(45n);
  });
});

describe('a switch', () => {
  const cases = [0n, 1n, 2n, 3n, 10n, 11n, 40n, 41n, 42n, 1n << 40n, 2n ** 64n - 1n];
  const build = (b: FunctionBuilder, context: ValueId) => {
    const arms = cases.map(() => b.block());
    const otherwise = b.block();
    b.switch(
      b.load(8, context, 0),
      cases.map((match, i) => ({ match, target: arms[Math.floor(i / 2)] ?? otherwise })),
      otherwise,
    );
    arms.forEach((arm, i) => {
      b.switchTo(arm);
      b.ret(BigInt(i + 1));
    });
    b.switchTo(otherwise);
    b.ret(99n);
  };

  it.each([1, 2, 3, 4] as const)('finds every case and misses all others (version %i)', (isa) => {
    const { code } = program(isa, build);
    for (const around of cases) {
      for (const value of [around - 1n, around, around + 1n].map((v) => BigInt.asUintN(64, v))) {
        const index = cases.indexOf(value);
        expect(runHere(code, [value])).toBe(index < 0 ? 99n : BigInt(Math.floor(index / 2) + 1));
      }
    }
  });

  it('lets the first of equal cases win, and drops what only the other leads to', () => {
    const callee = new FunctionBuilder('callee', 0);
    callee.ret(7n);
    const { code, functions } = program(
      3,
      (b, context) => {
        const [first, second, otherwise] = [b.block(), b.block(), b.block()];
        const cases = [first, second].map((target) => ({ match: 5n, target }));
        b.switch(b.load(8, context, 0), cases, otherwise);
        b.switchTo(first);
        b.ret(1n);
        b.switchTo(second);
        b.ret(b.callLocal(1));
        b.switchTo(otherwise);
        b.ret(0n);
      },
      [callee.finish()],
    );
    expect(functions.map((f) => f.name)).toEqual(['main']);
    expect(runInKernel(code, [5n])).toBe(1n);
  });

  it('is a tree: 300 cases take at most ten comparisons', () => {
    const { code } = program(3, (b, context) => {
      const otherwise = b.block();
      const arms = Array.from({ length: 300 }, () => b.block());
      b.switch(
        b.load(8, context, 0),
        arms.map((target, i) => ({ match: BigInt(i * 2), target })),
        otherwise,
      );
      arms.forEach((arm, i) => {
        b.switchTo(arm);
        b.ret(b.call(5, [BigInt(i)]));
      });
      b.switchTo(otherwise);
      b.ret(0n);
    });
    const insns = decode(code);
    const targets = insns.map((insn, i) => i + 1 + insn.offset);
    const isJump = (i: number) =>
      [5, 6].includes((insns[i]?.opcode ?? 0) & 7) && ![0x85, 0x95].includes(insns[i]?.opcode ?? 0);
    const depth = (i: number): number => {
      if (!isJump(i)) return insns[i]?.opcode === 0x79 ? depth(i + 1) : 0;
      return 1 + Math.max(insns[i]?.opcode === 5 ? 0 : depth(i + 1), depth(targets[i] ?? 0));
    };
    expect(depth(0)).toBeLessThanOrEqual(10);
  });
});

describe('jumps over more than 32767 instructions', () => {
  const far = (b: FunctionBuilder, context: ValueId) => {
    const [long, end] = [b.block(), b.block()];
    const sum = b.variable(b.load(8, context, 0));
    b.branch('set', b.read(sum), 1n, end, long);
    b.switchTo(long);
    for (let i = 0; i < 12_000; i++) {
      b.write(sum, b.binary('xor', b.binary('mul', b.read(sum), BigInt(3 + 2 * i)), b.read(sum)));
    }
    b.jump(end);
    b.switchTo(end);
    b.ret(b.read(sum));
  };
  const build = (isa: Isa) => {
    const b = new FunctionBuilder('far', 1);
    far(b, b.parameters[0] as ValueId);
    return emit({ functions: [b.finish()] }, { isa, name: 'far' });
  };

  it('use gotol where there is one', () => {
    const { code } = build(4);
    expect(code.length / 8).toBeGreaterThan(32767);
    expect(count(code, /gotol/)).toBe(1);
    expect(runHere(code, [7n])).toBe(7n);
    expect(runInKernel(code, [7n])).toBe(7n);
  });

  it('are refused with the reason elsewhere', () => {
    expect(() => build(3)).toThrow(ProgramTooLargeError);
  });
});

describe('atomics', () => {
  it('that the instruction set lacks are refused by name', () => {
    const attempt = () => program(2, (b) => b.ret(b.atomicFetch('xchg', 8, b.mapValue(0), 0, 1n)));
    expect(attempt).toThrow(UnsupportedInstructionError);
    expect(attempt).toThrow(/atomic xchg.*version 3.*version 2/);
  });

  it('lose the fetch that nobody needs', () => {
    const { code } = program(2, (b) => {
      b.atomicFetch('add', 8, b.mapValue(0), 0, 1n);
      b.ret();
    });
    expect(count(code, /^lock/)).toBe(1);
  });
});
