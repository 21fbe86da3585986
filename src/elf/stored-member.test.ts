/** Members of archives, as `zip` of the system (here: Python's) makes them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { archivePath } from './archive-path.ts';
import { bytesSource } from './byte-source.ts';
import { storedMember } from './stored-member.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const make = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    archive.writestr('first', 'x' * 100)
    archive.writestr(zipfile.ZipInfo('lib/y.so'), 'the library')
    archive.writestr('small', 'y' * 1000, zipfile.ZIP_DEFLATED)
    archive.comment = b'a comment'
`;

function archive(): Uint8Array {
  const path = join(folder, 'x.apk');
  writeFileSync(join(folder, 'make.py'), make);
  execFileSync('python3', [join(folder, 'make.py'), path]);
  return new Uint8Array(readFileSync(path));
}

describe('a member of an archive', () => {
  const bytes = archive();
  const source = bytesSource(bytes, 'x.apk');

  it('is read where it lies', () => {
    const member = storedMember(source, 'lib/y.so')!;
    expect(member).toMatchObject({ name: 'x.apk!/lib/y.so', size: 11 });
    expect(new TextDecoder().decode(member.read(4, 100))).toBe('library');
    expect(new TextDecoder().decode(bytes.subarray(member.start, member.start + 3))).toBe('the');
  });

  it('may be missing, and may not be compressed', () => {
    expect(storedMember(source, 'nosuch')).toBeUndefined();
    expect(() => storedMember(source, 'small')).toThrow("'small' is compressed");
  });

  it('is refused in a damaged archive, never read outside of it', () => {
    expect(() => storedMember(bytesSource(new Uint8Array(100)), 'x')).toThrow('not a ZIP archive');
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = bytes.slice();
      changed[at] = 0xff;
      try {
        storedMember(bytesSource(changed), 'lib/y.so')?.read(0, 1 << 20);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ElfError' });
      }
    }
  });

  it('is written behind an exclamation mark', () => {
    expect(archivePath('/a/x.apk!/lib/y.so')).toEqual({ archive: '/a/x.apk', member: 'lib/y.so' });
    expect(archivePath('/a/x')).toEqual({ archive: '/a/x', member: undefined });
  });
});
