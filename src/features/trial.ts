/** Trying things out: loads that are thrown away at once, and what an errno says about a feature. */
import type { Btf } from '../btf/btf.ts';
import { loadProgram } from '../kernel/bpf-program.ts';
import { Errno } from '../kernel/errno.ts';
import { SyscallError, VerifierError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { returnValue } from '../kernel/mini-code.ts';
import type { Answer, Trial, TrialSource } from './feature.ts';

/** Answers that mean "not now", not "not here". */
const inconclusive: readonly number[] = [Errno.ENOMEM, Errno.EAGAIN, Errno.EMFILE, Errno.EINTR, Errno.EFAULT];

export class KernelTrial implements Trial {
  readonly kernel: Kernel;
  readonly #readBtf: () => Btf | undefined;
  #mayLoad: boolean | undefined;

  constructor(kernel: Kernel, readBtf: () => Btf | undefined) {
    this.kernel = kernel;
    this.#readBtf = readBtf;
  }

  get btf(): Btf | undefined {
    return this.#readBtf();
  }

  get mayLoad(): boolean {
    this.#mayLoad ??= this.#tryLoad({ type: 'kprobe', code: returnValue(0) }) === 0;
    return this.#mayLoad;
  }

  loads(source: TrialSource): Answer {
    return this.#judgeErrno(this.#tryLoad(source));
  }

  judge(result: number): Answer {
    if (result > 0) this.kernel.close(result);
    return this.#judgeErrno(Math.max(0, -result));
  }

  /** 0, or the errno. */
  #tryLoad(source: TrialSource): number {
    try {
      loadProgram(this.kernel, { ...source, name: 'kscope_trial', license: 'GPL' }).close();
      return 0;
    } catch (error) {
      if (error instanceof SyscallError || error instanceof VerifierError) return error.errno;
      throw error;
    }
  }

  #judgeErrno(errno: number): Answer {
    if (errno === 0) return 'yes';
    if (inconclusive.includes(errno)) return 'unknown';
    return errno !== Errno.EPERM || this.mayLoad ? 'no' : 'unknown';
  }
}
