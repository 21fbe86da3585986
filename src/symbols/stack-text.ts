/**
 * Stacks, kernel and user, as text in the modes of the language: a newline, then a line for each frame.
 * `bpftrace`: name and offset; `perf`: as `perf script` prints; `raw`: addresses; `build_id`: for symbolisation on
 * another machine. `folded` is one line, outermost frame first, as tools for flame graphs read it.
 */
import type { StackMode } from '../program/types.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import type { UserSymbols } from './user-symbols.ts';

/** Modes with a line for each frame. */
type LineMode = Exclude<StackMode, 'folded'>;

/** `depth` is 0 for the innermost frame. */
type FrameFormatter = (address: bigint, depth: number) => string;

const indents: Readonly<Record<LineMode, string>> = {
  bpftrace: '        ',
  perf: '\t',
  raw: '',
  build_id: '',
};

/** The text of a stack that goes on, but not here. */
export function withCut(text: string, reason: string, mode: StackMode): string {
  return mode === 'folded' ? `[${reason}];${text}` : `${text}${indents[mode]}[${reason}]\n`;
}

const hex = (value: bigint | number) => value.toString(16);

interface Named {
  readonly name: string;
  readonly offset: number;
}

const symbolText = (found: Named | undefined, address: bigint) =>
  found === undefined ? `0x${hex(address)}` : `${found.name}+${found.offset}`;

function stackText(addresses: Iterable<bigint>, format: FrameFormatter): string {
  let text = '\n';
  let depth = 0;
  for (const address of addresses) text += `${format(BigInt.asUintN(64, address), depth++)}\n`;
  return text;
}

/**
 * A caller's address is that behind its call. When the call is the last thing in a function, as that of exit() is,
 * it belongs to the next one already; so the call itself is looked up.
 */
function locate(symbols: UserSymbols, pid: number, address: bigint, depth: number) {
  if (depth === 0 || address === 0n) return symbols.lookup(pid, address);
  const found = symbols.lookup(pid, address - 1n);
  // A signal handler returns to the first instruction of something that was not called.
  return found === undefined ? symbols.lookup(pid, address) : { ...found, offset: found.offset + 1 };
}

/** Names joined by semicolons, which in a name would look like two frames. */
function foldedText(
  addresses: Iterable<bigint>,
  lookup: (address: bigint, depth: number) => Named | undefined,
): string {
  return [...addresses]
    .map(
      (address, depth) =>
        lookup(address, depth)?.name.replaceAll(';', ':') ?? `0x${hex(BigInt.asUintN(64, address))}`,
    )
    .reverse()
    .join(';');
}

export function formatKernelStack(
  symbols: KernelSymbols,
  addresses: Iterable<bigint>,
  mode: StackMode,
): string {
  if (mode === 'folded') return foldedText(addresses, (address) => symbols.lookup(address));
  const formatters: Readonly<Record<LineMode, FrameFormatter>> = {
    bpftrace: (address) => `        ${symbolText(symbols.lookup(address), address)}`,
    perf: (address) => `\t${hex(address)} ${symbolText(symbols.lookup(address), address)}`,
    raw: hex,
    build_id: hex,
  };
  return stackText(addresses, formatters[mode]);
}

export function formatUserStack(
  symbols: UserSymbols,
  pid: number,
  addresses: Iterable<bigint>,
  mode: StackMode,
): string {
  const locateAt = (address: bigint, depth: number) => locate(symbols, pid, address, depth);
  if (mode === 'folded') return foldedText(addresses, locateAt);
  const formatters: Readonly<Record<LineMode, FrameFormatter>> = {
    bpftrace: (address, depth) => `        ${symbolText(locateAt(address, depth), address)}`,
    perf: (address, depth) => {
      const found = locateAt(address, depth);
      return `\t${hex(address)} ${symbolText(found, address)} (${found?.module ?? '[unknown]'})`;
    },
    raw: hex,
    build_id: (address) => {
      const place = symbols.place(pid, address);
      return place?.buildId === undefined
        ? `0x${hex(address)}`
        : `${place.buildId} 0x${hex(place.fileOffset)}`;
    },
  };
  return stackText(addresses, formatters[mode]);
}

/** `ksym` as printed: the name without offset; `0` for 0. */
export function kernelSymbolText(symbols: KernelSymbols, address: bigint): string {
  return nameText(symbols.lookup(address), address);
}

/** `usym` as printed. */
export function userSymbolText(symbols: UserSymbols, pid: number, address: bigint): string {
  return nameText(symbols.lookup(pid, address), address);
}

function nameText(found: Named | undefined, address: bigint): string {
  if (address === 0n) return '0';
  return found?.name ?? `0x${hex(BigInt.asUintN(64, address))}`;
}
