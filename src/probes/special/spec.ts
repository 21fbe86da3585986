/**
 * `begin` and `end`: run once by the tracer itself with BPF_PROG_TEST_RUN of a raw tracepoint program, so that
 * nothing in the system is attached to.
 */
import type { ProbeType } from '../probe-type.ts';

function special(when: 'begin' | 'end'): ProbeType {
  const type: ProbeType = {
    name: when,
    aliases: [],
    probetype: 'special',
    partCounts: [0],
    listed: 'never',
    expand: () => [
      {
        type,
        name: when,
        programType: 'raw_tracepoint',
        point: { kind: 'test-run', when },
        via: 'test run',
        context: { kind: 'none' },
        space: 'unknown',
      },
    ],
  };
  return type;
}

export const begin = special('begin');
export const end = special('end');
