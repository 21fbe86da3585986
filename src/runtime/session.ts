/**
 * A run of a program, from loading to the last map: it owns every kernel object it made and gives them back in
 * `close()`, whatever happened before. Nothing is pinned, so that even a killed process leaves nothing behind.
 *
 *     open (load) → attach (begin probes, then all others) → run (events until stopped, then end probes, maps) → close
 */
import { must } from '../base/assert.ts';
import type { BpfMap } from '../kernel/bpf-map.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { nativeKernel } from '../kernel/native.ts';
import { type RecordHandler, RingBuffer } from '../kernel/ring-buffer.ts';
import { openTracefs } from '../kernel/tracefs.ts';
import { type LoadedProgram, type LoadOptions, load } from '../loader/load.ts';
import type { MapContents } from '../output/map-contents.ts';
import type { Output } from '../output/output.ts';
import type { Attachment, Program, UserMap } from '../program/program.ts';
import type { KernelSymbols } from '../symbols/kernel-symbols.ts';
import { eventReader } from './event-reader.ts';
import { runIterator } from './iterators.ts';
import { Losses, type LossTotals } from './losses.ts';
import { readMissedHits } from './missed-hits.ts';
import { ProbeLinks } from './probe-links.ts';
import { MessageCounter } from './repeated-messages.ts';
import {
  type BenchResult,
  measure,
  runTest,
  type SelfTest,
  selfTestsOf,
  type TestRunResult,
} from './self-tests.ts';
import { defaultSettings, type RunSettings } from './settings.ts';
import { Symbolizer } from './symbolizer.ts';
import { writeTraceMarker } from './trace-marker.ts';
import { EntryStop } from './unwind/stop-at-entry.ts';
import { UnwindTables } from './unwind/unwind-tables.ts';
import { UserMaps } from './user-maps.ts';
import { pidOffsets, UserProcesses } from './user-processes.ts';

export interface SessionOptions extends LoadOptions {
  readonly output: Output;
  /** Default: the kernel of this machine. */
  readonly kernel?: Kernel;
  readonly settings?: Partial<RunSettings>;
  /** `-p`: events that can be limited to a process are. */
  readonly targetPid?: number;
  readonly kernelSymbols?: KernelSymbols;
  /** Processes whose stacks dw_ustack follows. */
  readonly unwoundPids?: readonly number[];
  /** Told the size of unwind tables, for `-v`. */
  readonly onUnwindTables?: (text: string) => void;
  /** Told about each attachment before it is tried, for `-v`. */
  readonly onAttach?: (attachment: Attachment) => void;
}

/** Records handled before the event loop gets its turn: signals and timers must not wait for a busy probe. */
const recordsAtOnce = 50_000;
/** The reader rests so long after each look; see RingBuffer.watch. */
const restMs = 5;
const housekeepingMs = 500;
/** How often maps are looked through for new processes. */
const meetProcessesMs = 100;
/** How often it is looked for libraries that were loaded since. */
const refreshTablesMs = 100;

export class Session implements Disposable {
  readonly program: Program;
  readonly #kernel: Kernel;
  readonly #loaded: LoadedProgram;
  readonly #options: SessionOptions;
  readonly #settings: RunSettings;
  readonly #output: Output;
  readonly #ring: RingBuffer | undefined;
  readonly #symbolizer: Symbolizer;
  readonly #maps: UserMaps;
  readonly #processes: UserProcesses;
  readonly #losses: Losses;
  readonly #unwind: UnwindTables | undefined;
  readonly #repeated = new MessageCounter();
  readonly #links = new ProbeLinks();
  readonly #handle: RecordHandler;
  #entryStop: EntryStop | undefined;
  #exitStatus = 0;
  #failure: { readonly error: unknown } | undefined;
  #stopRequested = false;
  #closed = false;
  #wake: () => void = () => {};

  /** Loads the program. @throws VerifierError, SyscallError, UnsupportedFeatureError; nothing is left open then */
  static open(program: Program, options: SessionOptions): Session {
    const kernel = options.kernel ?? nativeKernel();
    const loaded = load(program, kernel, options);
    try {
      return new Session(kernel, loaded, options);
    } catch (error) {
      loaded.close();
      throw error;
    }
  }

  private constructor(kernel: Kernel, loaded: LoadedProgram, options: SessionOptions) {
    const { program, maps } = loaded;
    this.program = program;
    this.#kernel = kernel;
    this.#loaded = loaded;
    this.#options = options;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#output = options.output;
    this.#symbolizer = new Symbolizer(kernel, program.maps, maps, {
      truncationTrailer: this.#settings.truncationTrailer,
      demangle: this.#settings.demangle,
      showDebugInfo: this.#settings.showDebugInfo,
      ...(options.kernelSymbols === undefined ? {} : { kernelSymbols: options.kernelSymbols }),
    });
    this.#maps = new UserMaps(program, maps, this.#symbolizer.resolvers);
    this.#processes = new UserProcesses(this.#maps, program.userMaps, this.#symbolizer.userSymbols);
    this.#losses = new Losses(mapAt(maps, program.lossCounters), program.userMaps, this.#output);
    this.#unwind = program.unwind && new UnwindTables(kernel, program.unwind, maps);
    for (const pid of options.unwoundPids ?? []) this.#unwind?.follow(pid);
    this.#sayUnwindTables();
    this.#handle = this.#eventReader();
    const ringMap = mapAt(maps, program.ringBuffer);
    this.#ring = ringMap && new RingBuffer(kernel, ringMap);
  }

  /** Whether it matters what the program of `-c` has mapped: its stacks or addresses are shown. */
  get looksAtUserCode(): boolean {
    const { events, userMaps } = this.program;
    const types = [
      ...events.flatMap(({ fields }) => fields.map(({ type }) => type)),
      ...userMaps.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value])),
    ];
    return this.#unwind !== undefined || types.some((type) => pidOffsets(type).length > 0);
  }

  /**
   * Learns what a program that is started now has mapped, as soon as all its libraries are loaded and before its
   * first instruction: it may end before its first event is looked at.
   */
  followFromEntry(pid: number, path: string): void {
    const stop = EntryStop.prepare(this.#kernel, pid, path);
    this.#unwind?.follow(pid);
    this.#entryStop = stop;
    const made = stop?.then(() => {
      this.#unwind?.refresh();
      this.#symbolizer.userSymbols.prefetch(pid);
      this.#sayUnwindTables();
    });
    made?.catch((error: unknown) => this.#fail(error));
  }

  #sayUnwindTables(): void {
    if (this.#unwind === undefined || this.#closed) return;
    this.#options.onUnwindTables?.(this.#unwind.summary);
    for (const problem of this.#unwind.takeProblems()) this.#output.warning(problem);
  }

  #eventReader(): RecordHandler {
    const maps = this.#maps;
    return eventReader(this.program, {
      output: this.#output,
      resolvers: this.#symbolizer.resolvers,
      maxCatBytes: this.#settings.maxCatBytes,
      repeated: this.#repeated,
      trace: writeTraceMarker,
      unwatch: (address) => this.#links.unwatch(address),
      exit: (status) => {
        this.#exitStatus = status;
        this.stop();
      },
      maps: {
        print: (index, options) => {
          this.#losses.report();
          this.#output.map(maps.contents(maps.at(index), options));
        },
        clear: (index) => maps.clear(maps.at(index)),
        zero: (index) => maps.zero(maps.at(index)),
      },
    });
  }

  /**
   * Runs the begin probes, then attaches the others. Their output appears with {@link run}.
   * @returns the number of probes, begin and end included; 0 when all were left out
   * @throws AttachError
   */
  attach(): number {
    const { targetPid, onAttach = () => {} } = this.#options;
    this.#runNow(({ point }) => point.kind === 'test-run' && point.when === 'begin');
    this.#links.attachAll(this.#loaded, {
      kernel: this.#kernel,
      tracefs: () => openTracefs(this.#kernel),
      ...(targetPid === undefined ? {} : { targetPid }),
      missingProbes: this.#settings.missingProbes,
      output: this.#output,
      onAttach,
    });
    if (this.#links.count > 0) this.#output.attachedProbes(this.#links.count);
    for (const { attachment } of this.#links.attached) this.#sayPin(attachment);
    return this.#links.count;
  }

  #sayPin({ point }: Attachment): void {
    if (point.kind === 'iterator' && point.pin !== undefined)
      this.#output.printf(`Program pinned to ${point.pin}\n`);
  }

  /** Handles events until {@link stop}, then ends the run. @returns the status of exit(), or 0 */
  async run(): Promise<number> {
    try {
      this.#drain(recordsAtOnce);
      if (this.#goesOn && !this.#stopRequested) await this.#untilStopped();
      await this.#finish();
    } finally {
      await this.#links.release();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#exitStatus;
  }

  /** There is something to wait for: begin and end probes alone are over at once. */
  get #goesOn(): boolean {
    const waits = this.program.attachments.some(({ point }) => point.kind === 'self-signal');
    return waits || this.#links.links.length > 0;
  }

  /** Ends {@link run}, from anywhere; once is enough. */
  stop(): void {
    this.#stopRequested = true;
    this.#wake();
  }

  /** Runs the `self:signal` probes for a signal that this process got. */
  signal(name: string): void {
    if (this.#closed) return;
    this.#runNow(({ point }) => point.kind === 'self-signal' && point.signal === name);
  }

  /** `test` and `bench` probes, which run only when they are told to. */
  get selfTests(): readonly SelfTest[] {
    return selfTestsOf(this.#loaded);
  }

  /** Runs a test; what it did has been carried out when this returns. */
  runTest(test: SelfTest): TestRunResult & { readonly exited: boolean } {
    this.#stopRequested = false;
    const result = runTest(test);
    this.#drain();
    return { ...result, exited: this.#stopRequested };
  }

  runBench(bench: SelfTest): BenchResult {
    return measure(this.#kernel, bench, () => this.#drain());
  }

  /** Carries out what programs have sent so far. */
  drain(): void {
    this.#drain();
  }

  /** What a map holds now. @throws RangeError when the program has no such map */
  readMap(name: string): MapContents {
    return this.#maps.contents(this.#mapOf(name));
  }

  /** The same, and the map begins anew: nothing that comes in between is lost, where the kernel can do that. */
  takeMap(name: string): MapContents {
    return this.#maps.take(this.#mapOf(name));
  }

  #mapOf(name: string): UserMap {
    const map = this.#maps.find(name);
    if (map === undefined) throw new RangeError(`the program has no map ${name}`);
    return map;
  }

  get mapNames(): readonly string[] {
    return this.#maps.names;
  }

  get losses(): LossTotals {
    return this.#losses.totals();
  }

  async #untilStopped(): Promise<void> {
    const housekeeping = this.#every(housekeepingMs, () => this.#reportTroubles());
    const unwind = this.#unwind;
    const refreshing = unwind && this.#every(refreshTablesMs, () => unwind.refresh());
    const meeting = this.#processes.needed
      ? this.#every(meetProcessesMs, () => this.#processes.look())
      : undefined;
    try {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#ring?.watch(() => this.#guard(() => this.#drain(recordsAtOnce)), restMs);
        void this.#runIterators();
        this.#output.idle();
      });
    } finally {
      clearInterval(housekeeping);
      clearInterval(meeting);
      clearInterval(refreshing);
      this.#ring?.unwatch();
    }
  }

  #every(ms: number, action: () => void): NodeJS.Timeout {
    return setInterval(() => this.#guard(action), ms);
  }

  /** Each once. When there is nothing but iterators, the run is over with the last; pinned ones run without us. */
  async #runIterators(): Promise<void> {
    const { iterators, links } = this.#links;
    try {
      for (const link of iterators) await runIterator(this.#kernel, link);
    } catch (error) {
      this.#failure ??= { error };
    }
    const only = this.program.attachments.every(
      ({ point }) => point.kind === 'iterator' || point.kind === 'test-run',
    );
    if (this.#failure !== undefined || (only && links.length > 0)) this.stop();
  }

  /** Ends the run at an error in a callback, which nobody else would see. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  #drain(maxRecords?: number): void {
    this.#ring?.drain(this.#handle, maxRecords);
    this.#output.idle();
  }

  #reportTroubles(): void {
    this.#losses.report();
    this.#repeated.report();
    this.#output.idle();
  }

  async #finish(): Promise<void> {
    const missed = readMissedHits(this.#kernel, this.#links.attached);
    await this.#links.detach();
    if (this.#failure !== undefined || this.#closed) return;
    this.#drain();
    this.#runNow(({ point }) => point.kind === 'test-run' && point.when === 'end');
    this.#drain();
    this.#reportTroubles();
    this.#output.endOfTracing();
    if (this.#settings.printMapsOnExit) this.#printMaps();
    this.#losses.reportRest(this.#kernel, this.#loaded.functions, missed);
    this.#output.end(this.#losses.totals().events);
  }

  #printMaps(): void {
    for (const name of this.#maps.names) {
      const contents = this.#maps.presentContents(must(this.#maps.find(name), name));
      if (contents !== undefined) this.#output.map(contents);
    }
  }

  #runNow(which: (attachment: Attachment) => boolean): void {
    for (const attachment of this.program.attachments.filter(which)) {
      must(this.#loaded.functions[attachment.function], `program of ${attachment.probes}`).testRun();
    }
  }

  /** Gives back every kernel object. Does nothing the second time. */
  close(): void {
    this.#closed = true;
    this.stop();
    this.#links.close();
    this.#ring?.close();
    this.#symbolizer.close();
    this.#entryStop?.close();
    this.#unwind?.close();
    this.#loaded.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function mapAt(maps: readonly BpfMap[], index: number | undefined): BpfMap | undefined {
  return index === undefined ? undefined : must(maps[index], `map ${index}`);
}
