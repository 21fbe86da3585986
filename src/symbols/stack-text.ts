/**
 * Stacks, kernel and user, as text in the modes of the language: a newline, then a line for each frame.
 * `bpftrace`: name and offset; `perf`: as `perf script` prints; `raw`: addresses; `build_id`: for symbolisation on
 * another machine. Lines of user stacks end with their place in the source where debug information is at hand. `folded` is one line, outermost frame first, as tools for flame graphs read it.
 */
import type { StackMode } from '../program/types.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import type { SourceCall, UserLocation, UserSymbols } from './user-symbols.ts';

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

/** A line of a user stack: a function, or a call that was inlined into the one of the next line. */
interface UserFrame {
  readonly found: UserLocation | undefined;
  readonly inlined: string | undefined;
  /** `@FILE:LINE`, or nothing. */
  readonly source: string;
}

/**
 * A caller's address is that behind its call. When the call is the last thing in a function, as that of exit() is,
 * it belongs to the next one already; so the call itself is looked up.
 */
function framesAt(symbols: UserSymbols, pid: number, address: bigint, depth: number): UserFrame[] {
  const back = depth === 0 || address === 0n ? 0n : 1n;
  const called = symbols.lookup(pid, address - back);
  // A signal handler returns to the first instruction of something that was not called.
  const found =
    called === undefined ? symbols.lookup(pid, address) : { ...called, offset: called.offset + Number(back) };
  const sources = symbols.sources(pid, address - back);
  const inlined = sources.slice(0, -1).map((frame) => {
    return { found, inlined: frame.name ?? '?', source: sourceText(frame) };
  });
  const last = sources.at(-1);
  return [...inlined, { found, inlined: undefined, source: last === undefined ? '' : sourceText(last) }];
}

function sourceText({ place }: SourceCall): string {
  return place === undefined || place.line === 0 ? '' : `@${place.file}:${place.line}`;
}

function frameText({ found, inlined }: UserFrame, address: bigint): string {
  return inlined === undefined ? symbolText(found, address) : `${inlined}(inlined)`;
}

/** Names joined by semicolons, which in a name would look like two frames. An address may have several. */
function foldedText(
  addresses: Iterable<bigint>,
  names: (address: bigint, depth: number) => readonly (string | undefined)[],
): string {
  return [...addresses]
    .flatMap((address, depth) =>
      names(address, depth).map(
        (name) => name?.replaceAll(';', ':') ?? `0x${hex(BigInt.asUintN(64, address))}`,
      ),
    )
    .reverse()
    .join(';');
}

export function formatKernelStack(
  symbols: KernelSymbols,
  addresses: Iterable<bigint>,
  mode: StackMode,
): string {
  if (mode === 'folded') return foldedText(addresses, (address) => [symbols.lookup(address)?.name]);
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
  const frames = (address: bigint, depth: number) => framesAt(symbols, pid, address, depth);
  if (mode === 'folded')
    return foldedText(addresses, (address, depth) =>
      frames(address, depth).map((frame) => frame.inlined ?? frame.found?.name),
    );
  const formatters: Readonly<Record<LineMode, FrameFormatter>> = {
    bpftrace: (address, depth) =>
      frames(address, depth)
        .map((frame) => `${indents.bpftrace}${frameText(frame, address)}${frame.source}`)
        .join('\n'),
    perf: (address, depth) =>
      frames(address, depth)
        .map((frame) => {
          const module = frame.found?.module ?? '[unknown]';
          return `\t${hex(address)} ${frameText(frame, address)} (${module})${frame.source}`;
        })
        .join('\n'),
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
