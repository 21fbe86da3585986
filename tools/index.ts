/** All tools, by area. */
import type { Tool } from '../src/tools/tool.ts';
import { opensnoop } from './filesystems/opensnoop.ts';
import { argdist } from './generic/argdist.ts';
import { funccount } from './generic/funccount.ts';
import { funclatency } from './generic/funclatency.ts';
import { stackcount } from './generic/stackcount.ts';
import { trace } from './generic/trace.ts';

export const tools: readonly Tool[] = [argdist, funccount, funclatency, opensnoop, stackcount, trace];

/** By its name, or one of its second names. */
export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name || tool.aliases?.includes(name) === true);
}
