import { expect, test } from 'vitest';
import { drawOverview } from './overview-view.mjs';
import { Screen } from './screen.mjs';

const plain = { columns: 80, colour: false };
const maps = {
  '@calls': { node: 25, dd: 100, bash: 1 },
  '@usecs': [
    { min: 0, max: 0, count: 2 },
    { min: 1, max: 1, count: 6 },
    { min: 2, max: 3, count: 2 },
    { min: 1024, max: 2047, count: 4 },
    { min: 2 ** 20, max: 2 ** 21 - 1, count: 1 },
  ],
  '@opened': { '/etc/passwd': 2 },
};

test('the view of three maps', () => {
  expect(drawOverview(maps, 3, plain)).toEqual([
    '3 s of this machine',
    '',
    'System calls by process',
    `  dd                    100 ${'█'.repeat(30)}`,
    '  node                   25 ███████▌',
    '  bash                    1 ▎',
    '',
    'Time in a system call',
    '  under 1 µs              2 ███████▌',
    `  1 µs – 4 µs             8 ${'█'.repeat(30)}`,
    `  1.02 ms – 4.1 ms        4 ${'█'.repeat(15)}`,
    '  1.05 s – 4.19 s         1 ███▊',
    '',
    'Files opened',
    `  /etc/passwd             2 ${'█'.repeat(30)}`,
    '',
  ]);
});

test('a small terminal gets fewer and coarser rows', () => {
  const lines = drawOverview(maps, 3, { ...plain, rows: 24 });
  expect(lines).toContain(`  1 µs – 16 µs            8 ${'█'.repeat(30)}`);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, 30 - index]));
  const all = {
    '@calls': many,
    '@opened': many,
    '@usecs': Array.from({ length: 24 }, (_, i) => ({ min: 2 ** i, count: 1 })),
  };
  expect(drawOverview(all, 3, { ...plain, rows: 24 }).length).toBeLessThanOrEqual(24);
  expect(drawOverview(all, 3, { ...plain, rows: 44 }).length).toBeLessThanOrEqual(43);
});

test('an empty machine says so', () => {
  expect(drawOverview({}, 0, plain).filter((line) => line.includes('nothing yet'))).toHaveLength(3);
});

test('names cannot steer the terminal, and long ones keep their end', () => {
  const name = `/a\u001b[2J\n/${'x'.repeat(90)}/end`;
  const text = drawOverview({ '@opened': { [name]: 1 } }, 1, plain).join('\n');
  expect(text).not.toContain('\u001b');
  expect(text).toContain('xxx/end ');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('colour only when it is wanted', () => {
  expect(drawOverview(maps, 1, { ...plain, colour: true }).join('')).toContain('\u001b[1m');
});

test('a screen goes back over what it drew, and cuts to its height', () => {
  const written: string[] = [];
  const screen = new Screen({ rows: 5, write: (text) => written.push(text) });
  screen.draw(['a', 'b']);
  screen.draw(['c', 'd', 'e', 'f']);
  screen.draw(['g']);
  expect(written).toEqual(['\u001b[Ja\nb\n', '\u001b[2A\u001b[Jc\nd\ne\n', '\u001b[3A\u001b[Jg\n']);
});
