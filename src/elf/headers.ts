/** The file header and the two tables it points to: segments (what is mapped) and sections (what a linker sees). */
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { ElfReader, type Structure, textAt } from './reader.ts';
import { fileHeader, programHeader, sectionHeader } from './structures.ts';

export interface ElfHeader {
  readonly is64: boolean;
  /** ET_*: 1 relocatable, 2 executable, 3 shared object or position-independent executable, 4 core. */
  readonly type: number;
  /** EM_*: 62 x86-64, 183 arm64, 3 i386. */
  readonly machine: number;
  readonly entry: number;
}

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
}

export interface Headers {
  readonly reader: ElfReader;
  readonly header: ElfHeader;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

export function readHeaders(source: ByteSource): Headers {
  const is64 = checkIdentification(source);
  const reader = new ElfReader(source, is64);
  const fields = reader.fields(fileHeader, reader.view(0, reader.sizeOf(fileHeader), 'the file header'), 0);
  const { type, machine, entry } = fields;
  return {
    reader,
    header: { is64, type, machine, entry },
    segments: readTable(
      reader,
      programHeader,
      fields.programHeaders,
      fields.programHeaderSize,
      fields.programHeaderCount,
    ),
    sections: readSections(reader, fields),
  };
}

function checkIdentification(source: ByteSource): boolean {
  const fail = (offset: number, problem: string) => new ElfError(source.name, offset, problem);
  const magic = source.read(0, 16);
  if (magic.length < 16 || magic[0] !== 0x7f || textAt(magic.subarray(1, 4), 0) !== 'ELF') {
    throw fail(0, 'this is not an ELF file');
  }
  if (magic[4] !== 1 && magic[4] !== 2) throw fail(4, `unknown ELF class ${magic[4]}`);
  if (magic[5] !== 1) throw fail(5, 'only little-endian ELF files are read');
  return magic[4] === 2;
}

function readTable<F extends string>(
  reader: ElfReader,
  structure: Structure<F>,
  offset: number,
  entrySize: number,
  count: number,
): Record<F, number>[] {
  if (offset === 0 || count === 0) return [];
  if (entrySize < reader.sizeOf(structure))
    throw reader.error(offset, `table entries of only ${entrySize} bytes`);
  const view = reader.view(offset, entrySize * count, 'a header table');
  return Array.from({ length: count }, (_, index) => reader.fields(structure, view, index * entrySize));
}

type FileFields = Readonly<Record<keyof (typeof fileHeader)['fields'], number>>;

/** With 65,280 sections or more, count and name section stand in the first section header. */
function readSections(reader: ElfReader, fields: FileFields): Section[] {
  const { sectionHeaders, sectionHeaderSize } = fields;
  const table = (count: number) => readTable(reader, sectionHeader, sectionHeaders, sectionHeaderSize, count);
  const [first] = fields.sectionHeaderCount === 0 && sectionHeaders !== 0 ? table(1) : [];
  const raw = table(first?.size ?? fields.sectionHeaderCount);
  const names = raw[fields.sectionNames === 0xffff ? (raw[0]?.link ?? 0) : fields.sectionNames];
  const text =
    names === undefined ? new Uint8Array() : reader.bytes(names.offset, names.size, 'the section names');
  return raw.map((section) => ({ ...section, name: textAt(text, section.name) }));
}
