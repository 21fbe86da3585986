/**
 * Stops the process of `-c` at the entry point of its program: the dynamic loader has then mapped all libraries, so
 * that unwind tables can be made before the program's first instruction. A uprobe on the entry sends SIGSTOP.
 */
import { readFileSync } from 'node:fs';
import { Elf } from '../../elf/elf.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { type BpfProgram, loadProgram } from '../../kernel/bpf-program.ts';
import { SyscallError, UnsupportedFeatureError } from '../../kernel/errors.ts';
import { closeAll } from '../../kernel/fd.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Link } from '../../kernel/link.ts';
import { call, code, exit, movImmediate } from '../../kernel/mini-code.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { FileSource } from '../../symbols/file-source.ts';

const lookEveryMs = 1;
const waitAtMostMs = 10_000;
const sigstop = 19;
const sendSignal = 109;

export class EntryStop implements Disposable {
  readonly #pid: number;
  readonly #owned: (BpfProgram | Link)[];

  /** Undefined for what is no program in an ELF file (a script), and where the kernel refuses: it is not stopped. */
  static prepare(kernel: Kernel, pid: number, path: string): EntryStop | undefined {
    try {
      return EntryStop.#attach(kernel, pid, path);
    } catch (error) {
      if (error instanceof SyscallError || error instanceof UnsupportedFeatureError) return undefined;
      throw error;
    }
  }

  static #attach(kernel: Kernel, pid: number, path: string): EntryStop | undefined {
    const offset = entryOffset(path);
    if (offset === undefined) return undefined;
    const bytes = code(movImmediate(1, sigstop), call(sendSignal), movImmediate(0, 0), exit());
    const program = loadProgram(kernel, {
      name: 'stop_at_entry',
      type: 'kprobe',
      code: bytes,
      license: 'GPL',
    });
    try {
      const event = { kind: 'uprobe', path, offset: BigInt(offset), return: false } as const;
      const link = openPerfEvent(kernel, event, { pid }).attach(program);
      return new EntryStop(pid, [program, link]);
    } catch (error) {
      program.close();
      throw error;
    }
  }

  private constructor(pid: number, owned: (BpfProgram | Link)[]) {
    this.#pid = pid;
    this.#owned = owned;
  }

  /** Waits until the process stands at its entry, does `action`, and lets it go on. */
  async then(action: () => void): Promise<void> {
    const until = performance.now() + waitAtMostMs;
    while (performance.now() < until) {
      const state = stateOf(this.#pid);
      if (state === undefined) return;
      if (state === 'T') break;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    this.close();
    try {
      action();
    } finally {
      process.kill(this.#pid, 'SIGCONT');
    }
  }

  close(): void {
    closeAll(this.#owned.splice(0));
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function entryOffset(path: string): number | undefined {
  try {
    using source = new FileSource(path);
    const elf = Elf.open(source);
    return elf.offsetOf(elf.header.entry);
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

/** The letter of proc(5): `T` stopped; undefined for a process that has ended. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
    return state === 'Z' || state === 'X' ? undefined : state;
  } catch {
    return undefined;
  }
}
