/** `-d`: what the stages of the compiler make, as text. A table of stages. */
import { disassemble } from '../bpf/disassembler.ts';
import type { Btf } from '../btf/btf.ts';
import type { CompileStage } from '../compiler/compile.ts';
import { format } from '../compiler/format/format.ts';
import { printFunction, printIr } from '../compiler/ir/print.ts';
import type { DebugStage } from './invocation.ts';

interface Dump {
  readonly stream: 'stdout' | 'stderr';
  readonly title: string;
  readonly text: () => string;
}

type Dumper<Kind extends CompileStage['kind']> = (
  stage: Extract<CompileStage, { readonly kind: Kind }>,
  wanted: ReadonlySet<DebugStage>,
) => Dump | undefined;

const dumpers: { readonly [Kind in CompileStage['kind']]: Dumper<Kind> } = {
  ast: ({ after, ast }, wanted) => {
    if (!wanted.has('ast') && !(after === 'parse' && wanted.has('parse'))) return undefined;
    return { stream: 'stderr', title: `AST after: ${after}`, text: () => format(ast) };
  },
  ir: ({ after, name, module }, wanted) => {
    if (!wanted.has(after === 'lower' ? 'codegen' : 'codegen-opt')) return undefined;
    return {
      stream: 'stdout',
      title: `${name}: intermediate form after: ${after}`,
      text: () => printIr(module),
    };
  },
  pass: ({ pass, name, function: fn }, wanted) =>
    wanted.has(`after:${pass}`)
      ? {
          stream: 'stdout',
          title: `${name}: intermediate form after the pass ${pass}`,
          text: () => printFunction(fn),
        }
      : undefined,
  code: ({ name, function: { code } }, wanted) => {
    if (!wanted.has('asm') && !wanted.has('dis')) return undefined;
    return {
      stream: 'stdout',
      title: `${name}: BPF instructions`,
      text: () => disassemble(code, { numbered: true }).join('\n'),
    };
  },
};

/** `-d types`: the types that the kernel has, as C. */
export function dumpTypes(btf: Btf | undefined): void {
  const kinds = ['enum', 'union', 'struct', 'typedef'] as const;
  for (const kind of kinds)
    for (const { id } of btf?.findAll('*', kind) ?? []) process.stdout.write(`${btf?.toC(id).trimEnd()}\n\n`);
}

export function dumpStage(stage: CompileStage, wanted: ReadonlySet<DebugStage>): void {
  const dump = dispatch(stage, wanted);
  if (dump === undefined) return;
  const { stream, title, text } = dump;
  process[stream].write(`\n${title}\n${'-'.repeat(title.length)}\n${text().trimEnd()}\n`);
}

function dispatch<Kind extends CompileStage['kind']>(
  stage: CompileStage & { kind: Kind },
  wanted: ReadonlySet<DebugStage>,
) {
  // The dumper under a kind takes exactly the stages of that kind; TypeScript cannot follow the correlation.
  const dumper = dumpers[stage.kind] as unknown as (
    given: CompileStage,
    wanted: ReadonlySet<DebugStage>,
  ) => Dump | undefined;
  return dumper(stage, wanted);
}
