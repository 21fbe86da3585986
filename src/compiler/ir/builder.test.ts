import { describe, expect, it } from 'vitest';
import type { BlockId, IrFunction, ValueId } from '../ir.ts';
import { FunctionBuilder } from './builder.ts';
import { evaluateIr } from './evaluate.ts';
import { printFunction } from './print.ts';
import { problemsOf, verifyIr } from './verify.ts';

const run = (fn: IrFunction, ...args: bigint[]) => {
  const module = { functions: [fn] };
  verifyIr(module);
  return evaluateIr(module, { args });
};

/** sum of 1 … n, with the loop's blocks sealed late. */
function sumTo(): IrFunction {
  const b = new FunctionBuilder('sum', 1);
  const [n] = b.parameters as [ValueId];
  const [i, sum] = [b.variable(0n), b.variable(0n)];
  const [head, body, done] = [b.block(), b.block(), b.block()];
  b.jump(head);
  b.switchTo(head);
  b.branch('lt', b.read(i), n, body, done);
  b.switchTo(body);
  b.write(i, b.binary('add', b.read(i), 1n));
  b.write(sum, b.binary('add', b.read(sum), b.read(i)));
  b.jump(head);
  b.switchTo(done);
  b.ret(b.read(sum));
  return b.finish();
}

describe('FunctionBuilder', () => {
  it('turns variables of a loop into phis', () => {
    const fn = sumTo();
    expect(run(fn, 10n)).toBe(55n);
    expect(run(fn, 0n)).toBe(0n);
    const phis = fn.blocks.flatMap((block) => block.instructions).filter((i) => i.op === 'phi');
    expect(phis).toHaveLength(2);
  });

  it('needs no phi for a variable that a loop only reads', () => {
    const b = new FunctionBuilder('f', 2);
    const [n, x] = b.parameters as [ValueId, ValueId];
    const [i, kept] = [b.variable(0n), b.variable(x)];
    const [head, body, done] = [b.block(), b.block(), b.block()];
    b.jump(head);
    b.switchTo(head);
    b.branch('lt', b.read(i), n, body, done);
    b.switchTo(body);
    b.write(i, b.binary('add', b.read(i), b.read(kept)));
    b.jump(head);
    b.switchTo(done);
    b.ret(b.binary('add', b.read(i), b.read(kept)));
    const fn = b.finish();
    expect(run(fn, 10n, 4n)).toBe(16n);
    expect(fn.blocks.flatMap((block) => block.instructions).filter((i) => i.op === 'phi')).toHaveLength(1);
  });

  it('joins the arms of an if, and gives 0 where nothing was written', () => {
    const b = new FunctionBuilder('f', 1);
    const [x] = b.parameters as [ValueId];
    const v = b.variable();
    const [then, join] = [b.block(), b.block()];
    b.branch('ne', x, 0n, then, join);
    b.switchTo(then);
    b.write(v, 7n);
    b.jump(join);
    b.seal(join);
    b.switchTo(join);
    b.ret(b.read(v));
    const fn = b.finish();
    expect([run(fn, 0n), run(fn, 5n)]).toEqual([0n, 7n]);
  });

  it('drops what follows a return', () => {
    const b = new FunctionBuilder('f', 0);
    b.ret(3n);
    b.store(8, b.const(1n), 0, 0n);
    b.ret(4n);
    const fn = b.finish();
    expect(fn.blocks).toHaveLength(1);
    expect(run(fn)).toBe(3n);
  });

  it('refuses a jump to a block that was promised to be complete', () => {
    const b = new FunctionBuilder('f', 0);
    const target = b.block();
    b.seal(target);
    expect(() => b.jump(target)).toThrow(/sealed/);
  });

  it('prints one line an instruction', () => {
    const b = new FunctionBuilder('f', 1);
    const [x] = b.parameters as [ValueId];
    const object = b.stackObject(16, 8);
    b.store(4, b.stackAddress(object), 4, x);
    b.ret(b.load(4, b.stackAddress(object), 4, { signed: true }));
    expect(printFunction(b.finish())).toBe(
      [
        'function f(v0)',
        '  s0: 16 bytes, aligned to 8',
        'b0:',
        '  v1 = stack s0',
        '  store u32 [v1 + 4], v0',
        '  v2 = stack s0',
        '  v3 = load s32 [v2 + 4]',
        '  return v3',
      ].join('\n'),
    );
  });
});

describe('verifyIr', () => {
  const broken = (edit: (fn: IrFunction) => void): string => {
    const fn = sumTo();
    edit(fn);
    return problemsOf(fn, 1).join('\n');
  };

  it('accepts the unbroken function', () => {
    expect(broken(() => {})).toBe('');
  });

  it('finds a value that is not defined on the way', () => {
    const text = broken((fn) => {
      const loopValue = fn.blocks[1]?.instructions[0];
      if (loopValue && 'result' in loopValue && loopValue.result !== undefined) {
        fn.blocks[0]?.instructions.push({
          op: 'unary',
          operator: 'neg',
          result: fn.nextValue++ as ValueId,
          a: loopValue.result,
        });
      }
    });
    expect(text).toMatch(/does not dominate/);
  });

  it('finds a phi that lacks a predecessor', () => {
    const text = broken((fn) => {
      const head = fn.blocks[1];
      const phi = head?.instructions[0];
      if (head && phi?.op === 'phi') head.instructions[0] = { ...phi, incoming: phi.incoming.slice(1) };
    });
    expect(text).toMatch(/does not match the predecessors/);
  });

  it('finds a target that does not exist', () => {
    const text = broken((fn) => {
      const first = fn.blocks[0];
      if (first) first.terminator = { op: 'jump', target: 99 as BlockId };
    });
    expect(text).toMatch(/leads to b99/);
  });

  it('finds a double definition', () => {
    const text = broken((fn) => {
      const first = fn.blocks[0];
      if (first) first.instructions.push(...first.instructions.slice(0, 1));
    });
    expect(text).toMatch(/defined twice/);
  });
});
