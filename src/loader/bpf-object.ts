/**
 * A program as a BPF object file, in the form that compilers make and other tools read (Documentation/bpf/libbpf,
 * "Program Types and ELF Sections"): a section for each function, the maps described by BTF in `.maps`, the licence.
 * What only kscope knows, such as the form of its records, is not in it.
 */
import { BtfBuilder, btfKinds, btfSigned } from '../btf/btf-builder.ts';
import { type ObjectRelocation, type ObjectSection, writeObject } from '../elf/write-object.ts';
import { mapTypeNumbers } from '../kernel/bpf-constants.ts';
import type { Attachment, FunctionSpec, MapSpec, Program } from '../program/program.ts';

/** EM_BPF and R_BPF_64_64 (linux/elf-em.h, llvm's relocations of BPF). */
const machineBpf = 247;
const mapRelocation = 1;
const slotSize = 8;
/** A pointer for each member of the description. */
const descriptionMembers = ['type', 'key_size', 'value_size', 'max_entries', 'map_flags'] as const;
const pointerSize = 8;

export function bpfObject(program: Program): Uint8Array {
  const functions = program.functions.map((spec, i) => functionSection(spec, i, program));
  return writeObject(
    [...functions, licenseSection(program.license), ...mapSections(program.maps)],
    machineBpf,
  );
}

function functionSection(spec: FunctionSpec, index: number, { attachments, maps }: Program): ObjectSection {
  const attachment = attachments.find((one) => one.function === index);
  const relocations: readonly ObjectRelocation[] = spec.relocations.map(({ instruction, map }) => ({
    offset: instruction * slotSize,
    symbol: maps[map]?.name ?? '',
    type: mapRelocation,
  }));
  const local = spec.functions ?? [{ name: spec.name, instruction: 0, parameters: 1 }];
  const starts = [...local].sort((a, b) => a.instruction - b.instruction);
  return {
    name: sectionName(spec, attachment),
    contents: spec.code,
    executable: true,
    symbols: starts.map(({ name, instruction }, i) => ({
      name: instruction === 0 ? spec.name : `${spec.name}.${name}`,
      kind: 'function',
      offset: instruction * slotSize,
      size: (starts[i + 1]?.instruction ?? spec.code.length / slotSize) * slotSize - instruction * slotSize,
    })),
    relocations,
  };
}

/** How the section is called says how the function is attached. */
function sectionName(
  { type, tracing, expectedAttach, name }: FunctionSpec,
  attachment: Attachment | undefined,
): string {
  if (tracing !== undefined)
    return `${tracing.kind === 'raw_tp' ? 'tp_btf' : tracing.kind}/${tracing.target}`;
  const point = attachment?.point;
  switch (point?.kind) {
    case 'tracepoint':
      return `tracepoint/${point.subsystem}/${point.event}`;
    case 'raw-tracepoint':
      return `raw_tp/${point.name}`;
    case 'uprobe':
      return `${point.return ? 'uretprobe' : 'uprobe'}${expectedAttach === undefined ? '' : '.multi'}/${point.path}`;
    case 'kprobe':
      return `${point.return ? 'kretprobe' : 'kprobe'}${expectedAttach === undefined ? '' : '.multi'}/${point.targets[0]?.symbol || name}`;
    default:
      return type === 'raw_tracepoint' ? `raw_tp/${name}` : type;
  }
}

function licenseSection(license: string): ObjectSection {
  const contents = new TextEncoder().encode(`${license}\0`);
  const symbols = [{ name: '_license', kind: 'object', offset: 0, size: contents.length } as const];
  return { name: 'license', contents, writable: true, symbols };
}

function mapSections(maps: readonly MapSpec[]): readonly ObjectSection[] {
  const size = descriptionMembers.length * pointerSize;
  const symbols = maps.map(({ name }, i) => ({ name, kind: 'object', offset: i * size, size }) as const);
  return [
    { name: '.maps', contents: new Uint8Array(maps.length * size), writable: true, symbols },
    { name: '.BTF', contents: mapTypes(maps, size), symbols: [] },
  ];
}

/** `int (*type)[N]`: a number is said as the length of an array, which is how libbpf reads it. */
function mapTypes(maps: readonly MapSpec[], size: number): Uint8Array {
  const btf = new BtfBuilder();
  const int = btf.add('int', btfKinds.int, 4, [btfSigned | 32]);
  const number = (value: number) =>
    btf.add('', btfKinds.ptr, btf.add('', btfKinds.array, 0, [int, int, value]));
  const variables = maps.map((spec) => {
    const values = [mapTypeNumbers[spec.type], spec.keySize, spec.valueSize, spec.maxEntries, spec.flags];
    const members = descriptionMembers.flatMap((member, i) => [
      ...[btf.name(member), number(values[i] ?? 0)],
      i * pointerSize * 8,
    ]);
    const struct = btf.add('', btfKinds.struct, size, members, descriptionMembers.length);
    return btf.add(spec.name, btfKinds.var, struct, [globalVariable]);
  });
  const places = variables.flatMap((id, i) => [id, i * size, size]);
  btf.add('.maps', btfKinds.dataSection, maps.length * size, places, maps.length);
  return btf.bytes();
}

const globalVariable = 1;
