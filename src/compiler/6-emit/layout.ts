/**
 * The order of blocks in memory: what is likely falls through, bodies of loops stay together, and what is marked
 * unlikely (a failed null check, a full ring buffer) goes to the end, out of the way. First, jumps to blocks that
 * only jump on are led to where they end; last, exits that are alike become one.
 */
import { must } from '../../base/assert.ts';
import type { BlockId } from '../ir.ts';
import {
  type MachineBlock,
  type MachineFunction,
  type MachineTerminator,
  machineSuccessors,
} from './machine.ts';

export function layOut(fn: MachineFunction): void {
  skipEmptyBlocks(fn);
  const blocks = new Map(fn.blocks.map((block) => [block.id, block]));
  const entry = must(fn.blocks[0], 'entry block');
  const hot = reachable(entry.id, (id) => likelySuccessors(must(blocks.get(id), 'block').terminator));
  const order = depthFirst(entry, blocks, hot);
  fn.blocks = [...order.filter((block) => hot.has(block.id)), ...order.filter((block) => !hot.has(block.id))];
  shareExits(fn);
}

/** Two instructions and a jump to them are as long as three. */
const shortExit = 2;

/** Of equal exits, those that are only jumped to are given up for one of them. */
function shareExits(fn: MachineFunction): void {
  const fallenInto = new Set(
    fn.blocks
      .slice(1)
      .flatMap(({ id }, i) => (machineSuccessors(fn.blocks[i]!.terminator).includes(id) ? id : [])),
  );
  const exits = fn.blocks.filter(
    ({ id, terminator, instructions }) =>
      terminator.op === 'exit' && instructions.length <= shortExit && id !== fn.blocks[0]?.id,
  );
  const kept = new Map<string, BlockId>();
  for (const exit of [...exits].sort((a, b) => Number(fallenInto.has(b.id)) - Number(fallenInto.has(a.id))))
    if (!kept.has(codeOf(exit))) kept.set(codeOf(exit), exit.id);
  const instead = new Map(
    exits
      .filter(({ id }) => !fallenInto.has(id))
      .map((exit) => [exit.id, must(kept.get(codeOf(exit)), 'exit')]),
  );
  fn.blocks = fn.blocks.filter(({ id }) => (instead.get(id) ?? id) === id);
  for (const block of fn.blocks) block.terminator = retarget(block.terminator, (id) => instead.get(id) ?? id);
}

/** Without the place in the source, which may differ. */
function codeOf({ instructions }: MachineBlock): string {
  return JSON.stringify(instructions, (key, value) =>
    key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );
}

function skipEmptyBlocks(fn: MachineFunction): void {
  const blocks = new Map(fn.blocks.map((block) => [block.id, block]));
  const destination = (start: BlockId): BlockId => {
    const seen = new Set<BlockId>();
    let id = start;
    for (;;) {
      const block = must(blocks.get(id), `block ${id}`);
      if (block.instructions.length > 0 || block.terminator.op !== 'jump' || seen.has(id)) return id;
      seen.add(id);
      id = block.terminator.target;
    }
  };
  for (const block of fn.blocks) block.terminator = retarget(block.terminator, destination);
}

function retarget(t: MachineTerminator, map: (id: BlockId) => BlockId): MachineTerminator {
  if (t.op === 'jump') return { ...t, target: map(t.target) };
  if (t.op !== 'branch') return t;
  const [then, otherwise] = [map(t.then), map(t.otherwise)];
  return then === otherwise ? { op: 'jump', target: then } : { ...t, then, otherwise };
}

function likelySuccessors(t: MachineTerminator): readonly BlockId[] {
  if (t.op === 'branch' && t.likely) return [t.likely === 'then' ? t.then : t.otherwise];
  return machineSuccessors(t);
}

function reachable(start: BlockId, successors: (id: BlockId) => readonly BlockId[]): Set<BlockId> {
  const seen = new Set([start]);
  for (const id of seen) for (const next of successors(id)) seen.add(next);
  return seen;
}

/** Reverse postorder in which the successor visited last comes next: so leave loops first, and cold paths before all. */
function depthFirst(
  entry: MachineBlock,
  blocks: ReadonlyMap<BlockId, MachineBlock>,
  hot: ReadonlySet<BlockId>,
): MachineBlock[] {
  const blockOf = (id: BlockId) => must(blocks.get(id), `block ${id}`);
  const rank = (id: BlockId) => (hot.has(id) ? 1000 : 0) + blockOf(id).loopDepth;
  // A stack: the last of the list is visited first.
  const successors = (block: MachineBlock) =>
    [...machineSuccessors(block.terminator)].map(blockOf).sort((a, b) => rank(b.id) - rank(a.id));
  const postorder: MachineBlock[] = [];
  const seen = new Set<BlockId>([entry.id]);
  const stack = [{ block: entry, next: successors(entry) }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = top.next.pop();
    if (!child) {
      postorder.push(top.block);
      stack.pop();
    } else if (!seen.has(child.id)) {
      seen.add(child.id);
      stack.push({ block: child, next: successors(child) });
    }
  }
  return postorder.reverse();
}
