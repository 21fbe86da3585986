/**
 * Runs a compiled program without a kernel: its bytes in the interpreter, its records through the same actions and
 * renderers as in a real run. Begin probes first, then each firing that the case asks for, then end probes.
 */
import { must } from '../../src/base/assert.ts';
import { type Context, Machine } from '../../src/bpf/interpreter/machine.ts';
import type { World } from '../../src/bpf/interpreter/world.ts';
import type { Config } from '../../src/compiler/2-expand/config-options.ts';
import { JsonOutput } from '../../src/output/json.ts';
import { TextOutput } from '../../src/output/text.ts';
import { Writer } from '../../src/output/writer.ts';
import type { Attachment, Program } from '../../src/program/program.ts';
import type { ActionEnvironment } from '../../src/runtime/actions/action.ts';
import { compileAction } from '../../src/runtime/actions/table.ts';
import { Memory } from '../../src/runtime/decode/memory.ts';
import { plainResolvers } from '../../src/runtime/decode/resolvers.ts';
import { SimulatedMaps } from './simulated-maps.ts';

export interface Firing {
  /** Full name of the probe. */
  readonly probe: string;
  readonly world?: Partial<World>;
  readonly context?: Context;
}

export interface SimulationOptions {
  readonly config: Config;
  readonly source: string;
  readonly world?: Partial<World>;
  /** Each probe once, in the order of the program, when not given. */
  readonly firings?: readonly Firing[];
  readonly format?: 'text' | 'json';
}

export interface SimulationResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Room for any context that the probes of a fixture read. */
const contextBytes = 256;

export function simulate(program: Program, options: SimulationOptions): SimulationResult {
  const run = new Simulation(program, options);
  run.run(options.firings);
  return run.result();
}

class Simulation {
  readonly #program: Program;
  readonly #config: Config;
  readonly #machine: Machine;
  readonly #maps: SimulatedMaps;
  readonly #output: TextOutput | JsonOutput;
  readonly #handles: readonly ((record: Uint8Array) => void)[];
  readonly #written = { out: [] as Buffer[], err: [] as Buffer[] };
  #status: number | undefined;

  constructor(program: Program, { config, source, world, format }: SimulationOptions) {
    this.#program = program;
    this.#config = config;
    this.#machine = new Machine({ maps: program.maps, ...(world === undefined ? {} : { world }) });
    const writers = { out: this.#writer('out'), err: this.#writer('err'), quiet: true };
    const Form = format === 'json' ? JsonOutput : TextOutput;
    this.#output = new Form({
      ...writers,
      sources: (file) => (file === program.sourceName ? source : undefined),
    });
    const resolvers = { ...plainResolvers, truncationTrailer: config.str_trunc_trailer };
    this.#maps = new SimulatedMaps(program, this.#machine.maps, this.#output, resolvers);
    const environment = this.#environment(resolvers);
    this.#handles = program.events.map((event) => {
      const handle = compileAction(event, environment);
      return (record) => handle(new Memory(record), 0, record.length);
    });
  }

  run(firings: readonly Firing[] = this.#eachOnce()): void {
    for (const attachment of this.#special('begin')) this.#fire(attachment);
    for (const { probe, world, context } of firings) {
      if (this.#status !== undefined) break;
      Object.assign(this.#machine.world, world);
      this.#fire(this.#attachmentOf(probe), context);
    }
    for (const attachment of this.#special('end')) this.#fire(attachment);
    this.#output.endOfTracing();
    if (this.#config.print_maps_on_exit) this.#maps.printAll();
    this.#output.end(0);
    this.#output.flush();
  }

  result(): SimulationResult {
    const text = (pieces: readonly Buffer[]) => Buffer.concat(pieces).toString('utf8');
    return { stdout: text(this.#written.out), stderr: text(this.#written.err), status: this.#status ?? 0 };
  }

  #fire({ function: index }: Attachment, context: Context = new Uint8Array(contextBytes)): void {
    const { code, relocations } = must(this.#program.functions[index], `function ${index}`);
    this.#machine.run(code, relocations, context);
    for (const record of this.#machine.takeRecords()) {
      const id = new DataView(record.buffer, record.byteOffset).getUint32(0, true);
      must(this.#handles[id], `event ${id}`)(record);
    }
  }

  #special(when: 'begin' | 'end'): readonly Attachment[] {
    return this.#program.attachments.filter(({ point }) => point.kind === 'test-run' && point.when === when);
  }

  #eachOnce(): readonly Firing[] {
    return this.#program.attachments
      .filter(({ point }) => point.kind !== 'test-run')
      .flatMap(({ probes }) => probes.map((probe) => ({ probe })));
  }

  #attachmentOf(probe: string): Attachment {
    return must(
      this.#program.attachments.find(({ probes }) => probes.includes(probe)),
      `no probe is called ${probe}`,
    );
  }

  #environment(resolvers: ActionEnvironment['resolvers']): ActionEnvironment {
    return {
      output: this.#output,
      resolvers,
      maps: this.#maps,
      maxCatBytes: this.#config.max_cat_bytes,
      exit: (status) => {
        this.#status = status;
      },
      repeated: { say: (_key, message) => message('') },
      trace: () => {},
      unwatch: () => {},
    };
  }

  #writer(name: 'out' | 'err'): Writer {
    const write = (_fd: number, bytes: Uint8Array, offset: number, length: number): number => {
      this.#written[name].push(Buffer.from(bytes.slice(offset, offset + length)));
      return length;
    };
    return new Writer(-1, { write });
  }
}
