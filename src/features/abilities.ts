/**
 * What kscope itself can do, whatever the kernel. `--info` shows it under the names of the libraries that bpftrace
 * has for these things, because scripts and test harnesses look for those lines.
 */
export interface Ability {
  readonly familiarName: string;
  readonly available: boolean;
}

export const abilities: readonly Ability[] = [
  /** Probes in the middle of user functions only at the start of an instruction. */
  { familiarName: 'bfd', available: true },
  /** Arguments of user functions and lines of their source. */
  { familiarName: 'libdw (DWARF support)', available: true },
  { familiarName: 'libsystemd (systemd notify support)', available: false },
  /** Source lines and inlined functions in user stacks. */
  { familiarName: 'blazesym (advanced symbolization)', available: true },
  { familiarName: 'dwunwind (DWARF stack unwinding)', available: true },
];
