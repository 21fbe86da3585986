/**
 * Texts of error numbers as the C library has them (strerror(3)), which is what people know and compare with. Node's
 * own, those of libuv, are used where they differ only in the first letter.
 */
import { errnoText } from './errno.ts';

const different: ReadonlyMap<number, string> = new Map([
  [0, 'Success'],
  [5, 'Input/output error'],
  [8, 'Exec format error'],
  [12, 'Cannot allocate memory'],
  [14, 'Bad address'],
  [16, 'Device or resource busy'],
  [17, 'File exists'],
  [18, 'Invalid cross-device link'],
  [21, 'Is a directory'],
  [23, 'Too many open files in system'],
  [26, 'Text file busy'],
  [29, 'Illegal seek'],
  [34, 'Numerical result out of range'],
  [36, 'File name too long'],
  [40, 'Too many levels of symbolic links'],
  [95, 'Operation not supported'],
  [107, 'Transport endpoint is not connected'],
  [113, 'No route to host'],
  [116, 'Stale file handle'],
]);

/** `No such file or directory` for 2; also for the negative numbers that calls return. */
export function strerror(errno: number): string {
  const number = Math.abs(errno);
  const text = different.get(number) ?? errnoText(number);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why a file operation of Node failed, for a message. */
export function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (typeof errno === 'number') return strerror(errno);
  return error instanceof Error ? error.message : String(error);
}
