/** Which tracepoints the kernel has, and which static probes a program or library has. */
import { compileWildcard } from '../../src/base/wildcard.ts';
import type { HostTarget } from '../../src/host/target.ts';
import { mappedFiles } from '../../src/symbols/resolve-target.ts';
import { flag, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { label, type Row } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ToolUsageError } from '../../src/tools/tool-error.ts';

const options = {
  pattern: text({
    long: 'pattern',
    argument: 'PATTERN',
    operand: 0,
    help: 'only probes whose name matches, with * for any text: block:*, *query*',
  }),
  library: text({
    short: 'l',
    long: 'library',
    argument: 'FILE',
    also: ['lib'],
    help: 'static probes of this program or library',
  }),
  pid: { ...standard.pid, help: 'static probes of all files that this process has mapped' },
  fields: flag({ short: 'e', long: 'fields', help: 'show the arguments, too' }),
};

export const tplist = defineTool({
  name: 'tplist',
  area: 'generic',
  summary: 'Tracepoints of the kernel, or static probes of a program, with their arguments',
  description:
    'Lists what can be attached to without knowing names of functions. Reads tracefs, or the notes in ELF files; runs no program. kscope -l lists every other kind of probe.',
  options,
  variants: [],
  collect: (o, machine) => {
    const files =
      o.library === undefined
        ? o.pid === undefined
          ? undefined
          : mappedFiles(o.pid)
        : binaries(o.library, machine);
    const all =
      files === undefined ? tracepoints(o, machine) : files.flatMap((file) => staticProbes(file, machine));
    const matches = compileWildcard(o.pattern ?? '*');
    return all.filter(({ name }) => matches(String(name)));
  },
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        label('PROBE', 'probe', { about: 'attach point', width: o.fields ? 56 : 0 }),
        label('NAME', 'name', { about: 'name without the place', width: 0, hidden: true }),
        ...(o.fields
          ? [
              label('ARGUMENTS', 'arguments', {
                about: 'types and names of the fields, or operands of the static probe',
              }),
            ]
          : []),
      ],
    },
  ],
  examples: [
    {
      command: "tplist 'sched:sched_wak*'",
      output: `PROBE
tracepoint:sched:sched_wakeup
tracepoint:sched:sched_wakeup_new
tracepoint:sched:sched_waking`,
      reading: 'Each line is an attach point as a program or a tool takes it.',
    },
    {
      command: "tplist -l /usr/bin/python3.11 '*gc*' -e",
      output: `PROBE                                                    ARGUMENTS
usdt:/usr/bin/python3.11:python:gc__done                 -8@%rax
usdt:/usr/bin/python3.11:python:gc__start                -4@%esi`,
      reading:
        'Static probes of an interpreter: where its garbage collections begin and end. Arguments are given as size and place: arg0 is a signed number of 4 bytes.',
    },
  ],
  overhead:
    'No program runs. Listing all tracepoints with their fields reads some thousand small files: a few hundred milliseconds.',
});

function tracepoints(
  { pattern = '*', fields }: { readonly pattern: string | undefined; readonly fields: boolean },
  machine: HostTarget,
): readonly Row[] {
  const [subsystem = '*'] = pattern.includes(':') ? pattern.split(':') : ['*'];
  return machine.tracepoints(subsystem, '*').map((found) => {
    const name = `${found.subsystem}:${found.event}`;
    const format = fields ? machine.tracepointFormat(found.subsystem, found.event) : undefined;
    const shown = format?.fields.filter((field) => !field.name.startsWith('common_')) ?? [];
    return {
      probe: `tracepoint:${name}`,
      name,
      arguments: shown.map((field) => `${field.type} ${field.name}`).join(', '),
    };
  });
}

function binaries(name: string, machine: HostTarget): readonly string[] {
  const found = machine.resolveBinary(name);
  if (found.length > 0) return found;
  throw new ToolUsageError(
    `there is no program or library '${name}': give a path, or the name of a library such as libc`,
  );
}

function staticProbes(file: string, machine: HostTarget): readonly Row[] {
  try {
    const rows = machine.usdtProbes(file).map(({ provider, name, args }) => {
      const full = `${provider}:${name}`;
      return [full, { probe: `usdt:${file}:${full}`, name: full, arguments: args }] as const;
    });
    // A probe has as many sites as the compiler made of it.
    return [...new Map(rows).values()].sort((a, b) => (a.probe < b.probe ? -1 : 1));
  } catch {
    // Mapped files need not be programs.
    return [];
  }
}
