/** fentry and fexit, also under a kprobe: what function it is was fixed when the program was loaded. */
import { attachTracing } from '../../kernel/link.ts';
import type { Attacher } from '../attacher.ts';

export const attachTrampoline: Attacher<'trampoline'> = (_, { program, spec }, { kernel }) => [
  attachTracing(kernel, program, `${spec.tracing?.kind} on ${spec.tracing?.target}`),
];
