/** Files of imports on a real file system. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readImport } from './import-reader.ts';

// Not in the directory for temporary files: everybody may write there, which is just what is refused.
const folder = mkdtempSync(join(homedir(), '.kscope-imports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: readonly string[]) => join(folder, ...parts);
mkdirSync(at('lib'));
mkdirSync(at('open'));
for (const name of ['main.bt', 'lib/b.bt', 'lib/a.h', 'lib/notes.txt', 'open/x.bt'])
  writeFileSync(at(name), `// ${name}`);
chmodSync(at('open'), 0o1777);

describe('files behind imports', () => {
  it('lie beside the importing file', () => {
    const answer = readImport('lib/b.bt', at('main.bt'));
    expect(answer).toEqual({ kind: 'found', files: [{ name: at('lib/b.bt'), text: '// lib/b.bt' }] });
    expect(readImport(at('lib/b.bt'), 'stdin')).toEqual(answer);
  });

  it('of a directory are those that can be imported, by name', () => {
    const answer = readImport('lib', at('main.bt'));
    expect(answer.kind === 'found' && answer.files.map(({ name }) => name)).toEqual([
      at('lib/a.h'),
      at('lib/b.bt'),
    ]);
  });

  it('are reported with the path that was tried', () => {
    expect(readImport('none.bt', at('main.bt'))).toEqual({ kind: 'missing', checked: [at('none.bt')] });
  });

  it('are not taken from where everybody may write', () => {
    expect(readImport('open/x.bt', at('main.bt'))).toMatchObject({ kind: 'missing', writable: [at('open')] });
    expect(readImport('open', at('main.bt'))).toMatchObject({ kind: 'missing', writable: [at('open')] });
  });
});
