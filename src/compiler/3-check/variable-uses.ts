/**
 * Which scratch variables typed statements use. Loops whose body becomes a function of its own ask: what the body
 * shares with its surroundings has to be handed to it, the rest is its own.
 */
import type { TypedExpression, TypedStatement, VariableSymbol } from './typed.ts';

export interface VariableUses {
  /** In order of first use. */
  readonly used: ReadonlySet<VariableSymbol>;
  /** Those that may get another value. */
  readonly written: ReadonlySet<VariableSymbol>;
}

export type Loop = Extract<TypedStatement, { op: 'for-map' | 'for-range' | 'while' }>;

/** A loop whose body is a function: what it takes from outside counts, its own variables do not. */
export type IsFunction = (loop: Loop) => boolean;

const everything: IsFunction = () => false;

export function variableUses(node: readonly unknown[], isFunction: IsFunction = everything): VariableUses {
  const used = new Set<VariableSymbol>();
  const written = new Set<VariableSymbol>();
  const see = (variable: VariableSymbol, isWrite: boolean) => {
    used.add(variable);
    if (isWrite) written.add(variable);
  };
  walk(node, false);
  return { used, written };

  function walk(node: unknown, isWrite: boolean): void {
    if (Array.isArray(node)) {
      for (const child of node) walk(child, isWrite);
    } else if (isVariable(node)) see(node, isWrite);
    else if (isLoop(node) && isFunction(node)) walkFunction(node);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, child] of Object.entries(node)) {
        // `data` of a call is the entry's own: a variable in it is there to be written.
        if (!opaque.has(key))
          walk(child, key === 'target' || key === 'data' || (isWrite && key === 'variable'));
      }
    }
  }

  function walkFunction(loop: Loop): void {
    if (loop.op === 'for-range') walk(headOf(loop), false);
    const inner = capturedBy(loop);
    for (const variable of inner.used) see(variable, inner.written.has(variable));
  }
}

/** Variables from outside of a loop that its body uses. */
export function capturedBy(loop: Loop): VariableUses {
  const { used, written } = variableUses(loop.op === 'while' ? [loop.condition, loop.body] : loop.body);
  const isVisible = (variable: VariableSymbol) => loop.visible.has(variable);
  return { used: new Set([...used].filter(isVisible)), written: new Set([...written].filter(isVisible)) };
}

export type FunctionCall = Extract<TypedExpression, { op: 'call-function' }>;

/** The outermost loops and calls of subprograms in a typed tree. */
export function bodiesIn(node: unknown): (Loop | FunctionCall)[] {
  if (Array.isArray(node)) return node.flatMap(bodiesIn);
  if (isLoop(node)) return [node, ...bodiesIn(headOf(node))];
  if (typeof node !== 'object' || node === null || isVariable(node)) return [];
  const inner = Object.entries(node).flatMap(([key, child]) => (opaque.has(key) ? [] : bodiesIn(child)));
  return isFunctionCall(node) ? [node, ...inner] : inner;
}

/** What is computed around the body. */
function headOf(loop: Loop): readonly TypedExpression[] {
  if (loop.op === 'for-range') return [loop.start, loop.end];
  return loop.op === 'while' ? [loop.condition] : [];
}

/** Whether an expression runs statements or subprograms, any of which may end the probe. */
export function mayLeave(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mayLeave);
  if (typeof node !== 'object' || node === null || isVariable(node)) return false;
  if ('op' in node && (node.op === 'block' || node.op === 'call-function')) return true;
  return Object.entries(node).some(([key, child]) => !opaque.has(key) && mayLeave(child));
}

function isFunctionCall(node: object): node is FunctionCall {
  return 'op' in node && node.op === 'call-function';
}

/** Parts of typed nodes that hold no expressions, and may be large. */
const opaque: ReadonlySet<string> = new Set(['span', 'type', 'entry', 'map', 'visible', 'function']);

function isVariable(node: unknown): node is VariableSymbol {
  return typeof node === 'object' && node !== null && 'origin' in node && 'poisoned' in node;
}

function isLoop(node: unknown): node is Loop {
  return typeof node === 'object' && node !== null && 'visible' in node && 'op' in node && 'body' in node;
}
