/** File systems, files and the page cache. */
import type { Tool } from '../../src/tools/tool.ts';
import { opensnoop } from './opensnoop.ts';

export const filesystemTools: readonly Tool[] = [opensnoop];
