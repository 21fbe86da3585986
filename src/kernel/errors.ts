/**
 * What can go wrong at the kernel edge, as types: a call the kernel refused, a feature it lacks, a privilege we
 * lack, a program the verifier rejected. Each message is written for the person who reads it: what was tried,
 * what the kernel answered, what to do about it.
 */
import { errnoName, errnoText } from './errno.ts';

/** A system call failed. `call` names it with its purpose, e.g. `bpf(BPF_MAP_CREATE) for map "AT_x"`. */
export class SyscallError extends Error {
  readonly call: string;
  readonly errno: number;
  /** `EPERM`. */
  readonly errnoName: string;

  constructor(call: string, errno: number, remedy?: string) {
    super(`${call}: ${errnoName(errno)} (${errnoText(errno)})${remedy ? `. ${remedy}` : ''}`);
    this.name = 'SyscallError';
    this.call = call;
    this.errno = errno;
    this.errnoName = errnoName(errno);
  }
}

/** This kernel cannot do what was asked. `needs` says what would: an option, a version, a file. */
export class UnsupportedFeatureError extends Error {
  readonly feature: string;

  constructor(feature: string, needs: string) {
    super(`this kernel does not support ${feature}: ${needs}`);
    this.name = 'UnsupportedFeatureError';
    this.feature = feature;
  }
}

/** We lack privileges; `missing` in kernel spelling (`CAP_BPF`). */
export class MissingCapabilityError extends Error {
  readonly missing: readonly string[];

  constructor(missing: readonly string[], purpose: string) {
    const names = missing.join(' and ');
    super(`${purpose} needs ${names}. Run as root (sudo), or give the process ${names}.`);
    this.name = 'MissingCapabilityError';
    this.missing = missing;
  }
}

/** A file of the kernel (tracefs, procfs, sysfs) could not be read or does not have the shape it should. */
export class KernelFileError extends Error {
  readonly path: string;

  constructor(path: string, problem: string, remedy?: string) {
    super(`${path}: ${problem}${remedy ? `. ${remedy}` : ''}`);
    this.name = 'KernelFileError';
    this.path = path;
  }
}

/**
 * The verifier rejected a program. `summary` is the one or two lines of `log` that matter; `instruction` is the
 * index the log ends at, when it names one. Since our compiler wrote the program, this is our bug; only where the
 * verifier gives up for the size of the program (`limit`) it is too much that was asked.
 */
export class VerifierError extends Error {
  readonly program: string;
  readonly errno: number;
  readonly summary: string;
  readonly log: string;
  readonly instruction: number | undefined;
  readonly report: VerifierReport;

  constructor(program: string, errno: number, parts: VerifierReport) {
    const place = parts.where ? ` (${parts.where})` : '';
    const more = parts.omittedLines > 0 ? ` [${parts.omittedLines} more lines in the log]` : '';
    super(
      `Error loading BPF program for ${program}. Error code: -${errno} (${errnoText(errno)}). Use -v for full kernel error log.\n` +
        (parts.limit === undefined
          ? `The kernel's verifier rejected it${place}: ${parts.summary}${more}. This is a bug in kscope, please report it.`
          : `It is too much for the kernel's verifier${place}: ${parts.summary.replace(/\.$/, '')}. ${parts.limit}.`),
    );
    this.name = 'VerifierError';
    this.program = program;
    this.errno = errno;
    this.summary = parts.summary;
    this.log = parts.log;
    this.instruction = parts.instruction;
    this.report = parts;
  }
}

export interface VerifierReport {
  readonly summary: string;
  readonly log: string;
  readonly instruction: number | undefined;
  readonly omittedLines: number;
  /** Place in the source, when the loader knows it. */
  readonly where?: string;
  /** The verifier did not find a mistake, but gave up: what to do about it. */
  readonly limit?: string;
}
