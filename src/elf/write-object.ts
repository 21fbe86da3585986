/**
 * Writes relocatable ELF objects of 64 bits, little-endian (System V ABI, chapter 4): sections with their contents,
 * symbols in them, and relocations that refer to symbols.
 */

export interface ObjectSection {
  readonly name: string;
  readonly contents: Uint8Array;
  /** Machine code. */
  readonly executable?: boolean;
  /** Loaded at run time, and written to. */
  readonly writable?: boolean;
  readonly symbols: readonly ObjectSymbol[];
  readonly relocations?: readonly ObjectRelocation[];
}

export interface ObjectSymbol {
  readonly name: string;
  readonly kind: 'function' | 'object';
  readonly offset: number;
  readonly size: number;
}

export interface ObjectRelocation {
  readonly offset: number;
  /** Name of a symbol. */
  readonly symbol: string;
  /** Number of the machine's. */
  readonly type: number;
}

const sizes = { header: 64, sectionHeader: 64, symbol: 24, relocation: 16 } as const;
const types = { null: 0, progBits: 1, symbols: 2, strings: 3, relocations: 9 } as const;
const flags = { write: 1, alloc: 2, execute: 4, infoLink: 0x40 } as const;
const globalBinding = 1 << 4;
const symbolKinds = { object: 1, function: 2 } as const;
const relocatable = 1;

interface Header {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly contents: Uint8Array;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

export function writeObject(sections: readonly ObjectSection[], machine: number): Uint8Array {
  const strings = new Strings();
  const symbols = symbolTable(sections, strings);
  // The sections, the symbols, their names, and the relocations behind them.
  const symbolIndex = sections.length + 1;
  const headers: Header[] = [
    { ...plain, name: '', type: types.null, align: 0 },
    ...sections.map((section) => ({ ...plain, ...headerOf(section) })),
    {
      ...{ ...plain, name: '.symtab', type: types.symbols, contents: symbols.bytes },
      ...{ link: symbolIndex + 1, info: 1, align: 8, entrySize: sizes.symbol },
    },
    { ...plain, name: '.strtab', type: types.strings, contents: new Uint8Array() },
    ...sections.flatMap(({ name, relocations = [] }, i) =>
      relocations.length === 0
        ? []
        : {
            ...{ ...plain, name: `.rel${name}`, type: types.relocations, flags: flags.infoLink },
            contents: relocationTable(relocations, symbols.numbers),
            ...{ link: symbolIndex, info: i + 1, align: 8, entrySize: sizes.relocation },
          },
    ),
  ];
  const names = headers.map(({ name }) => strings.add(name));
  const withStrings = headers.map((one, i) =>
    i === symbolIndex + 1 ? { ...one, contents: strings.bytes() } : one,
  );
  return assemble(withStrings, names, { machine, stringIndex: symbolIndex + 1 });
}

const plain = { flags: 0, contents: new Uint8Array(), link: 0, info: 0, align: 1, entrySize: 0 };

function headerOf({ name, contents, executable, writable }: ObjectSection) {
  const loaded = executable || writable ? flags.alloc : 0;
  return {
    ...{ name, contents, type: types.progBits, align: 8 },
    flags: loaded | (executable ? flags.execute : 0) | (writable ? flags.write : 0),
  };
}

function symbolTable(sections: readonly ObjectSection[], strings: Strings) {
  const all = sections.flatMap(({ symbols }, i) => symbols.map((symbol) => ({ symbol, section: i + 1 })));
  const bytes = new Uint8Array((all.length + 1) * sizes.symbol);
  const view = new DataView(bytes.buffer);
  const numbers = new Map<string, number>();
  for (const [i, { symbol, section }] of all.entries()) {
    const at = (i + 1) * sizes.symbol;
    view.setUint32(at, strings.add(symbol.name), true);
    view.setUint8(at + 4, globalBinding | symbolKinds[symbol.kind]);
    view.setUint16(at + 6, section, true);
    view.setBigUint64(at + 8, BigInt(symbol.offset), true);
    view.setBigUint64(at + 16, BigInt(symbol.size), true);
    numbers.set(symbol.name, i + 1);
  }
  return { bytes, numbers };
}

function relocationTable(
  relocations: readonly ObjectRelocation[],
  numbers: ReadonlyMap<string, number>,
): Uint8Array {
  const bytes = new Uint8Array(relocations.length * sizes.relocation);
  const view = new DataView(bytes.buffer);
  for (const [i, { offset, symbol, type }] of relocations.entries()) {
    view.setBigUint64(i * sizes.relocation, BigInt(offset), true);
    view.setUint32(i * sizes.relocation + 8, type, true);
    view.setUint32(i * sizes.relocation + 12, numbers.get(symbol) ?? 0, true);
  }
  return bytes;
}

function assemble(
  headers: readonly Header[],
  names: readonly number[],
  { machine, stringIndex }: { readonly machine: number; readonly stringIndex: number },
): Uint8Array {
  const offsets: number[] = [];
  let end: number = sizes.header;
  for (const { contents, align } of headers) {
    end = alignUp(end, Math.max(align, 1));
    offsets.push(end);
    end += contents.length;
  }
  const table = alignUp(end, 8);
  const bytes = new Uint8Array(table + headers.length * sizes.sectionHeader);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
  view.setUint16(16, relocatable, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(table), true);
  for (const [at, value] of [
    [52, sizes.header],
    [58, sizes.sectionHeader],
    [60, headers.length],
    [62, stringIndex],
  ] as const)
    view.setUint16(at, value, true);
  for (const [i, header] of headers.entries()) {
    bytes.set(header.contents, offsets[i]);
    putSectionHeader(view, table + i * sizes.sectionHeader, header, names[i] ?? 0, offsets[i] ?? 0);
  }
  return bytes;
}

function putSectionHeader(view: DataView, at: number, header: Header, name: number, offset: number): void {
  view.setUint32(at, name, true);
  view.setUint32(at + 4, header.type, true);
  view.setBigUint64(at + 8, BigInt(header.flags), true);
  view.setBigUint64(at + 24, BigInt(header.type === types.null ? 0 : offset), true);
  view.setBigUint64(at + 32, BigInt(header.contents.length), true);
  view.setUint32(at + 40, header.link, true);
  view.setUint32(at + 44, header.info, true);
  view.setBigUint64(at + 48, BigInt(header.align), true);
  view.setBigUint64(at + 56, BigInt(header.entrySize), true);
}

class Strings {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #text = '\0';

  add(text: string): number {
    let offset = this.#offsets.get(text);
    if (offset === undefined) {
      offset = this.#text.length;
      this.#offsets.set(text, offset);
      this.#text += `${text}\0`;
    }
    return offset;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#text, (character) => character.charCodeAt(0));
  }
}

function alignUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
