/**
 * The one ordered list of optimisations. Each can be switched off by name and watched. The list runs again until a
 * round changes nothing: folding exposes dead branches, dead branches expose constants.
 */

import { must } from '../base/assert.ts';
import { removeDeadCode } from './5-optimise/dead-code.ts';
import { removeDeadStores } from './5-optimise/dead-stores.ts';
import { fold } from './5-optimise/fold/fold.ts';
import { foldAddresses } from './5-optimise/fold-addresses.ts';
import { forwardStores } from './5-optimise/forward-stores.ts';
import { foldImpliedBranches } from './5-optimise/implied-branches.ts';
import { mergeBlocks } from './5-optimise/merge-blocks.ts';
import { numberValues } from './5-optimise/number-values.ts';
import { reuseLookups } from './5-optimise/reuse-lookups.ts';
import { shareKeys } from './5-optimise/share-keys.ts';
import { simplifyPhis } from './5-optimise/simplify-phis.ts';
import { threadJumps } from './5-optimise/thread-jumps.ts';
import { cloneIr } from './ir/clone.ts';
import { removeUnreachable } from './ir/remove-unreachable.ts';
import type { IrFunction, IrModule } from './ir.ts';

export interface Pass {
  readonly name: string;
  readonly does: string;
  /** Rewrites the function in place; true when that changed it. */
  readonly run: (fn: IrFunction) => boolean;
}

export const passes: readonly Pass[] = [
  { name: 'fold', does: 'constants, algebra, branches on known conditions', run: fold },
  { name: 'remove-unreachable', does: 'blocks that nothing leads to', run: removeUnreachable },
  { name: 'simplify-phis', does: 'phis of one value', run: simplifyPhis },
  { name: 'thread-jumps', does: 'jumps past blocks that decide nothing', run: threadJumps },
  { name: 'merge-blocks', does: 'straight chains of blocks', run: mergeBlocks },
  { name: 'number-values', does: 'common subexpressions, repeated pure calls', run: numberValues },
  { name: 'share-keys', does: 'keys that lie in memory already', run: shareKeys },
  { name: 'reuse-lookups', does: 'look-ups of the same element', run: reuseLookups },
  { name: 'implied-branches', does: 'branches that an earlier one settled', run: foldImpliedBranches },
  { name: 'forward-stores', does: 'loads of what was just stored on the stack', run: forwardStores },
  { name: 'fold-addresses', does: 'constant offsets into loads and stores', run: foldAddresses },
  { name: 'dead-stores', does: 'stores to stack memory that nobody reads', run: removeDeadStores },
  { name: 'dead-code', does: 'values that nobody needs', run: removeDeadCode },
];

/** Small functions settle in two or three rounds; the rest gains little after this many. */
const maxRounds = 8;

export interface OptimiseOptions {
  /** Names of passes to leave out. */
  readonly disabled?: ReadonlySet<string>;
  /** Called after each pass that changed something. */
  readonly onChange?: (pass: Pass, fn: IrFunction) => void;
}

/** A new module; the given one stays as it is. */
export function optimise(module: IrModule, options: OptimiseOptions = {}): IrModule {
  const optimised = cloneIr(module);
  const enabled = passes.filter((pass) => !options.disabled?.has(pass.name));
  for (const fn of optimised.functions) optimiseFunction(fn, enabled, options.onChange);
  return optimised;
}

/** Ends when each pass has seen the function in its final state. */
function optimiseFunction(
  fn: IrFunction,
  enabled: readonly Pass[],
  onChange: OptimiseOptions['onChange'],
): void {
  let unchangedFor = 0;
  for (let turn = 0; unchangedFor < enabled.length && turn < maxRounds * enabled.length; turn++) {
    const pass = must(enabled[turn % enabled.length], 'pass');
    unchangedFor++;
    if (!pass.run(fn)) continue;
    unchangedFor = 0;
    onChange?.(pass, fn);
  }
}
