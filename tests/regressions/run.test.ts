/**
 * Programs that random testing found: each once crashed the compiler, took too long or was rejected by the verifier.
 * Now each is refused with a diagnostic or loads, as its first line says.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import type { FuzzWorld } from '../../fuzz/kind.ts';
import { compileAndLoad } from '../../fuzz/kinds/compile-and-load.ts';
import { openWorld } from '../../fuzz/round.ts';
import { describeTracing } from '../runtime/support.ts';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.bt'));

describeTracing('programs that were once too much', () => {
  let world: FuzzWorld | undefined;
  afterAll(() => world?.target.close());

  it.each(names)(
    '%s',
    (name) => {
      world ??= openWorld(process.cwd());
      world.verified.clear();
      const text = readFileSync(new URL(name, folder), 'latin1');
      const expected = /^\/\/ (loaded|refused: \S+|too much for the verifier): /.exec(text)?.[1];
      expect(
        compileAndLoad(text, world),
        'the first line says: // loaded: why, or // refused: CODE: why',
      ).toBe(expected);
    },
    120_000,
  );
});
