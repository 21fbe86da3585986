/**
 * The header of a line number program (DWARF 5, 6.2.4): versions 2 to 4 list folders and files as strings, version 5
 * describes the form of its lists.
 */
import { Cursor } from './cursor.ts';
import type { Dwarf } from './dwarf.ts';
import { readValue } from './forms.ts';
import type { Unit } from './unit.ts';

export interface LineHeader {
  readonly version: number;
  readonly minimumLength: number;
  readonly operationsPerInstruction: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Numbers of arguments of the standard opcodes, by opcode - 1. */
  readonly argumentCounts: readonly number[];
  /** Paths by the numbers that the program uses; `undefined` where a number names none. */
  readonly files: readonly (string | undefined)[];
  readonly addressSize: number;
  /** The program itself. */
  readonly program: Cursor;
}

/** Content types of version 5. */
const content = { path: 1, folder: 2 } as const;
const entryLimit = 1 << 20;

export function readLineHeader(
  dwarf: Dwarf,
  unit: Unit,
  offset: number,
  folder: string | undefined,
): LineHeader {
  const section = dwarf.sections.get('line');
  const { length, offsetSize } = Cursor.from(section, offset, 16).initialLength();
  const cursor = Cursor.over(section, offset, length + (offsetSize === 4 ? 4 : 12));
  cursor.initialLength();
  const version = cursor.u16();
  if (version < 2 || version > 5)
    throw section.error(offset, `line table version ${version} is not supported`);
  const addressSize = version < 5 ? unit.header.addressSize : cursor.u8();
  if (version >= 5) cursor.skip(1);
  const headerLength = cursor.unsigned(offsetSize);
  const programStart = cursor.at + headerLength;
  const minimumLength = cursor.u8();
  const operationsPerInstruction = version < 4 ? 1 : cursor.u8();
  const defaultIsStatement = cursor.u8() !== 0;
  const lineBase = cursor.s8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0)
    throw section.error(offset, 'the header of a line table is damaged');
  const argumentCounts = Array.from({ length: opcodeBase - 1 }, () => cursor.u8());
  const tables =
    version < 5 ? readOldFiles(cursor) : readFiles(cursor, dwarf, unit, { addressSize, offsetSize, version });
  const files = joinPaths(tables, version, folder);
  if (programStart > cursor.bytes.length)
    throw section.error(offset, 'the header of a line table is longer than it');
  cursor.at = programStart;
  return {
    ...{ version, minimumLength, operationsPerInstruction, defaultIsStatement, lineBase, lineRange },
    ...{ opcodeBase, argumentCounts, files, addressSize, program: cursor },
  };
}

interface FileTables {
  readonly folders: readonly string[];
  readonly files: readonly { readonly name: string; readonly folder: number }[];
}

function readOldFiles(cursor: Cursor): FileTables {
  const folders: string[] = [];
  for (let name = cursor.text(); name !== ''; name = cursor.text()) folders.push(name);
  const files: { name: string; folder: number }[] = [];
  for (let name = cursor.text(); name !== ''; name = cursor.text()) {
    files.push({ name, folder: cursor.uleb() });
    cursor.uleb();
    cursor.uleb();
  }
  return { folders, files };
}

type Sizes = { readonly addressSize: number; readonly offsetSize: number; readonly version: number };

function readFiles(cursor: Cursor, dwarf: Dwarf, unit: Unit, sizes: Sizes): FileTables {
  const folders = readEntries(cursor, dwarf, unit, sizes).map(({ name }) => name);
  return { folders, files: readEntries(cursor, dwarf, unit, sizes) };
}

function readEntries(cursor: Cursor, dwarf: Dwarf, unit: Unit, sizes: Sizes) {
  const formats = Array.from({ length: cursor.u8() }, () => ({ type: cursor.uleb(), form: cursor.uleb() }));
  const count = cursor.uleb();
  if (count > entryLimit || (formats.length === 0 && count > 0))
    throw cursor.fail(`a list of ${count} files`);
  return Array.from({ length: count }, () => {
    let name = '';
    let folder = 0;
    for (const { type, form } of formats) {
      const value = readValue(cursor, form, 0, sizes);
      if (type === content.path) name = dwarf.textOf(value, unit) ?? '';
      if (type === content.folder) folder = value.number;
    }
    return { name, folder };
  });
}

/** Folder 0 is that of the compilation; before version 5 it is not in the list, and files count from 1. */
function joinPaths({ folders, files }: FileTables, version: number, folder = ''): (string | undefined)[] {
  const all = version < 5 ? [folder, ...folders] : folders;
  const root = version < 5 ? folder : (folders[0] ?? folder);
  const paths = files.map((file) => joinPath(root, joinPath(all[file.folder] ?? '', file.name)));
  return version < 5 ? [undefined, ...paths] : paths;
}

function joinPath(folder: string, name: string): string {
  return name.startsWith('/') || folder === '' ? name : `${folder}/${name}`;
}
