/**
 * Runs `begin` programs for tests: compiled for this machine, executed by the interpreter and by the kernel
 * (BPF_PROG_TEST_RUN), their records read as the runtime reads them. Results are what the program printed.
 */
import { must } from '../../../base/assert.ts';
import { Machine } from '../../../bpf/interpreter/machine.ts';
import type { World } from '../../../bpf/interpreter/world.ts';
import { hostTarget } from '../../../host/target.ts';
import { nativeKernel } from '../../../kernel/native.ts';
import { RingBuffer } from '../../../kernel/ring-buffer.ts';
import { load } from '../../../loader/load.ts';
import type { EventSpec, Program } from '../../../program/program.ts';
import type { Target } from '../../../program/target.ts';
import { compileInteger, compileJoin, compilePrintable } from '../../../runtime/decode/event.ts';
import { Memory } from '../../../runtime/decode/memory.ts';
import { compilePrintf } from '../../../runtime/decode/printf.ts';
import { plainResolvers, type Resolvers } from '../../../runtime/decode/resolvers.ts';
import { type CompileOptions, compile } from '../../compile.ts';
import { render } from '../../messages/render.ts';

export const kernel = nativeKernel();
export const machineTarget = hostTarget(kernel);
/** For the interpreter, whose tasks have no task_struct to look into. */
export const simpleTarget = hostTarget(kernel, { withoutFeatures: new Set(['task_btf']) });

export interface RunOptions extends CompileOptions {
  /** Instead of this machine as it is. */
  readonly target?: Target;
  readonly world?: Partial<World>;
  readonly resolvers?: Partial<Resolvers>;
}

/** What compiling says, one head line each: `stdin:1:15-25: ERROR: …`. */
export function heads(source: string, options: CompileOptions = {}): string[] {
  return compile(source, machineTarget, options).diagnostics.map(
    (diagnostic) => render(diagnostic).split('\n')[0]!,
  );
}

export function compiled(
  source: string,
  target: Target = machineTarget,
  options: CompileOptions = {},
): Program {
  const { program, diagnostics } = compile(source, target, options);
  return must(program, `program: ${diagnostics.map((one) => render(one)).join('\n')}`);
}

/** In the interpreter. */
export function interpret(source: string, options: RunOptions = {}): string {
  const program = compiled(source, options.target ?? simpleTarget, options);
  const machine = new Machine({
    maps: program.maps,
    world: { cpuCount: simpleTarget.possibleCpus, ...options.world },
  });
  for (const { function: index } of program.attachments) {
    const { code, relocations } = program.functions[index]!;
    machine.run(code, relocations, { args: [] });
  }
  const print = printer(program, options);
  return machine
    .takeRecords()
    .map((record) => print(new Memory(record), 0, record.length))
    .join('');
}

/** In the kernel. */
export function runInKernel(source: string, options: RunOptions = {}): string {
  const program = compiled(source, options.target ?? machineTarget, options);
  const print = printer(program, options);
  using loaded = load(program, kernel);
  for (const { function: index } of program.attachments) loaded.functions[index]!.testRun();
  if (program.ringBuffer === undefined) return '';
  using ring = new RingBuffer(kernel, loaded.maps[program.ringBuffer]!);
  let text = '';
  ring.drain((_, bytes, offset, length) => {
    text += print(new Memory(bytes), offset, length);
  });
  return text;
}

/** The same from both, or an account of the difference. */
export function run(source: string, options: RunOptions = {}): string {
  const [simulated, real] = [interpret(source, options), runInKernel(source, options)];
  return simulated === real ? real : `interpreter: ${simulated}\nkernel: ${real}`;
}

type Print = (memory: Memory, base: number, length: number) => string;

/** For each record, what it prints. */
export function printer(program: Program, { resolvers }: RunOptions): Print {
  const all: Resolvers = { ...plainResolvers, ...resolvers };
  const printers = program.events.map((event) => printerOf(event, all));
  return (memory, base, length) => printers[memory.view.getUint32(base, true)]!(memory, base, length);
}

function printerOf(event: EventSpec, resolvers: Resolvers): Print {
  switch (event.action) {
    case 'printf':
      return compilePrintf(event.format, event, resolvers);
    case 'errorf':
    case 'warnf':
    case 'system': {
      const format = compilePrintf(event.format, event, resolvers);
      return (...place) => `<${event.action}: ${format(...place)}>\n`;
    }
    case 'print-value': {
      const read = compilePrintable(event, resolvers);
      return (...place) => `${read(...place).text()}\n`;
    }
    case 'join': {
      const read = compileJoin(event, event.separator, resolvers);
      return (...place) => `${read(...place)}\n`;
    }
    case 'exit': {
      const read = compileInteger(event);
      return (...place) => `<exit ${read(...place)}>\n`;
    }
    case 'unwatch': {
      const { offset } = event.fields[0]!;
      return ({ view }, base) => `<unwatch 0x${view.getBigUint64(base + offset, true).toString(16)}>\n`;
    }
    case 'runtime-error':
      return () => `<${event.message}>\n`;
    default:
      return () => `<${event.action}>\n`;
  }
}
