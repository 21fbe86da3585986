import { describe, expect, test } from 'vitest';
import { forbiddenImports, sourceFiles } from './check-imports.mjs';

const check = (path: string, text: string) => forbiddenImports({ path, text });

describe('forbidden imports', () => {
  test.each([
    [
      'src/compiler/compile.ts',
      "import { load } from '../loader/load.ts';",
      'compiler may not import loader',
    ],
    [
      'src/compiler/compile.ts',
      "import {\n  a,\n  b,\n} from '../kernel/fd.ts';",
      'compiler may not import kernel',
    ],
    ['src/bpf/opcode.ts', "import { readFileSync } from 'node:fs';", 'bpf is pure'],
    ['src/base/assert.ts', "export * from '../bpf/opcode.ts';", 'base may not import bpf'],
    ['src/kernel/fd.ts', "import type { A } from '../loader/load.ts';", 'kernel may not import loader'],
    ['src/runtime/session.ts', "import { main } from '../cli/main.ts';", 'runtime may not import cli'],
    [
      'src/compiler/compile.ts',
      "const a = await import('../host/target.ts');",
      'compiler may not import host',
    ],
    ['src/loader/load.ts', "import koffi from 'koffi';", 'loader may not import the package koffi'],
    ['src/probes/uprobe/spec.ts', "import { a } from './attach.ts';", 'spec may not import attach'],
    ['src/btf/btf.ts', "import { a } from './testing/build-btf.ts';", 'is for tests only'],
    ['src/base/assert.ts', "import '../../bench/format-lines.ts';", 'outside the layers'],
    ['src/novel/a.ts', '', 'has no place in scripts/lib/arrows.mjs'],
  ])('%s: %s', (path, text, reason) => {
    const problems = check(path, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(reason);
  });

  test('name the line', () => {
    const text = "import { a } from './a.ts';\n\nimport {\n  b,\n} from '../kernel/fd.ts';\n";
    expect(check('src/compiler/x.ts', text)).toEqual([
      'src/compiler/x.ts:5: compiler may not import kernel (src/kernel/fd.ts)',
    ]);
  });

  test('are none in what the layers allow, and in tests', () => {
    expect(check('src/compiler/compile.ts', "import { a } from '../probes/registry.ts';")).toEqual([]);
    expect(check('src/kernel/native.ts', "import type * as Koffi from 'koffi';")).toEqual([]);
    expect(check('src/compiler/x.test.ts', "import { a } from '../kernel/fd.ts';")).toEqual([]);
  });

  test('are none in a comment or a string of code', () => {
    expect(check('src/base/a.ts', "// as in import { a } from '../kernel/fd.ts'\nconst b = 1;")).toEqual([]);
  });
});

test('the source keeps to the arrows', () => {
  const files = sourceFiles('src');
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap(forbiddenImports)).toEqual([]);
});
