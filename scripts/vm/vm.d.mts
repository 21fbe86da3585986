/** Types of vm.mjs for the tests, which are TypeScript. */
export interface BootOptions {
  readonly memoryMiB?: number;
  /** Default: 1. Emulated CPUs wait for each other a lot: two make kernel work slower, above all on a busy host. */
  readonly cpus?: number;
  readonly bootTimeoutMs?: number;
  /** Ends the machine, while it boots too. */
  readonly signal?: AbortSignal;
  /** Receives the kernel log as it comes. */
  readonly onKernelLog?: (text: string) => void;
}

export interface RunOptions {
  /** Default: the caller's. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onStdout?: (bytes: Uint8Array) => void;
  readonly onStderr?: (bytes: Uint8Array) => void;
  /** The command and all it started are killed after this time. */
  readonly timeoutMs?: number;
}

export interface Outcome {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Started {
  readonly outcome: Promise<Outcome>;
  write(bytes: string | Uint8Array): void;
  /** Ends its stdin. */
  end(): void;
  signal(name: NodeJS.Signals): void;
}

export declare class Vm implements AsyncDisposable {
  /** Release of the machine's kernel, as uname -r. */
  readonly kernel: string;
  /** Time of the host's CPUs that the machine took so far. */
  readonly cpuMs: number;
  /** A string is given to the shell; a list is run as it is. Always as root. */
  start(command: string | readonly string[], options?: RunOptions): Started;
  run(
    command: string | readonly string[],
    options?: RunOptions,
  ): Promise<Outcome & { readonly stdout: string; readonly stderr: string }>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Throws an Error that says what is missing and what to do. About 5 s. */
export declare function bootVm(options?: BootOptions): Promise<Vm>;
