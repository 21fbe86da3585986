/**
 * Probes of the tracer itself, run with BPF_PROG_TEST_RUN of a raw tracepoint program, so that nothing in the
 * system is attached to: `begin` and `end` once, `self:signal:…` when the tracer gets the signal, `test:NAME` and
 * `bench:NAME` when the command is asked to run them.
 */
import type { AttachPointSpec, SelfTestMode } from '../../program/program.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

/** Signals that `self` may stand for: the others end the tracer, or belong to Node. */
const signals: readonly string[] = ['SIGUSR1'];

function ownProbe(type: ProbeType, name: string, point: AttachPointSpec, via: string): ResolvedProbe {
  return {
    ...{ type, name, point, via },
    programType: 'raw_tracepoint',
    context: { kind: 'none' },
    space: 'unknown',
  };
}

function special(when: 'begin' | 'end'): ProbeType {
  const type: ProbeType = {
    name: when,
    aliases: [],
    probetype: 'special',
    partCounts: [0],
    listed: 'never',
    expand: () => [ownProbe(type, when, { kind: 'test-run', when }, 'test run')],
  };
  return type;
}

export const begin = special('begin');
export const end = special('end');

export const self: ProbeType = {
  name: 'self',
  aliases: [],
  probetype: 'special',
  partCounts: [2],
  listed: 'never',
  expand: ([trigger = '', signal = ''], environment) => {
    const problem = signalProblem(trigger, signal);
    if (problem !== undefined) return refuse(environment, problem);
    return [ownProbe(self, `self:signal:${signal}`, { kind: 'self-signal', signal }, 'test run')];
  },
  list: () => signals.map((signal) => `self:signal:${signal}`),
};

function signalProblem(trigger: string, signal: string): string | undefined {
  if (trigger !== 'signal') return `${trigger} is not a supported trigger`;
  return signals.includes(signal) ? undefined : `${signal} is not a supported signal`;
}

function refuse(environment: ExpandEnvironment, problem: string): [] {
  environment.error(problem);
  return [];
}

function ownTest(mode: SelfTestMode, probetype: string): ProbeType {
  const type: ProbeType = {
    name: mode,
    aliases: [],
    probetype,
    partCounts: [1],
    listed: 'never',
    expand: ([name = ''], environment) => {
      if (name === '') return refuse(environment, `${mode} probe must have a name`);
      return [ownProbe(type, `${mode}:${name}`, { kind: 'self-test', mode, name }, 'test run')];
    },
  };
  return type;
}

export const test = ownTest('test', 'test');
export const bench = ownTest('bench', 'benchmark');
