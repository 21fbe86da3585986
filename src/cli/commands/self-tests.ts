/** `--test` and `--bench`: runs the probes of the mode one after the other and writes the report. */
import type { Output } from '../../output/output.ts';
import {
  type BenchOutcome,
  benchRecord,
  benchTable,
  jsonTestReport,
  type TestOutcome,
  textTestReport,
} from '../../output/self-test-report.ts';
import type { SwitchedOutput } from '../../output/switched-output.ts';
import { Writer } from '../../output/writer.ts';
import type { SelfTestMode } from '../../program/program.ts';
import type { Session } from '../../runtime/session.ts';
import { exitStatus } from '../mistakes.ts';

export interface ReportSink {
  /** Where the session writes. */
  readonly output: SwitchedOutput;
  readonly format: 'text' | 'json';
  /** An output as text, whatever the format of the report. */
  textOutput(out: Writer): Output;
  /** Writes a piece of the report. */
  write(text: string): void;
}

/** What the script prints while it is kept. */
class Kept {
  readonly #output: SwitchedOutput;
  #text = '';

  constructor({ output, textOutput }: ReportSink) {
    this.#output = output;
    const out = new Writer(1, {
      buffering: 'none',
      write: (_, bytes, offset, length) => {
        this.#text += Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('latin1');
        return length;
      },
    });
    output.leadTo(textOutput(out));
  }

  take(): string {
    this.#output.flush();
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** @returns the exit status */
export function runSelfTests(session: Session, mode: SelfTestMode, sink: ReportSink): number {
  const kept = new Kept(sink);
  const status = mode === 'test' ? runTests(session, kept, sink) : runBenches(session, kept, sink);
  sink.output.leadBack();
  return status;
}

function runTests(session: Session, kept: Kept, sink: ReportSink): number {
  const report = sink.format === 'json' ? jsonTestReport : textTestReport;
  const tests = session.selfTests;
  const outcomes: TestOutcome[] = [];
  sink.write(report.begin(tests.length));
  for (const test of tests) {
    sink.write(report.start(test.name));
    const before = sink.output.errors;
    const { returned, durationNs, exited } = session.runTest(test);
    const passed = returned === 0 && !exited && sink.output.errors === before;
    const outcome = { name: test.name, passed, durationNs, output: kept.take() };
    outcomes.push(outcome);
    sink.write(report.result(outcome));
  }
  sink.write(report.end(outcomes));
  return outcomes.every(({ passed }) => passed) ? exitStatus.ok : exitStatus.mistake;
}

function runBenches(session: Session, kept: Kept, { output, format, write }: ReportSink): number {
  const outcomes: BenchOutcome[] = [];
  let status: number = exitStatus.ok;
  session.drain();
  for (const bench of session.selfTests) {
    const before = output.errors;
    // One that fails would fail, and say so, thousands of times.
    const { exited } = session.runTest(bench);
    if (exited || output.errors > before) {
      output.error(`Benchmark '${bench.name}' failed.`);
      status = exitStatus.mistake;
      continue;
    }
    const outcome = { name: bench.name, ...session.runBench(bench) };
    kept.take();
    outcomes.push(outcome);
    if (format === 'json') write(benchRecord(outcome));
  }
  if (format === 'text') write(benchTable(outcomes));
  return status;
}
