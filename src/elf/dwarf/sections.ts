/** The sections of debug information of one file, by name without `.debug_`, each opened when it is first used. */
import type { Elf } from '../elf.ts';
import type { Section } from '../headers.ts';
import { sectionFlags, sectionTypes } from '../structures.ts';
import {
  type Compression,
  type Decompress,
  emptySection,
  SectionBytes,
  type SectionSource,
} from './section-bytes.ts';

/** What a compressed section may unpack to; a larger one is refused. */
const unpackedLimit = 512 << 20;

export class DwarfSections {
  readonly file: string;
  readonly elf: Elf;
  readonly #decompress: Decompress;
  readonly #open = new Map<string, SectionBytes>();

  constructor(elf: Elf, decompress: Decompress = () => undefined) {
    this.elf = elf;
    this.file = elf.file;
    this.#decompress = decompress;
  }

  /** Whether the file has it with contents. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** Empty when the file has none. */
  get(name: string): SectionBytes {
    let opened = this.#open.get(name);
    if (opened === undefined) {
      opened = this.#openSection(name);
      this.#open.set(name, opened);
    }
    return opened;
  }

  #find(name: string): Section | undefined {
    const names = [`.debug_${name}`, `.zdebug_${name}`];
    return this.elf.sections.find(
      (section) => names.includes(section.name) && section.type !== sectionTypes.noBits && section.size > 0,
    );
  }

  #openSection(name: string): SectionBytes {
    const section = this.#find(name);
    if (section === undefined) return emptySection(this.file, `.debug_${name}`);
    const packed = this.#packing(section);
    return new SectionBytes(packed === undefined ? this.#plain(section) : this.#unpacked(section, packed));
  }

  #plain(section: Section): SectionSource {
    const { elf, file } = this;
    const { name, size } = section;
    return { file, name, size, read: (offset, length) => elf.part(section, offset, length) };
  }

  #unpacked(section: Section, { form, size, header }: Packing): SectionSource {
    const { elf, file } = this;
    const { name } = section;
    const fail = (problem: string) =>
      new SectionBytes({ file, name, size: 0, read: () => new Uint8Array() }).error(undefined, problem);
    if (size > unpackedLimit) throw fail(`it would unpack to ${size} bytes, more than is read`);
    let bytes: Uint8Array | undefined;
    const unpack = () => {
      const packed = elf.part(section, header, section.size - header);
      const made = attempt(() => this.#decompress(form, packed, size));
      if (made === undefined) throw fail(`it is compressed (${form}) and cannot be unpacked`);
      if (made.length !== size) throw fail(`it unpacks to ${made.length} bytes instead of ${size}`);
      return made;
    };
    const read = (offset: number, length: number) => {
      bytes ??= unpack();
      return bytes.subarray(offset, offset + length);
    };
    return { file, name, size, read };
  }

  /** How a section is compressed: Elf64_Chdr or Elf32_Chdr in front, or `ZLIB` and the size, big-endian. */
  #packing(section: Section): Packing | undefined {
    const { elf } = this;
    if (section.name.startsWith('.zdebug_')) {
      const view = viewOf(elf.part(section, 0, 12));
      return { form: 'zlib', size: view.getUint32(4) * 2 ** 32 + view.getUint32(8), header: 12 };
    }
    if ((section.flags & sectionFlags.compressed) === 0) return undefined;
    const { is64 } = elf.header;
    const header = is64 ? 24 : 12;
    const view = viewOf(elf.part(section, 0, header));
    const size = is64
      ? view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32
      : view.getUint32(4, true);
    return { form: view.getUint32(0, true) === 2 ? 'zstd' : 'zlib', size, header };
  }
}

interface Packing {
  readonly form: Compression;
  readonly size: number;
  readonly header: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Undefined for what is damaged: the decompressor's own errors say nothing of the file. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
