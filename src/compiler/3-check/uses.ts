/** What a body makes use of, seen from its syntax alone: decides how its probes may be attached and shared. */
import type { Expression, ProbeAst, Subprogram } from '../ast.ts';
import { findFunction } from '../vocabulary/registry.ts';

export interface Uses {
  /** Reads arguments of the event (`args`, `argN`). */
  readonly arguments: boolean;
  /** Reads arguments by name: `args`. */
  readonly namedArguments: boolean;
  /** Names of the fields read, for arguments whose place depends on the probe. */
  readonly fields: ReadonlySet<string>;
  /** Tells probes apart by name (`probe`, `func` …). */
  readonly identity: boolean;
  /** May end the run: `exit()`. */
  readonly exits: boolean;
}

/** What the subprograms that it calls use counts too. */
export function usesOf(ast: ProbeAst, subprograms: ReadonlyMap<string, Subprogram> = new Map()): Uses {
  let [args, named, identity, exits] = [false, false, false, false];
  const fields = new Set<string>();
  const bodies = new Set<unknown>([[ast.predicate, ast.body]]);
  const see = (node: Expression): void => {
    const called = node.kind === 'call' ? subprograms.get(node.name) : undefined;
    if (called !== undefined) bodies.add(called.body);
    if (node.kind === 'field') fields.add(node.name);
    if (node.kind !== 'identifier' && node.kind !== 'call') return;
    if (node.kind === 'call' && node.name === 'exit') exits = true;
    if (node.name === 'args') named = true;
    if (node.name === 'args' || /^arg[0-9]+$/.test(node.name)) args = true;
    else if (findFunction(node.name)?.dependsOnProbe === true) identity = true;
  };
  // A set grows while it is walked.
  for (const body of bodies) visit(body, see);
  return { arguments: args, namedArguments: named, fields, identity, exits };
}

/** Every expression in a tree of plain nodes. */
function visit(node: unknown, see: (expression: Expression) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, see);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  if ('kind' in node && typeof node.kind === 'string') see(node as Expression);
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'span' && key !== 'headSpan' && key !== 'nameSpan') visit(child, see);
  }
}
