/** Which processes hold BPF programs, maps and links: from what the kernel says of their descriptors. */
import { readdirSync } from 'node:fs';
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { readText } from '../../src/tools/run/read-text.ts';
import { commColumn, count, label, pidColumn, type Row } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';

const options = {
  pid: standard.pid,
  comm: standard.comm,
  ids: flag({ long: 'ids', help: 'one row for each object, with its number as bpftool knows it' }),
};

export const bpflist = defineTool({
  name: 'bpflist',
  area: 'generic',
  summary: 'Processes that hold BPF programs, maps and links',
  description:
    'Reads /proc/PID/fdinfo of every process; runs no program. Objects that are only pinned to a file, or attached to a device or a cgroup, belong to no process and are not shown: bpftool lists those.',
  options,
  variants: [],
  collect: (o) => rows(o.ids).filter(({ pid, comm }) => (o.pid ?? pid) === pid && (o.comm ?? comm) === comm),
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        pidColumn,
        commColumn,
        label('TYPE', 'object', { about: 'kind of object: program, map or link', width: 8 }),
        ...(o.ids
          ? [
              count('ID', 'id', { about: 'number of the object in the kernel' }),
              label('DETAIL', 'detail', { about: 'type of program, map or link, by number or name' }),
            ]
          : [count('COUNT', 'count', { about: 'descriptors of this kind' })]),
      ],
    },
  ],
  examples: [
    {
      command: 'bpflist',
      output: `PID     COMM             TYPE        COUNT
1       systemd          program        12
4410    kscope           program         2
4410    kscope           map             5`,
      reading:
        'A tracer with two programs; systemd holds programs that guard devices and addresses of its services.',
    },
  ],
  overhead:
    'No program runs. Reading the descriptors of all processes takes some milliseconds of one CPU for each thousand descriptors.',
});

interface Held {
  readonly type: string;
  readonly id: number;
  readonly detail: string;
}

/** The line of fdinfo that tells, by kind of object (kernel/bpf/syscall.c). A link's file names its program too. */
const kinds = [
  { type: 'link', id: /^link_id:\s*(\d+)$/m, detail: /^link_type:\s*(\S+)$/m },
  { type: 'program', id: /^prog_id:\s*(\d+)$/m, detail: /^prog_type:\s*(\S+)$/m },
  { type: 'map', id: /^map_id:\s*(\d+)$/m, detail: /^map_type:\s*(\S+)$/m },
] as const;

function rows(each: boolean): readonly Row[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): readonly Row[] => {
      const held = heldBy(name);
      const who = { pid: Number(name), comm: readText(`/proc/${name}/comm`).trim() };
      return each ? held.map(({ type, ...rest }) => ({ ...who, object: type, ...rest })) : summed(who, held);
    });
}

function summed(who: Row, held: readonly Held[]): readonly Row[] {
  return kinds
    .map(({ type }) => ({ ...who, object: type, count: held.filter((one) => one.type === type).length }))
    .filter(({ count }) => count > 0)
    .toReversed();
}

function heldBy(process: string): readonly Held[] {
  const folder = `/proc/${process}/fdinfo`;
  return namesIn(folder).flatMap((name) => {
    const text = readText(`${folder}/${name}`);
    const kind = kinds.find(({ id }) => id.test(text));
    if (kind === undefined) return [];
    return [
      { type: kind.type, id: Number(kind.id.exec(text)?.[1]), detail: kind.detail.exec(text)?.[1] ?? '' },
    ];
  });
}

/** Processes end while they are read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
