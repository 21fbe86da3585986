/** The lines of `--info` that harnesses made for bpftrace read, and that they say what the table of features says. */
import { expect, it } from 'vitest';
import { abilities } from '../../features/abilities.ts';
import { featureProbes } from '../../features/table.ts';
import { infoText } from './info.ts';

const answers = (present: readonly string[]) => ({
  has: (name: string) => {
    expect(featureProbes.map((probe) => probe.name)).toContain(name);
    return present.includes(name);
  },
  all: () =>
    featureProbes.map(({ name, description, since }) => {
      return {
        name,
        description,
        since,
        answer: present.includes(name) ? ('yes' as const) : ('no' as const),
      };
    }),
});
const linesOf = (present: readonly string[]) => infoText(answers(present)).split('\n');

it('has a section of each kind, with names and answers in the familiar form', () => {
  const present = [
    'btf',
    'ktime_get_tai_ns',
    'map_lookup_percpu_elem',
    'bounded_loops',
    'iter',
    'large_programs',
  ];
  const lines = linesOf(present);
  expect(lines).toEqual(
    expect.arrayContaining([
      ...['System', 'Build', 'Kernel helpers', 'Kernel features', 'Probe types'],
      ...['  btf: yes', '  module btf: no', '  Loop support: yes', '  Instruction limit: 1000000'],
      ...['  dpath: no', '  get_tai_ns: yes', '  get_func_ip: no', '  lookup_percpu_elem: yes', '  loop: no'],
      ...['  kprobe_multi: no', '  uprobe_multi: no', '  kprobe_session: no', '  iter: yes'],
      ...abilities.map(({ familiarName, available }) => `  ${familiarName}: ${available ? 'yes' : 'no'}`),
    ]),
  );
  expect(linesOf([])).toContain('  Instruction limit: 4096');
});

it('says nothing twice with different answers', () => {
  const lines = linesOf(['btf', 'iter', 'loop']).flatMap(
    (line) => /^ {2}(.+?): +(yes|no)\b/.exec(line) ?? [],
  );
  const said = new Map<string, string>();
  for (let at = 0; at < lines.length; at += 3) {
    const [, name = '', answer = ''] = lines.slice(at, at + 3);
    expect(said.get(name) ?? answer, name).toBe(answer);
    said.set(name, answer);
  }
});

it('ends with everything that was tried', () => {
  const [, rest = ''] = infoText(answers(['isa_v4'])).split('All that kscope may use\n');
  expect(rest.trimEnd().split('\n')).toHaveLength(featureProbes.length);
  expect(rest).toMatch(/^ {2}isa_v4: +yes {6}sign-extending/m);
});
