// @ts-check
/**
 * Builds dist/: the command, the library with its types, and the conformance plugin.
 *
 * A tracer is started by hand and waited for, so the command is made to start fast: one script, which the launcher
 * (src/launcher) runs with V8's code kept from an earlier run. What costs time and is seldom used, such as Node's
 * child_process, is loaded at its first use.
 *
 *     node scripts/build.mjs [--no-types] [--analyse]
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lazyBuiltins } from './lib/lazy-builtins.mjs';
import { fail, local, root, run } from './lib/run.mjs';

const flags = new Set(process.argv.slice(2));
/** Everything is made beside and put in place at the end: a build that fails leaves the one before. */
const made = join(root, `.cache/build-${process.pid}`);
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const esbuild = await import('esbuild').catch(() => fail('esbuild is not installed. Run: npm ci'));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['koffi', '@koromix/*'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

process.once('exit', () => rmSync(made, { recursive: true, force: true }));
await buildCommand();
await buildModule('src/index.ts', 'index.mjs');
await buildModule('scripts/bpf-interpreter.ts', 'bpf-interpreter.mjs');
if (!flags.has('--no-types')) emitTypes();
rmSync(dist, { recursive: true, force: true });
renameSync(made, dist);

async function buildCommand() {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: 'kscope-bundle.js',
    format: 'cjs',
    define: { 'process.env.KSCOPE_VERSION': JSON.stringify(version), 'import.meta.url': 'importMetaUrl' },
    plugins: [lazyBuiltins(['node:child_process'])],
    // The parameters are what the launcher passes. `module` is what esbuild's form of modules writes to.
    banner: {
      js: '(function(require,filename){const module={},importMetaUrl="file://"+encodeURI(filename);',
    },
    footer: { js: '})' },
  });
  const identity = createHash('sha256')
    .update(readFileSync(join(made, 'kscope-bundle.js')))
    .digest('hex');
  await build({
    entryPoints: ['src/launcher/main.ts'],
    outfile: 'kscope.cjs',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    define: { KSCOPE_BUNDLE: '"kscope-bundle.js"', KSCOPE_IDENTITY: JSON.stringify(identity.slice(0, 24)) },
  });
  chmodSync(join(made, 'kscope.cjs'), 0o755);
}

/** @param {string} entry @param {string} out */
async function buildModule(entry, out) {
  const js = entry.startsWith('scripts/') ? '#!/usr/bin/env node' : '';
  await build({ entryPoints: [entry], outfile: out, format: 'esm', banner: { js } });
  if (js !== '') chmodSync(join(made, out), 0o755);
}

/** @param {import('esbuild').BuildOptions & { outfile: string }} options */
async function build(options) {
  const outfile = join(made, options.outfile);
  const { metafile } = await esbuild
    .build({ ...common, ...options, outfile, metafile: true })
    // esbuild has already shown what is wrong, with its place.
    .catch(() => fail(`dist/${options.outfile} could not be built.`));
  if (flags.has('--analyse')) console.log(await esbuild.analyzeMetafile(metafile));
  console.error(`dist/${options.outfile}  ${(statSync(outfile).size / 1024).toFixed(0)} KiB`);
}

function emitTypes() {
  const types = join(made, 'types');
  if (run(local('tsc'), ['-p', 'tsconfig.types.json', '--outDir', types]) !== 0) {
    fail('The type declarations could not be made.');
  }
  if (!existsSync(join(types, 'index.d.ts'))) fail('tsc made no index.d.ts.');
}
