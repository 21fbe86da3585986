/**
 * Object-like C macros as names for expressions. Only `#define`, `#undef` and the simple conditionals
 * (`#ifdef`, `#ifndef`, `#if 0|1`, `#else`, `#endif`) are understood; other lines are left to the C declaration
 * parser. Definitions in a branch that is not taken are dropped.
 */
import type { CDefinition, Source } from '../ast.ts';

export interface CMacros {
  readonly byName: ReadonlyMap<string, Source>;
  /** Definitions and remaining preprocessor lines of the branches taken. */
  readonly definitions: readonly CDefinition[];
}

interface State {
  readonly macros: Map<string, Source>;
  /** For each open conditional: whether its current branch is taken, and whether an `#else` may be. */
  readonly branches: { taken: boolean; readonly alternative: boolean }[];
}

const directives: Readonly<Record<string, (rest: string, state: State) => void>> = {
  define: (rest, { macros }) => {
    const [, name, text] = /^([A-Za-z_]\w*)(?!\()(.*)$/s.exec(rest) ?? [];
    if (name !== undefined) macros.set(name, { name, text: (text ?? '').trim() });
  },
  undef: (rest, { macros }) => void macros.delete(rest.trim()),
  ifdef: (rest, state) => open(state, state.macros.has(firstWord(rest))),
  ifndef: (rest, state) => open(state, !state.macros.has(firstWord(rest))),
  if: (rest, state) => open(state, firstWord(rest) !== '0'),
  else: (_, { branches }) => {
    const last = branches.at(-1);
    if (last) last.taken = last.alternative;
  },
  endif: (_, { branches }) => void branches.pop(),
};

const conditionals = new Set(['ifdef', 'ifndef', 'if', 'else', 'endif']);

function open(state: State, condition: boolean): void {
  const outer = isActive(state);
  state.branches.push({ taken: outer && condition, alternative: outer && !condition });
}

function isActive(state: State): boolean {
  return state.branches.every((one) => one.taken);
}

function firstWord(text: string): string {
  return /\w+/.exec(text)?.[0] ?? '';
}

/** `predefined` names are defined as 1. */
export function readCMacros(lines: readonly CDefinition[], predefined: readonly string[] = []): CMacros {
  const macros = new Map(predefined.map((name) => [name, { name, text: '1' }] as const));
  const state: State = { macros, branches: [] };
  const definitions: CDefinition[] = [];
  for (const line of lines) {
    const [, directive = '', rest = ''] = /^#\s*([a-z]+)\s*(.*)$/s.exec(line.text) ?? [];
    const read =
      line.form === 'preprocessor' && Object.hasOwn(directives, directive)
        ? directives[directive]
        : undefined;
    if (read && (conditionals.has(directive) || isActive(state))) read(rest, state);
    else if (!read && isActive(state)) definitions.push(line);
  }
  return { byName: macros, definitions };
}
