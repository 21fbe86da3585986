/** Raw tracepoints: by name, or by the BTF type that a program of type tracing was loaded for. */
import { attachRawTracepoint, attachTracing } from '../../kernel/link.ts';
import type { Attacher } from '../attacher.ts';

export const attachRawTracepointProbe: Attacher<'raw-tracepoint'> = ({ name }, loaded, { kernel }) => {
  const { program, spec } = loaded;
  if (spec.type === 'tracing') return [attachTracing(kernel, program, `BTF tracepoint ${name}`)];
  return [attachRawTracepoint(kernel, program, name)];
};
