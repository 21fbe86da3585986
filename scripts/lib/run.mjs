// @ts-check
/**
 * Running other programs from the scripts: one place that decides what a failure looks like. The scripts are plain
 * JavaScript because they run before anything is installed or built, on a Node that cannot load TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a program with the terminal as its own and gives its exit status (128 + number for a signal's end is not
 * told apart: any signal counts as 1).
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {number}
 */
export function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, [...args], { cwd: root, stdio: 'inherit', env });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** A program of a development dependency, without npx, which takes half a second to find it. @param {string} name */
export const local = (name) => join(root, 'node_modules/.bin', name);

/** Where a command is on the path, sbin included. @param {string} command @returns {string | undefined} */
export function which(command) {
  if (isAbsolute(command)) return existsSync(command) ? command : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

/** Ends the script with a message: what is wrong, then what helps. @param {string} message @returns {never} */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
