/** All tools, by area. */
import type { Tool } from '../src/tools/tool.ts';
import { cpuTools } from './cpu/index.ts';
import { diskTools } from './disk/index.ts';
import { filesystemTools } from './filesystems/index.ts';
import { genericTools } from './generic/index.ts';

export const tools: readonly Tool[] = [...cpuTools, ...diskTools, ...filesystemTools, ...genericTools];

/** By its name, or one of its second names. */
export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name || tool.aliases?.includes(name) === true);
}
