/** What a body makes use of, seen from its syntax alone: decides how its probes may be attached and shared. */
import type { Expression, ProbeAst } from '../ast.ts';
import { findFunction } from '../vocabulary/registry.ts';

export interface Uses {
  /** Reads arguments of the event (`args`, `argN`). */
  readonly arguments: boolean;
  /** Names of the fields read, for arguments whose place depends on the probe. */
  readonly fields: ReadonlySet<string>;
  /** Tells probes apart by name (`probe`, `func` …). */
  readonly identity: boolean;
}

export function usesOf(ast: ProbeAst): Uses {
  let [args, identity] = [false, false];
  const fields = new Set<string>();
  visit([ast.predicate, ast.body], (node) => {
    if (node.kind === 'field') fields.add(node.name);
    if (node.kind !== 'identifier' && node.kind !== 'call') return;
    if (node.name === 'args' || /^arg[0-9]+$/.test(node.name)) args = true;
    else if (findFunction(node.name)?.dependsOnProbe === true) identity = true;
  });
  return { arguments: args, fields, identity };
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
