/** Files that other programs wrote: any bytes end in values, or in an error that names the file and the place. */
import { Btf } from '../../src/btf/btf.ts';
import { bytesSource } from '../../src/elf/byte-source.ts';
import { Elf } from '../../src/elf/elf.ts';
import { parseUsdtArguments } from '../../src/elf/usdt-args.ts';
import { parseTracepointFormat } from '../../src/kernel/tracepoint-format.ts';
import { parseLdCache } from '../../src/symbols/ld-cache.ts';
import { parseProcessMap } from '../../src/symbols/process-map.ts';
import type { FuzzKind, FuzzWorld, SeedCorpus } from '../kind.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import type { Random } from '../random.ts';
import { timed } from './compile-and-load.ts';

type BinaryName = SeedCorpus['binaries'] extends ReadonlyMap<infer Name, unknown> ? Name : never;

const fileName = 'damaged-file';

/** Runs every question, each of which may fail with one of these errors, which must name the file. */
function ask(errors: readonly string[], questions: readonly (() => unknown)[]): string {
  let failed = 0;
  timed(() => {
    for (const question of questions) {
      try {
        question();
      } catch (error) {
        if (!(error instanceof Error && errors.includes(error.name))) throw error;
        if (!error.message.includes(fileName))
          throw new Error(`the error does not name the file: ${error.message}`);
        failed++;
      }
    }
  });
  return failed === 0 ? 'read' : 'error';
}

const mutant =
  (name: BinaryName) =>
  (random: Random, { seeds }: FuzzWorld) =>
    mutateBytes(random.pick(seeds.binaries.get(name) ?? []), random);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function askBtf(text: string): string {
  let btf: Btf | undefined;
  const opened = ask(['BtfError'], [() => (btf = Btf.parse(bytesOf(text), { name: fileName }))]);
  const known = btf;
  if (known === undefined) return opened;
  const ids = Array.from({ length: Math.min(known.end, 400) + 1 }, (_, id) => id);
  return ask(
    ['BtfError'],
    [
      ...ids.flatMap((id) => [
        () => known.type(id),
        () => known.sizeOf(id),
        () => known.toC(id),
        () => known.layout(id),
        () => known.declaration(id, 'name'),
        () => known.findMember(id, 'next'),
      ]),
      () => known.find('s', 'struct'),
      () => known.enumConstant('B'),
      () => [...known.findAll('*', 'typedef')],
    ],
  );
}

function askElf(text: string): string {
  let elf: Elf | undefined;
  const opened = ask(['ElfError'], [() => (elf = Elf.open(bytesSource(bytesOf(text), fileName)))]);
  const known = elf;
  if (known === undefined) return opened;
  return ask(
    ['ElfError'],
    [
      () => known.functions('*'),
      () => known.functions('entry'),
      () => known.functionAt(0x401000),
      () => known.offsetOf(0x401000),
      () => known.addressOf(0x1000),
      () => known.notes,
      () => known.buildId,
      () => known.debugLink,
      () => known.dynamic,
      ...known.sections.slice(0, 100).map((section) => () => known.contents(section)),
      () => known.usdtProbes(),
    ],
  );
}

export const fileKinds: readonly FuzzKind[] = [
  { name: 'btf', about: 'type information with bytes changed', make: mutant('btf'), check: askBtf },
  { name: 'elf', about: 'binaries with bytes changed', make: mutant('elf'), check: askElf },
  {
    name: 'tracepoint-format',
    about: 'format files of tracefs with bytes changed',
    make: (random, { seeds }) => mutateBytes(random.pick(seeds.tracepointFormats), random),
    check: (text) => ask(['KernelFileError'], [() => parseTracepointFormat(text, fileName)]),
  },
  {
    name: 'usdt-arguments',
    about: 'argument descriptions of USDT notes',
    make: (random) =>
      mutateBytes(
        '-4@%edi 8@-16(%rbp) 4@$7 8@sym+4(%rip) 2@(%rax,%rbx,4) 8f@%xmm0 -8@$-9223372036854775808',
        random,
      ),
    check: (text) => {
      timed(() => parseUsdtArguments(text, 'x86-64'));
      timed(() => parseUsdtArguments(text, 'arm64'));
      return 'read';
    },
  },
  {
    name: 'process-files',
    about: 'lines of /proc/PID/maps, and the cache of the dynamic loader',
    make: (random) => mutateBytes(processMap, random),
    check: (text) => {
      timed(() => parseProcessMap(text));
      timed(() => parseLdCache(bytesOf(text)));
      return 'read';
    },
  },
];

const processMap = `55e9c50d3000-55e9c50d4000 r-xp 00001000 fd:01 1234 /usr/bin/some thing
7f0000000000-7f0000021000 rw-p 00000000 00:00 0
7ffd0c5e9000-7ffd0c5eb000 r-xp 00000000 00:00 0 [vdso]
`;
