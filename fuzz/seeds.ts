/** Where mutants start from: the programs of tests and examples, and small binaries made by the system's compiler. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileBtf } from '../src/btf/testing/compile-btf.ts';
import { assemble } from '../src/elf/testing/assemble.ts';
import type { SeedCorpus } from './kind.ts';

/** `root` is the folder of the project. */
export function readSeeds(root: string): SeedCorpus {
  const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return {
    programs: [...corpusPrograms(root), ...vectorPrograms(root), ...examplePrograms(root)],
    binaries: new Map([
      ['btf', [binary(compileBtf(everyKindOfType))]],
      [
        'elf',
        [
          binary(assemble(probesAndSymbols)),
          binary(assemble(probesAndSymbols.replaceAll('.8byte', '.4byte'), 32)),
        ],
      ],
    ]),
    tracepointFormats: tracepointFormats(),
  };
}

function corpusPrograms(root: string): readonly string[] {
  const folder = join(root, 'tests/corpus');
  return readdirSync(folder)
    .map((name) => join(folder, name, 'program.bt'))
    .filter((path) => existsSync(path))
    .map(readBytes);
}

/** Between the line of dashes with the options and the line of equals signs. */
function vectorPrograms(root: string): readonly string[] {
  return ['accepted', 'rejected'].flatMap((name) =>
    readBytes(join(root, `tests/vectors/${name}.txt`))
      .split(/^---/m)
      .slice(1)
      .map((text) => text.slice(text.indexOf('\n') + 1).split(/^===$/m)[0] ?? ''),
  );
}

function examplePrograms(root: string): readonly string[] {
  const folder = join(root, 'examples');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bt'))
    .map((name) => readBytes(join(folder, name)));
}

function tracepointFormats(): readonly string[] {
  const folder = '/sys/kernel/tracing/events';
  return ['sched/sched_switch', 'sched/sched_process_exec', 'syscalls/sys_enter_openat']
    .map((name) => join(folder, name, 'format'))
    .filter((path) => existsSync(path))
    .map(readBytes);
}

function readBytes(path: string): string {
  return readFileSync(path, 'latin1');
}

const everyKindOfType = `
  enum e { A, B = -3 }; typedef const volatile struct s *ptr_t; union u { char c[4]; float f; };
  struct s { int a : 3, : 5, b : 9; struct { union u u[2][3]; ptr_t next; }; int (*run)(ptr_t self, ...); enum e e; };
  struct s object; ptr_t pointer; struct opaque *hidden; void function(struct s *s) { s->a = A; }
`;

const probesAndSymbols = `
  .text
  .globl entry
  .type entry, @function
  entry: nop
  site: ret
  .size entry, . - entry
  .data
  semaphore: .short 0
  .section .note.stapsdt, "", "note"
  .balign 4
  .4byte 8, 2f-1f, 3
  .asciz "stapsdt"
  1: .8byte site, 0, semaphore
  .asciz "provider"
  .asciz "probe"
  .asciz "-4@%edi 8@-16(%rbp) 4@$7"
  2: .balign 4
`;
