// @ts-check
/**
 * `npm start`: a live view of this machine for ten seconds, from a fresh clone too. It installs and builds what is
 * missing, runs examples/overview.bt with JSON output and draws each second's maps: in place on a terminal, once at
 * the end in a pipe.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureNodeModules } from './lib/dependencies.mjs';
import { drawOverview } from './lib/overview-view.mjs';
import { fail, root, run } from './lib/run.mjs';
import { Screen } from './lib/screen.mjs';

const command = join(root, 'dist/kscope.cjs');

if (!ensureNodeModules()) fail('The packages could not be installed; npm says above why.');
if (!isBuilt() && run(process.execPath, ['scripts/build.mjs', '--no-types']) !== 0) fail('The build failed.');
await show();

/** Built after the last change of the source. */
function isBuilt() {
  if (!existsSync(command)) return false;
  const built = statSync(command).mtimeMs;
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return names.every((name) => statSync(join(root, 'src', name)).mtimeMs <= built);
}

async function show() {
  const out = process.stdout;
  const child = spawn(process.execPath, [command, '-f', 'json', 'examples/overview.bt'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // An interrupt reaches the child too: it ends in good order, and then this does.
  process.on('SIGINT', () => {});
  /** @type {Record<string, unknown>} */
  const maps = {};
  let seconds = 0;
  const screen = out.isTTY ? new Screen(out) : undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const { type, data } = parse(line);
    if (type !== 'map' && type !== 'hist') continue;
    Object.assign(maps, data);
    if ('@calls' in Object(data)) seconds++;
    screen?.draw(view());
  }
  const status = await new Promise((resolve) =>
    child.exitCode === null ? child.on('close', resolve) : resolve(child.exitCode),
  );
  if (seconds === 0) process.exit(typeof status === 'number' && status !== 0 ? status : 1);
  screen?.draw(view());
  if (!screen) out.write(view().join('\n'));
  out.write('\nThe program that asked: examples/overview.bt. More: node dist/kscope.cjs --help\n');

  function view() {
    const colour = out.isTTY && !process.env.NO_COLOR;
    const style = out.isTTY ? { columns: out.columns, rows: out.rows, colour } : { columns: 100, colour };
    return drawOverview(maps, seconds, style);
  }
}

/** @param {string} line @returns {{ type?: unknown, data?: unknown }} */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
