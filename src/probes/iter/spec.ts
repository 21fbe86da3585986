/**
 * `iter:KIND[:PIN]`: a program that the kernel runs once for each of its objects of a kind (tasks, open files, maps
 * …). The kinds are those of this kernel: each has a function `bpf_iter_KIND` and a context `struct bpf_iter__KIND`
 * in BTF. With PIN the iterator is left in the BPF file system, and runs whenever that file is read.
 */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import { argumentTexts } from '../fentry/prototype.ts';
import type { ExpandEnvironment, ProbeType } from '../probe-type.ts';

const functionPrefix = 'bpf_iter_';
const pinFolder = '/sys/fs/bpf';

export const iter: ProbeType = {
  name: 'iter',
  aliases: ['it'],
  probetype: 'iter',
  partCounts: [1, 2],
  listed: 'kernel',
  expand(parts, environment) {
    const [kind, pin] = [parts[0]!, parts[1]];
    const typeId = contextType(kind, environment);
    if (typeId === undefined) return [];
    return [
      {
        type: iter,
        name: `iter:${parts.join(':')}`,
        programType: 'tracing',
        tracing: { kind: 'iter', target: kind },
        point: {
          kind: 'iterator',
          ...(pin === undefined ? {} : { pin: pin.startsWith('/') ? pin : `${pinFolder}/${pin}` }),
        },
        via: `BPF iterator over ${kind}`,
        context: { kind: 'iterator', typeId },
        space: 'kernel',
      },
    ];
  },
  list([pattern = '*'], { target: { btf } }) {
    if (btf === undefined) return [];
    const matches = compileWildcard(pattern);
    const functions = [...btf.findAll(`${functionPrefix}*`, 'func')].map(({ name }) =>
      name.slice(functionPrefix.length),
    );
    return [...new Set(functions)]
      .filter((kind) => matches(kind) && btf.find(`bpf_iter__${kind}`, 'struct') !== undefined)
      .sort()
      .map((kind) => `iter:${kind}`);
  },
  /** Without the first, which is about the run. */
  listArguments: ([kind = ''], { btf }) => argumentTexts(btf, `${functionPrefix}${kind}`).slice(1),
};

function contextType(kind: string, environment: ExpandEnvironment): number | undefined {
  const { btf } = environment.target;
  const known = btf?.find(`${functionPrefix}${kind}`, 'func') !== undefined;
  const typeId = known ? btf?.find(`bpf_iter__${kind}`, 'struct') : undefined;
  if (hasWildcard(kind)) environment.error('iter probe type does not support wildcards');
  else if (typeId === undefined) environment.error(`iter ${kind} not available for your kernel version.`);
  return typeId;
}
