/** Test and benchmark probes: names, and which belong to a program. */
import { describe, expect, it } from 'vitest';
import { fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { compile } from '../compile.ts';

const text = 'begin { } test:a { } bench:b { }';
const probesOf = (...selfTests: ('test' | 'bench')[]) => {
  const { program, testsLeftOut } = compile(text, fixtureTarget(), { selfTests: new Set(selfTests) });
  return { probes: program?.attachments.flatMap(({ probes }) => probes), leftOut: [...testsLeftOut] };
};

describe('self tests', () => {
  it('are in a program when they are asked for', () => {
    expect(probesOf()).toEqual({ probes: ['begin'], leftOut: ['test', 'bench'] });
    expect(probesOf('test')).toEqual({ probes: ['begin', 'test:a'], leftOut: ['bench'] });
  });

  it('are checked even when they are not', () => {
    const { diagnostics } = compile('test:a { print($x); }', fixtureTarget());
    expect(diagnostics.map(({ message }) => message)).toEqual(['Undefined or undeclared variable: $x']);
  });

  it.each([
    ['test:a { } test:a { }', '"a" was used as the name for more than one TEST probe'],
    ['bench:a { } bench:a { }', '"a" was used as the name for more than one BENCH probe'],
    ['self:signal:SIGUSR2 { }', 'SIGUSR2 is not a supported signal'],
    ['self:foo:SIGUSR1 { }', 'foo is not a supported trigger'],
    ['self:signal { }', 'self probe type requires 2 arguments, found 1'],
  ])('refuses %s', (program, message) => {
    const { diagnostics } = compile(program, fixtureTarget());
    expect(diagnostics.map((one) => one.message)).toEqual([message]);
  });
});
