/** Imports: what becomes part of the program and in which order, and what is refused. */
import { describe, expect, it } from 'vitest';
import { fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { simulate } from '../../../tests/support/simulate.ts';
import { type CompileResult, compile } from '../compile.ts';
import { render } from '../messages/render.ts';
import { type ImportReader, isImportable } from './imports.ts';

type Files = Readonly<Record<string, string>>;

function reader(files: Files, asked: string[] = []): ImportReader {
  return (path, from) => {
    asked.push(`${from} > ${path}`);
    const names = path.endsWith('/') ? Object.keys(files).filter((name) => name.startsWith(path)) : [path];
    const found = names.flatMap((name) => (files[name] === undefined ? [] : [{ name, text: files[name] }]));
    return found.length > 0 ? { kind: 'found', files: found } : { kind: 'missing', checked: [`./${path}`] };
  };
}

function compiled(source: string, files: Files, asked: string[] = []): CompileResult {
  return compile(source, fixtureTarget(), { name: 'main.bt', readImport: reader(files, asked) });
}

function printed(source: string, files: Files): string[] {
  const { program, config, diagnostics } = compiled(source, files);
  if (program === undefined) throw new Error(diagnostics.map((one) => render(one)).join('\n'));
  return simulate(program, { config, source }).stdout.trim().split('\n');
}

function problems(source: string, files: Files): string[] {
  const { diagnostics } = compiled(source, files);
  return diagnostics
    .flatMap((one) => render(one).split('\n'))
    .filter((line) => /ERROR|WARNING|HINT/.test(line));
}

describe('imports', () => {
  it('put the probes of the imported file in front, nested imports first', () => {
    const files = {
      'a.bt': 'import "b.bt"; begin { print("a"); } end { print("end a"); }',
      'b.bt': 'begin { print("b"); }',
    };
    expect(printed('import "a.bt"; begin { print("main"); }', files)).toEqual(['b', 'a', 'main', 'end a']);
  });

  it('bring macros, map declarations, subprograms and C definitions', () => {
    const files = {
      'lib.bt':
        '#define TWO 2\nstruct pair { int a, b; };\nimport "size.h";\nlet @m = hash(3);\nmacro plus(x) { x + TWO }\nfn half($x : uint64) : uint64 { return $x / 2; }',
      'size.h': '#define SIZE sizeof(struct whole)\nstruct whole { long parts[3]; };',
    };
    const source =
      '#define FOUR 4\nstruct both { struct pair p; struct whole w; };\nimport "lib.bt";\nbegin { @m[1] = 1; print((plus(FOUR), half(10), SIZE, sizeof(struct both))); clear(@m); }';
    expect(printed(source, files)[0]).toBe('(6, 5, 24, 32)');
  });

  it('take each file once, also when files import each other', () => {
    const asked: string[] = [];
    const files = {
      'a.bt': 'import "b.bt"; import "b.bt"; begin { print("a"); }',
      'b.bt': 'import "a.bt"; begin { print("b"); }',
    };
    const { diagnostics, program } = compiled('import "a.bt"; import "a.bt"; begin { }', files, asked);
    expect(diagnostics).toEqual([]);
    expect(program?.attachments.length).toBe(3);
    expect(asked).toEqual(['main.bt > a.bt', 'a.bt > b.bt', 'b.bt > a.bt', 'a.bt > b.bt', 'main.bt > a.bt']);
  });

  it('take all files of a directory', () => {
    const files = { 'lib/a.bt': 'begin { print("a"); }', 'lib/b.bt': 'begin { print("b"); }' };
    expect(printed('import "lib/"; begin { print("main"); }', files)).toEqual(['a', 'b', 'main']);
    expect(['x.bt', 'x.h', 'x.bpf.c', 'x.txt', 'bt'].filter(isImportable)).toEqual([
      'x.bt',
      'x.h',
      'x.bpf.c',
    ]);
  });

  it.each<[string, string, string, ...string[]]>([
    [
      'what is not there',
      'import "no.bt"; begin { }',
      '',
      'main.bt:1:1-15: ERROR: Unable to find suitable path for import',
      'HINT: checked: ./no.bt',
    ],
    [
      'other files',
      'import "x.foo"; begin { }',
      'x.foo',
      'main.bt:1:1-15: ERROR: unknown import type: "x.foo"',
    ],
    [
      'C programs',
      'import "x.bpf.c"; begin { }',
      'x.bpf.c',
      'main.bt:1:1-17: ERROR: BPF programs in C cannot be imported: "x.bpf.c"',
      'HINT: kscope has no C compiler; write the function as `fn name($argument : type) : type { ... }` in a .bt file',
    ],
  ])('refuse %s', (_, source, name, ...lines) => {
    expect(problems(source, name === '' ? {} : { [name]: '' })).toEqual(lines);
  });

  it('refuse settings in an imported file, and say where they are', () => {
    expect(
      problems('import "c.bt"; begin { }', { 'c.bt': 'config = { max_strlen = 10 } begin { }' }),
    ).toEqual([
      'main.bt:1:1-14: ERROR: invalid `config` within import',
      'c.bt:1:1-29: ERROR: This is the config block.',
    ]);
  });

  it('report mistakes in the imported file with its name', () => {
    expect(problems('import "c.bt"; begin { }', { 'c.bt': 'begin { nosuch(1); }' })).toEqual([
      "c.bt:1:9-18: ERROR: Unknown function: 'nosuch'",
    ]);
    expect(problems('import "c.bt"; begin { }', { 'c.bt': 'begin { ' })[0]).toMatch(
      /^c\.bt:1:\d+-\d+: ERROR: syntax: /,
    );
    expect(problems('import "c.h"; begin { }', { 'c.h': '\nstruct s { what x; };' })[0]).toBe(
      "c.h:2:12-16: ERROR: unknown type name 'what'",
    );
  });

  it('need somebody to read files', () => {
    const { diagnostics } = compile('import "a.bt"; begin { }', fixtureTarget());
    expect(diagnostics.map(({ code }) => code)).toEqual(['unsupported-import']);
  });
});
