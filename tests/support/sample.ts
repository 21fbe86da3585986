/**
 * Output as documentation shows it: `…` stands for anything, within a line or, alone on one, for any number of
 * lines. Empty lines do not count: what is printed at the end of a run begins with two.
 */
export function samplePattern(lines: readonly string[]): RegExp {
  const patterns = lines.map((line) =>
    line === '…' ? '(?:.*\n)*?' : `${line.split('…').map(escapeRegExp).join('.*')}\n`,
  );
  return new RegExp(`^${patterns.join('')}$`);
}

export function matches(text: string, sample: string): boolean {
  const withoutEmpty = text.replace(/^\n/gm, '');
  const ended = withoutEmpty === '' || withoutEmpty.endsWith('\n') ? withoutEmpty : `${withoutEmpty}\n`;
  return samplePattern(sample.split('\n')).test(ended);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
