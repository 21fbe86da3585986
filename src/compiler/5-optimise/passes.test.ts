import { describe, expect, it } from 'vitest';
import { FunctionBuilder } from '../ir/builder.ts';
import { printFunction } from '../ir/print.ts';
import { verifyIr } from '../ir/verify.ts';
import type { IrFunction, ValueId } from '../ir.ts';
import { optimise, passes } from '../passes.ts';

function optimised(
  build: (b: FunctionBuilder, context: ValueId) => void,
  disabled: readonly string[] = [],
): IrFunction {
  const b = new FunctionBuilder('f', 1);
  build(b, b.parameters[0] as ValueId);
  const module = optimise({ functions: [b.finish()] }, { disabled: new Set(disabled) });
  verifyIr(module);
  return module.functions[0] as IrFunction;
}

const count = (fn: IrFunction, pattern: RegExp): number =>
  printFunction(fn)
    .split('\n')
    .filter((line) => pattern.test(line)).length;

/** With the named pass, and without it: each test shows that it is this pass that does the work. */
function withAndWithout(
  pass: string,
  pattern: RegExp,
  build: (b: FunctionBuilder, context: ValueId) => void,
): [number, number] {
  return [count(optimised(build), pattern), count(optimised(build, [pass]), pattern)];
}

/** if (a op b) then() else otherwise(), both going on. */
function branch(
  b: FunctionBuilder,
  condition: Parameters<FunctionBuilder['branch']> extends [infer O, infer A, infer B, ...unknown[]]
    ? [O, A, B]
    : never,
  then: () => void,
  otherwise: () => void = () => {},
): void {
  const [yes, no, join] = [b.block(), b.block(), b.block()];
  b.branch(...condition, yes, no);
  for (const [block, body] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    b.switchTo(block);
    body();
    if (!b.terminated) b.jump(join);
  }
  b.switchTo(join);
}

describe('number-values', () => {
  it('calls a pure helper once where one call dominates', () => {
    const calls = withAndWithout('number-values', /call helper#14/, (b, context) => {
      const pid = () => b.binary('rsh', b.call(14, [], { pure: true }), 32n);
      branch(b, ['eq', pid(), 5n], () => b.store(8, context, 0, pid()));
      b.ret(pid());
    });
    expect(calls).toEqual([1, 3]);
  });

  it('calls it in each of two arms, since neither dominates the other', () => {
    const fn = optimised((b, context) => {
      const store = () => b.store(8, context, 0, b.call(14, [], { pure: true }));
      branch(b, ['eq', b.load(8, context, 0), 5n], store, store);
      b.ret();
    });
    expect(count(fn, /call helper#14/)).toBe(2);
  });

  it('never merges calls that are not pure, nor loads that may change', () => {
    const fn = optimised((b, context) => {
      const calls = b.binary('xor', b.call(7), b.call(7));
      const loads = b.binary('sub', b.load(8, context, 0), b.load(8, context, 0));
      b.ret(b.binary('add', calls, loads));
    });
    expect([count(fn, /call helper#7/), count(fn, /load/)]).toEqual([2, 2]);
  });
});

/** What a script's `@m[key]` becomes: the key on the stack, the look-up. */
function lookUp(b: FunctionBuilder, map: number, key: ValueId): ValueId {
  const object = b.stackObject(8);
  b.store(8, b.stackAddress(object), 0, key);
  return b.call(1, [b.map(map), b.stackAddress(object)]);
}
/** map_delete_elem of the same. */
function remove(b: FunctionBuilder, map: number, key: ValueId): void {
  const object = b.stackObject(8);
  b.store(8, b.stackAddress(object), 0, key);
  b.call(3, [b.map(map), b.stackAddress(object)]);
}

describe('share-keys', () => {
  it('stores a key once for all that use it', () => {
    const stores = withAndWithout('share-keys', /store/, (b, context) => {
      const key = b.load(8, context, 0);
      branch(b, ['ne', lookUp(b, 0, key), 0n], () => remove(b, 0, key));
      b.ret();
    });
    expect(stores).toEqual([1, 2]);
  });

  it('stores it in each of two arms, and again when a helper may have written to it', () => {
    const fn = optimised((b, context) => {
      const key = b.load(8, context, 0);
      branch(
        b,
        ['gt', key, 5n],
        () => remove(b, 0, key),
        () => remove(b, 0, key),
      );
      const read = b.stackObject(8);
      b.store(8, b.stackAddress(read), 0, key);
      b.call(113, [b.stackAddress(read), 8n, context]);
      remove(b, 0, key);
      b.ret(b.load(8, b.stackAddress(read), 0));
    });
    expect(count(fn, /store/)).toBe(4);
  });

  it('does not take another key for the same', () => {
    const fn = optimised((b, context) => {
      remove(b, 0, b.load(8, context, 0));
      remove(b, 0, b.load(8, context, 8));
      b.ret();
    });
    expect(count(fn, /store/)).toBe(2);
  });
});

describe('reuse-lookups', () => {
  it('looks once for the predicate and the body', () => {
    const calls = withAndWithout('reuse-lookups', /call helper#1\(/, (b, context) => {
      const key = b.load(8, context, 0);
      branch(b, ['ne', lookUp(b, 0, key), 0n], () => {
        b.call(5);
        const found = lookUp(b, 0, key);
        branch(b, ['ne', found, 0n], () => b.store(8, found, 0, 1n));
      });
      b.ret();
    });
    expect(calls).toEqual([1, 2]);
  });

  it('looks again after an element of the map was removed, not after one of another map', () => {
    const twice = (removed: number) =>
      optimised((b, context) => {
        const key = b.load(8, context, 0);
        const first = lookUp(b, 0, key);
        remove(b, removed, key);
        b.ret(b.binary('sub', first, lookUp(b, 0, key)));
      });
    expect(count(twice(0), /call helper#1\(/)).toBe(2);
    expect(count(twice(1), /call helper#1\(/)).toBe(1);
  });

  it('looks again where only one of the ways has looked, or one of them has removed', () => {
    const fn = optimised((b, context) => {
      const key = b.load(8, context, 0);
      branch(b, ['gt', key, 5n], () => b.store(8, context, 8, lookUp(b, 0, key)));
      b.store(8, context, 16, lookUp(b, 0, key));
      branch(b, ['gt', b.load(8, context, 24), 5n], () => remove(b, 0, key));
      b.ret(lookUp(b, 0, key));
    });
    expect(count(fn, /call helper#1\(/)).toBe(3);
  });

  it('looks again in each round of a loop that removes', () => {
    const fn = optimised((b, context) => {
      const key = b.load(8, context, 0);
      const i = b.variable(0n);
      const [head, body, done] = [b.block(), b.block(), b.block()];
      b.store(8, context, 8, lookUp(b, 0, key));
      b.jump(head);
      b.switchTo(head);
      b.branch('lt', b.read(i), 3n, body, done);
      b.switchTo(body);
      b.store(8, context, 16, lookUp(b, 0, key));
      remove(b, 0, key);
      b.write(i, b.binary('add', b.read(i), 1n));
      b.jump(head);
      b.switchTo(done);
      b.ret();
    });
    expect(count(fn, /call helper#1\(/)).toBe(2);
  });

  it('looks again after calling a function, which may remove', () => {
    const fn = optimised((b, context) => {
      const key = b.load(8, context, 0);
      const first = lookUp(b, 0, key);
      b.call(181, [3n, context, context, 0n]);
      b.ret(b.binary('sub', first, lookUp(b, 0, key)));
    });
    expect(count(fn, /call helper#1\(/)).toBe(2);
  });
});

describe('implied-branches', () => {
  it('checks a pointer once', () => {
    const checks = withAndWithout('implied-branches', /^ {2}if/, (b) => {
      const value = b.call(1, [b.map(0), b.map(1)]);
      branch(b, ['ne', value, 0n], () => {
        b.store(8, value, 0, 1n);
        branch(b, ['eq', value, 0n], () => b.ret(7n));
        b.store(8, value, 8, 2n);
      });
      b.ret();
    });
    expect(checks).toEqual([1, 2]);
  });

  it.each([
    ['gt', 'ge', 1],
    ['gt', 'ne', 1],
    ['eq', 'sle', 1],
    ['ge', 'gt', 2],
    ['gt', 'sgt', 2],
    ['slt', 'lt', 2],
  ] as const)('after %s, %s leaves %i branches', (first, second, expected) => {
    const fn = optimised((b, context) => {
      const [x, y] = [b.load(8, context, 0), b.load(8, context, 8)];
      branch(b, [first, x, y], () => branch(b, [second, x, y], () => b.store(8, context, 16, 1n)));
      b.ret();
    });
    expect(count(fn, /^ {2}if/)).toBe(expected);
  });

  it('knows that neither less nor greater is equal', () => {
    const fn = optimised((b, context) => {
      const [x, y] = [b.load(8, context, 0), b.load(8, context, 8)];
      branch(b, ['le', x, y], () =>
        branch(b, ['ge', x, y], () => branch(b, ['eq', x, y], () => b.store(8, context, 16, 1n))),
      );
      b.ret();
    });
    expect(count(fn, /^ {2}if/)).toBe(2);
  });
});

describe('thread-jumps', () => {
  it('makes a chain of && with a variable two branches', () => {
    const branches = withAndWithout('thread-jumps', /^ {2}(if|v\d+ = phi|v\d+ = compare)/, (b, context) => {
      const both = b.variable(0n);
      branch(b, ['eq', b.load(8, context, 0), 5n], () =>
        branch(b, ['lt', b.load(8, context, 8), 9n], () => b.write(both, 1n)),
      );
      branch(b, ['ne', b.read(both), 0n], () => b.store(8, context, 16, 1n));
      b.ret();
    });
    expect(branches[0]).toBe(2);
    expect(branches[1]).toBeGreaterThan(2);
  });
});

describe('stack memory', () => {
  const stored = (b: FunctionBuilder, context: ValueId) => {
    const object = b.stackObject(16);
    b.store(8, b.stackAddress(object), 0, b.load(8, context, 0));
    b.store(1, b.stackAddress(object), 8, b.load(8, context, 8));
    return object;
  };

  it('that is only stored and loaded disappears', () => {
    const fn = optimised((b, context) => {
      const object = stored(b, context);
      const address = b.binary('add', b.stackAddress(object), 8n);
      b.ret(b.binary('add', b.load(8, b.stackAddress(object), 0), b.load(1, address, 0)));
    });
    expect(count(fn, /store|stack/)).toBe(0);
    expect(count(fn, /zext8/)).toBe(1);
  });

  it('that a helper may write is loaded again', () => {
    const fn = optimised((b, context) => {
      const object = stored(b, context);
      b.call(16, [b.stackAddress(object), 16n]);
      b.ret(b.load(8, b.stackAddress(object), 0));
    });
    expect([count(fn, /store/), count(fn, /load u64 \[v\d+\]$/)]).toEqual([2, 2]);
  });

  it('whose address is in memory is never touched', () => {
    const fn = optimised((b, context) => {
      const object = stored(b, context);
      b.store(8, context, 0, b.stackAddress(object));
      b.call(99);
      b.ret();
    });
    expect(count(fn, /store/)).toBe(3);
  });

  it('that is written twice before it is read is written once', () => {
    const stores = withAndWithout('dead-stores', /store/, (b, context) => {
      const key = b.stackObject(8);
      b.store(8, b.stackAddress(key), 0, 0n);
      b.store(4, b.stackAddress(key), 0, b.load(4, context, 0));
      b.store(4, b.stackAddress(key), 4, b.load(4, context, 4));
      b.ret(b.call(1, [b.map(0), b.stackAddress(key)]));
    });
    expect(stores).toEqual([2, 3]);
  });

  it('keeps a store that only part of covers', () => {
    const fn = optimised((b, context) => {
      const key = b.stackObject(8);
      b.store(8, b.stackAddress(key), 0, 0n);
      b.store(4, b.stackAddress(key), 0, b.load(4, context, 0));
      b.ret(b.call(1, [b.map(0), b.stackAddress(key)]));
    });
    expect(count(fn, /store/)).toBe(2);
  });

  it('is kept for the next iteration of a loop', () => {
    const fn = optimised((b, context) => {
      const object = b.stackObject(8);
      const i = b.variable(0n);
      b.store(8, b.stackAddress(object), 0, 1n);
      const [head, body, done] = [b.block(), b.block(), b.block()];
      b.jump(head);
      b.switchTo(head);
      b.branch('lt', b.read(i), 3n, body, done);
      b.switchTo(body);
      b.call(16, [b.stackAddress(object), 8n]);
      b.store(8, b.stackAddress(object), 0, b.read(i));
      b.write(i, b.binary('add', b.read(i), 1n));
      b.jump(head);
      b.switchTo(done);
      b.ret(b.load(8, context, 0));
    });
    expect(count(fn, /store/)).toBe(2);
  });
});

describe('fold-addresses', () => {
  it('gives variables in one map one address', () => {
    const addresses = withAndWithout('fold-addresses', /map-value/, (b) => {
      for (const offset of [8, 16, 24]) b.atomic('add', 8, b.mapValue(0, offset), 0, 1n);
      b.ret();
    });
    expect(addresses).toEqual([1, 3]);
  });

  it('leaves what does not fit the offset', () => {
    const fn = optimised((b, context) => {
      b.ret(b.load(8, b.binary('add', context, 0x8000n), 0));
    });
    expect(count(fn, /add64/)).toBe(1);
  });
});

describe('merge-blocks, simplify-phis, remove-unreachable, dead-code', () => {
  it('leave one block of a decided if', () => {
    const fn = optimised((b, context) => {
      const v = b.variable(1n);
      branch(
        b,
        ['lt', 3n, 5n],
        () => b.write(v, b.load(8, context, 0)),
        () => b.write(v, b.load(8, context, 8)),
      );
      b.ret(b.read(v));
    });
    expect(printFunction(fn)).toMatch(/^function f\(v0\)\nb0:\n {2}v\d+ = load u64 \[v0\]\n {2}return v\d+$/);
  });

  it('remove a loop variable that only feeds itself', () => {
    const fn = optimised((b, context) => {
      const [i, waste] = [b.variable(0n), b.variable(7n)];
      const [head, body, done] = [b.block(), b.block(), b.block()];
      b.jump(head);
      b.switchTo(head);
      b.branch('lt', b.read(i), b.load(8, context, 0), body, done);
      b.switchTo(body);
      b.write(waste, b.binary('mul', b.read(waste), b.read(i)));
      b.write(i, b.binary('add', b.read(i), 1n));
      b.jump(head);
      b.switchTo(done);
      b.ret(b.read(i));
    });
    expect(count(fn, /phi|mul/)).toBe(1);
  });
});

describe('optimise', () => {
  const sample = (b: FunctionBuilder, context: ValueId) =>
    b.ret(b.binary('add', b.load(8, context, 0), b.binary('mul', 2n, 3n)));

  it('leaves the module it is given alone', () => {
    const b = new FunctionBuilder('f', 1);
    sample(b, b.parameters[0] as ValueId);
    const fn = b.finish();
    const before = printFunction(fn);
    optimise({ functions: [fn] });
    expect(printFunction(fn)).toBe(before);
  });

  it('does nothing when everything is switched off', () => {
    const all = passes.map((pass) => pass.name);
    expect(new Set(all).size).toBe(all.length);
    expect(count(optimised(sample, all), /mul64/)).toBe(1);
    expect(count(optimised(sample), /mul64/)).toBe(0);
  });

  it('tells which pass changed what', () => {
    const b = new FunctionBuilder('f', 1);
    sample(b, b.parameters[0] as ValueId);
    const seen: string[] = [];
    optimise({ functions: [b.finish()] }, { onChange: (pass) => seen.push(pass.name) });
    expect(seen).toContain('fold');
    expect(seen).toContain('dead-code');
  });
});
