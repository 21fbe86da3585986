/** What is published: small, complete, and typed for programs that use it. Needs dist/ (npm run build). */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/lib/run.mjs';

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

function packed(): Packed {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [one] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }),
  ) as Packed[];
  return one!;
}

/** Type-checks a program in a folder where the package is installed. */
function typeCheck(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-consumer-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/kscope'));
    symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'main.ts'), program);
    const args = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023,esnext.disposable',
    ];
    return spawnSync(join(root, 'node_modules/.bin/tsc'), [...args, 'main.ts'], {
      cwd: folder,
      encoding: 'utf8',
    }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!existsSync(join(root, 'dist/types/index.d.ts')))(
  'the package (needs dist/ with types)',
  () => {
    test('has the command, the library and its types, and stays small', () => {
      const { files, unpackedSize } = packed();
      const paths = files.map(({ path }) => path);
      expect(paths).toEqual(
        expect.arrayContaining([
          'dist/kscope.cjs',
          'dist/kscope-bundle.js',
          'dist/index.mjs',
          'dist/types/index.d.ts',
          'LICENSE',
        ]),
      );
      expect(paths.filter((path) => /^(src|tests|scripts)\//.test(path))).toEqual([]);
      expect(unpackedSize).toBeLessThan(4_000_000);
    });

    test('is typed for those who use it', { timeout: 60_000 }, () => {
      const right =
        "import { compile, Session } from 'kscope';\nexport const session = Session.start('begin {}');\nvoid compile;\n";
      expect(typeCheck(right)).toBe('');
      expect(typeCheck("import { Session } from 'kscope';\nvoid Session.start(5);\n")).toMatch(
        /main\.ts\(2,\d+\): error TS2345/,
      );
    });
  },
);
