// @ts-check
/**
 * Builds dist/: the command, the library with its types, and the conformance plugin. The command is one file with
 * the parts that most runs never touch split off, because a tracer is started by hand and waited for.
 *
 *     node scripts/build.mjs [--no-types] [--analyse]
 */
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, local, root, run } from './lib/run.mjs';

const flags = new Set(process.argv.slice(2));
const dist = join(root, 'dist');

/** @type {readonly { readonly out: string, readonly entry: string, readonly executable: boolean }[]} */
const bundles = [
  { out: 'kscope', entry: 'src/cli/main.ts', executable: true },
  { out: 'index', entry: 'src/index.ts', executable: false },
  { out: 'bpf-interpreter', entry: 'scripts/bpf-interpreter.ts', executable: true },
];

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const esbuild = await import('esbuild').catch(() => fail('esbuild is not installed. Run: npm ci'));

rmSync(dist, { recursive: true, force: true });
for (const bundle of bundles) await build(bundle);
if (!flags.has('--no-types')) emitTypes();

/** @param {typeof bundles[number]} bundle */
async function build({ out, entry, executable }) {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { [out]: entry },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: `chunks/${out}-[name]-[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['koffi', '@koromix/*'],
    define: { 'process.env.KSCOPE_VERSION': JSON.stringify(version) },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const file = join(dist, `${out}.mjs`);
  if (executable) makeExecutable(file);
  if (flags.has('--analyse')) console.log(await esbuild.analyzeMetafile(metafile));
  console.error(`dist/${out}.mjs  ${(statSync(file).size / 1024).toFixed(0)} KiB`);
}

/** @param {string} file */
function makeExecutable(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(file, `#!/usr/bin/env node\n${text}`);
  chmodSync(file, 0o755);
}

function emitTypes() {
  if (run(local('tsc'), ['-p', 'tsconfig.types.json']) !== 0)
    fail('The type declarations could not be made.');
  if (!existsSync(join(dist, 'types/index.d.ts'))) fail('tsc made no dist/types/index.d.ts.');
}
