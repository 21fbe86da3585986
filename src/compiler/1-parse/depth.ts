/**
 * The depth of a tree, found without recursion. Chains such as `1+1+1+…` make deep trees without deep recursion
 * in the parser; later phases do recurse, so a program beyond the limit is refused here, once for all of them.
 */
import type { Span } from '../ast.ts';

const depthLimit = 1200;

/** The place of some node beyond the limit, or undefined. */
export function findTooDeep(root: object): Span | undefined {
  const stack: { readonly node: object; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const isNode = 'kind' in top.node;
    const depth = top.depth + (isNode ? 1 : 0);
    if (depth > depthLimit && 'span' in top.node && isSpan(top.node.span)) return top.node.span;
    for (const value of Object.values(top.node)) {
      if (typeof value === 'object' && value !== null && !isSpan(value)) stack.push({ node: value, depth });
    }
  }
  return undefined;
}

function isSpan(value: unknown): value is Span {
  return typeof value === 'object' && value !== null && 'source' in value && 'start' in value;
}
