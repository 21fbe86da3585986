/**
 * What the machine must be asked to print a value: symbols, stacks, names. Whoever runs a program injects it;
 * decoding itself knows only memory. Texts are byte strings.
 */
import type { StackType, TimestampType } from '../../program/types.ts';

export interface Resolvers {
  /** Shown after a string that was cut: config `str_trunc_trailer`. */
  readonly truncationTrailer: string;
  /** Name without offset, or `0x…`. */
  kernelSymbol(address: bigint): string;
  userSymbol(pid: number, address: bigint): string;
  /**
   * A stack in the form of its mode: a newline, then one line for each frame with its newline, innermost first;
   * only the newline for a stack that is unknown. `type.map` and `id` say where its addresses are; `pid` is 0
   * for kernel stacks.
   */
  stackText(type: StackType, id: number, pid: number): string;
  cgroupPath(id: bigint, filter: string | undefined): string;
  userName(uid: number): string;
  /** Nanoseconds since 1970 of a moment on a clock of the kernel. */
  wallTimeNs(clock: TimestampType['clock'], ns: bigint): bigint;
}

/** Thrown by a resolver that cannot answer: the text takes the place of the value as `!{text}`. */
export class ResolveError extends Error {
  override readonly name = 'ResolveError';
}

/** Answers with numbers only: for tests, and for programs that print nothing else. */
export const plainResolvers: Resolvers = {
  truncationTrailer: '..',
  kernelSymbol: (address) => `0x${address.toString(16)}`,
  userSymbol: (_pid, address) => `0x${address.toString(16)}`,
  stackText: () => '\n',
  cgroupPath: () => '',
  userName: String,
  wallTimeNs: (_clock, ns) => ns,
};
