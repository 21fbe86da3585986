/** Stacks as text: one below the other with what stands beside, or folded into one line each for flame graphs. */
import type { Cells, StackRow } from '../run/result.ts';
import { stackColumns } from '../run/result.ts';
import type { StacksShape } from '../shape/shape.ts';
import { cellText, visible } from './cell-text.ts';

export function stackText(shape: StacksShape, row: StackRow): string {
  return shape.folded
    ? `${foldedStack(shape, row)} ${cellText(shape.value, row.value)}\n`
    : multiLine(shape, row);
}

/**
 * Name and frames from the root to the leaf; `-` between user and kernel when both are there. The waker follows after
 * `--` from its leaf to its root, so that a flame graph shows the two leaves next to each other.
 */
export function foldedStack(shape: StacksShape, row: StackRow): string {
  const named = (name: string) => {
    const index = stackColumns(shape).findIndex(({ field }) => field === name);
    return index < 0 ? [] : [row.cells[index] ?? ''];
  };
  const sleeper = [...named('comm'), ...joinedParts(row.kernel, row.user).toReversed()];
  const waker = [...joinedParts(row.waker_kernel, row.waker_user), ...named('waker')];
  return [...sleeper, ...(waker.length > 0 ? ['--', ...waker] : [])]
    .map((frame) => withoutOffset(visible(String(frame))).replaceAll(';', ':'))
    .join(';');
}

function joinedParts(kernel: readonly string[] = [], user: readonly string[] = []): readonly string[] {
  return [...kernel, ...(kernel.length > 0 && user.length > 0 ? ['-'] : []), ...user];
}

/** `vfs_read+17` is the function `vfs_read`. */
export function withoutOffset(frame: string): string {
  return frame.replace(/\+(?:0x[0-9a-f]+|[0-9]+)$/, '');
}

/** The waker from its root to its leaf, then the stack itself from its leaf to its root. */
function multiLine(shape: StacksShape, row: StackRow): string {
  const { kernel, user, waker_kernel, waker_user, cells, value } = row;
  const columns = stackColumns(shape).map(({ field }, index) => ({
    field,
    text: besideText(shape, cells, index),
  }));
  const wakers = columns.filter(({ field }) => field === 'waker').map(({ text }) => `    waker: ${text}\n`);
  const [first, ...others] = columns.filter(({ field }) => field !== 'waker').map(({ text }) => text);
  const who = `    ${'-'.padEnd(16)} ${first}${others.length > 0 ? ` (${others.join(', ')})` : ''}\n`;
  return [
    ...wakers,
    stacksText([waker_user?.toReversed(), waker_kernel?.toReversed(), kernel, user]),
    ...(first === undefined ? [] : [who]),
    `        ${cellText(shape.value, value)}\n\n`,
  ].join('');
}

function besideText(shape: StacksShape, cells: Cells, index: number): string {
  const column = stackColumns(shape)[index];
  return column === undefined ? '' : cellText(column, cells[index] ?? null);
}

/** Those that have frames, with a line between them. */
export function stacksText(stacks: readonly (readonly string[] | undefined)[]): string {
  const texts = stacks
    .filter((frames) => frames !== undefined && frames.length > 0)
    .map((frames) => frames?.map((frame) => `    ${visible(frame)}\n`).join(''));
  return texts.length === 0 ? '    [no stack]\n' : texts.join('    --\n');
}
