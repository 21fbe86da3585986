/** Tells defects apart: two inputs with the same signature are one finding. */

export function signatureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'VerifierError') return `VerifierError: ${withoutNumbers(summaryOf(error))}`;
  return `${error.name}: ${withoutNumbers(error.message.split('\n')[0] ?? '').slice(0, 100)} @ ${place(error)}`;
}

export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = 'log' in error ? String(error.log).slice(-2500) : (error.stack ?? '');
  return `${error.message}\n${details}`;
}

function summaryOf(error: Error): string {
  return 'summary' in error ? String(error.summary) : error.message;
}

/** Numbers, registers and quoted names differ from input to input. */
function withoutNumbers(text: string): string {
  return text.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').replace(/\b[Rr]?\d+\b|0x[0-9a-f]+/g, 'N');
}

/** The innermost function that is ours; a stack that overflowed has no telling one. */
function place({ stack = '', name }: Error): string {
  if (name === 'RangeError') return '';
  const frame = /^ +at (?:new )?([^\s(]+) \(/m.exec(
    stack
      .split('\n')
      .filter((line) => !/(?:must|assert|assertNever) \(/.test(line))
      .join('\n'),
  );
  return frame?.[1] ?? '';
}
