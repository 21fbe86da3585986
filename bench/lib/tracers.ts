/**
 * Who is measured: kscope as it was built, and beside it bpftrace. Without bpftrace there is kscope itself attached
 * the plain way, as named, so that a regression of what makes it fast still shows.
 */
import { join } from 'node:path';
import { which } from '../../scripts/lib/run.mjs';

declare const KSCOPE_ROOT: string;

export interface Tracer {
  readonly name: 'kscope' | 'bpftrace' | 'kscope, not lowered';
  readonly words: readonly string[];
}

/** The limits of both that a measurement must not run into. The two have different names for the same. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  BPFTRACE_MAX_PROBES: '8192',
  BPFTRACE_MAX_BPF_PROGS: '8192',
};

export const root = KSCOPE_ROOT;

/** `itself`: kscope attached the plain way, although bpftrace may be there. */
export function tracers(itself = false): readonly [Tracer, Tracer] {
  const words = [process.execPath, join(KSCOPE_ROOT, 'dist/kscope.cjs')];
  const peer: Tracer =
    itself || which('bpftrace') === undefined
      ? { name: 'kscope, not lowered', words: [...words, '--no-feature', 'attach_lowering'] }
      : { name: 'bpftrace', words: ['bpftrace'] };
  return [{ name: 'kscope', words }, peer];
}
