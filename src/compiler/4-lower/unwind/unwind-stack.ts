/**
 * `dw_ustack`: gets the registers of the user program, walks its stack by the tables that the runtime wrote, and keeps
 * what was found under its hash, so that equal stacks are kept once.
 */

import { must } from '../../../base/assert.ts';
import { ProcessLayout, rowSize, StackLayout, stackValueSize } from '../../../program/unwind-table.ts';
import type { ValueId } from '../../ir.ts';
import { registerOffset } from '../../vocabulary/registers.ts';
import { helpers } from '../helper-ids.ts';
import type { Lowering } from '../lowering.ts';
import { buildFrameStep, StateLayout } from './unwind-frame.ts';

export interface UnwindRequest {
  readonly limit: number;
  /** Index of the map that keeps the stacks. */
  readonly stacks: number;
  /** Process number as the tables know it. */
  readonly pid: ValueId;
}

/** Ids are whole numbers that JavaScript holds exactly. */
const idMask = (1n << 48n) - 1n;

/** The id of the stack, or -1 when it could not be kept, which is counted. */
export function unwindStack(l: Lowering, { stacks, ...walk }: UnwindRequest): ValueId {
  return afterWalk(l, walk, -1n, (state) => keep(l, state, stacks));
}

/** How many frames it has. */
export function countUnwound(l: Lowering, walk: Omit<UnwindRequest, 'stacks'>): ValueId {
  return afterWalk(l, walk, 0n, (state) => l.b.load(4, state, StateLayout.found + StackLayout.count));
}

function afterWalk(
  l: Lowering,
  { limit, pid }: Omit<UnwindRequest, 'stacks'>,
  otherwise: bigint,
  use: (state: ValueId) => ValueId,
): ValueId {
  const result = l.b.variable(otherwise);
  const stateMap = l.program.unwindState(limit, StateLayout.found + stackValueSize(limit));
  const zero = l.stackBlock(8);
  l.b.store(8, zero.base, zero.offset, 0n);
  const state = l.b.call(helpers.mapLookup, [l.b.map(stateMap), l.address(zero)]);
  l.when(
    'ne',
    state,
    0n,
    () => {
      begin(l, state, pid);
      const step = frameStep(l, limit, stateMap);
      l.b.call(helpers.loop, [BigInt(limit), l.b.functionAddress(step), 0n, 0n]);
      l.b.write(result, use(state));
    },
    'then',
  );
  return l.b.read(result);
}

function frameStep(l: Lowering, limit: number, state: number): number {
  const { rows, mappings } = l.program.unwindMaps;
  const rowCapacity = must(l.program.maps[rows], 'rows').valueSize / rowSize;
  const name = `${l.functions.entryName}_unwind_${limit}`;
  return l.functions.shared(name, () => buildFrameStep({ name, state, rows, mappings, rowCapacity, limit }));
}

function begin(l: Lowering, state: ValueId, pid: ValueId): void {
  const { b } = l;
  const registers = userRegisters(l);
  for (const [register, offset] of [
    ['ip', StateLayout.instruction],
    ['sp', StateLayout.stack],
    ['bp', StateLayout.base],
  ] as const)
    b.store(8, state, offset, b.load(8, registers, registerOffset(register)));
  for (const offset of [
    StateLayout.adjust,
    StateLayout.firstMapping,
    StateLayout.mappingCount,
    StateLayout.hash,
  ])
    b.store(8, state, offset, 0n);
  // Number of frames, and that nothing has cut the stack.
  b.store(8, state, StateLayout.found + StackLayout.count, 0n);
  const key = l.stackBlock(8);
  b.store(8, key.base, key.offset, pid);
  const process = b.call(helpers.mapLookup, [b.map(l.program.unwindMaps.processes), l.address(key)]);
  l.when(
    'ne',
    process,
    0n,
    () => {
      b.store(8, state, StateLayout.firstMapping, b.load(4, process, ProcessLayout.first));
      b.store(8, state, StateLayout.mappingCount, b.load(4, process, ProcessLayout.count));
    },
    'then',
  );
}

/** Those of the context where the program itself was stopped, else those with which it entered the kernel. */
function userRegisters(l: Lowering): ValueId {
  const { kind } = l.probe.context;
  const isUser = l.probe.space === 'user' && (kind === 'registers' || kind === 'usdt');
  if (isUser) return l.context;
  return l.b.call(helpers.taskPtRegs, [l.b.call(helpers.getTaskBtf, [])]);
}

function keep(l: Lowering, state: ValueId, stacks: number): ValueId {
  const { b } = l;
  const end = b.load(4, state, StateLayout.found + StackLayout.end);
  const hash = b.binary('add', b.load(8, state, StateLayout.hash), end);
  const id = b.variable(b.binary('and', hash, idMask));
  const key = l.stackBlock(8);
  b.store(8, key.base, key.offset, b.read(id));
  const known = b.call(helpers.mapLookup, [b.map(stacks), l.address(key)]);
  l.when('eq', known, 0n, () => {
    const found = b.binary('add', state, BigInt(StateLayout.found));
    const result = b.call(helpers.mapUpdate, [b.map(stacks), l.address(key), found, 0n]);
    l.when('ne', result, 0n, () => {
      l.countLoss('stackCollision');
      b.write(id, -1n);
    });
  });
  return b.read(id);
}
