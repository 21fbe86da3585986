// @ts-check
/**
 * `npm run bench`: bundles bench/main.ts, which is TypeScript and uses kscope's own access to the kernel, and runs
 * it with the words of the command line.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { fail, root } from '../scripts/lib/run.mjs';

if (!existsSync(join(root, 'dist/kscope.cjs'))) fail('dist/ is missing. Run: npm run build');
const bundle = join(root, 'node_modules/.kscope-test', `bench-${process.pid}.mjs`);
buildSync({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts'],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['koffi', '@koromix/*'],
  define: { KSCOPE_ROOT: JSON.stringify(root) },
  logLevel: 'error',
});
const { main } = await import(pathToFileURL(bundle).href);
process.exitCode = await main(process.argv.slice(2));
