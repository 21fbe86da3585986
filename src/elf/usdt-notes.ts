/**
 * Places of user-level statically defined tracing (USDT) probes, as SystemTap's <sys/sdt.h> leaves them: notes of
 * owner "stapsdt", type 3, with three addresses (probe, link-time address of section .stapsdt.base, semaphore) and
 * three strings (provider, name, arguments). Tools that move a library after linking (prelink) do not touch notes:
 * the difference of .stapsdt.base from the address recorded says how far everything was moved.
 */
import type { Note } from './notes.ts';
import { type ElfReader, readNumber, textAt } from './reader.ts';

export interface UsdtProbe {
  readonly provider: string;
  readonly name: string;
  /** Virtual address of the nop that becomes the breakpoint. */
  readonly address: number;
  /** Virtual address of the 16-bit counter that enables the probe, or 0. */
  readonly semaphore: number;
  /** As the compiler wrote them, see {@link parseUsdtArguments}. */
  readonly arguments: string;
}

export function isUsdtNote(note: Note): boolean {
  return note.owner === 'stapsdt' && note.type === 3;
}

/** `base` is the address of section .stapsdt.base, when there is one. */
export function decodeUsdtNote(reader: ElfReader, note: Note, base: number | undefined): UsdtProbe {
  const { body } = note;
  const wordSize = reader.is64 ? 8 : 4;
  if (body.length < 3 * wordSize + 3) throw reader.error(note.offset, 'a USDT note is cut short');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [address = 0, linkedBase = 0, semaphore = 0] = [0, 1, 2].map((i) =>
    readNumber(view, i * wordSize, wordSize),
  );
  const moved = base === undefined || linkedBase === 0 ? 0 : base - linkedBase;
  const provider = textAt(body, 3 * wordSize);
  const name = textAt(body, 3 * wordSize + provider.length + 1);
  return {
    provider,
    name,
    address: address + moved,
    semaphore: semaphore === 0 ? 0 : semaphore + moved,
    arguments: textAt(body, 3 * wordSize + provider.length + name.length + 2),
  };
}
