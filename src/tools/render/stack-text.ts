/** Stacks as text: one below the other with what stands beside, or folded into one line each for flame graphs. */
import type { StackRow } from '../run/result.ts';
import { stackColumns } from '../run/result.ts';
import type { StacksShape } from '../shape/shape.ts';
import { cellText, visible } from './cell-text.ts';

export function stackText(shape: StacksShape, row: StackRow): string {
  return shape.folded
    ? `${foldedStack(shape, row)} ${cellText(shape.value, row.value)}\n`
    : multiLine(shape, row);
}

/** Name and frames from the root to the leaf; `-` between user and kernel when both are there. */
export function foldedStack(shape: StacksShape, { kernel, user, cells }: StackRow): string {
  const columns = stackColumns(shape);
  const name = columns.findIndex(({ field }) => field === 'comm');
  const first = name < 0 ? [] : [cells[name] ?? ''];
  const frames = [
    ...[...(user ?? [])].reverse(),
    ...(kernel && user ? ['-'] : []),
    ...[...(kernel ?? [])].reverse(),
  ];
  return [...first, ...frames]
    .map((frame) => withoutOffset(visible(String(frame))).replaceAll(';', ':'))
    .join(';');
}

/** `vfs_read+17` is the function `vfs_read`. */
export function withoutOffset(frame: string): string {
  return frame.replace(/\+(?:0x[0-9a-f]+|[0-9]+)$/, '');
}

function multiLine(shape: StacksShape, { kernel, user, cells, value }: StackRow): string {
  const frames = [kernel, user]
    .filter((part) => part !== undefined)
    .map((part) => part.map((frame) => `    ${visible(frame)}\n`).join('') || '    [no stack]\n');
  const beside = stackColumns(shape).map((column, index) => cellText(column, cells[index] ?? null));
  const who =
    beside.length === 0
      ? ''
      : `    ${'-'.padEnd(16)} ${beside[0]}${beside.length > 1 ? ` (${beside.slice(1).join(', ')})` : ''}\n`;
  return `${frames.join('    --\n')}${who}        ${cellText(shape.value, value)}\n\n`;
}
