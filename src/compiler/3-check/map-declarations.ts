/** `let @a = hash(100);` */
import type { ProgramAst } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { ProgramState } from './checker.ts';
import { isAggregate } from './type-rules.ts';

const kinds: ReadonlySet<string> = new Set(['hash', 'lruhash', 'percpuhash', 'percpulruhash']);

export function declareMaps(ast: ProgramAst, state: ProgramState): void {
  for (const { name, type, maxEntries, span } of ast.mapDeclarations) {
    if (!kinds.has(type)) {
      state.reporter.error(span, messages.invalidMapType(type));
      continue;
    }
    state.maps.set(name, {
      name,
      scalar: undefined,
      key: undefined,
      keyFlexible: false,
      value: undefined,
      flexible: false,
      assigned: false,
      declaration: { type, maxEntries: Number(maxEntries), span },
      used: false,
      deletedFrom: false,
      index: -1,
      firstUse: undefined,
    });
  }
}

/** A declared kind must fit what the map holds: aggregates are kept one copy a CPU, other values once. */
export function checkDeclaredKinds({ maps, reporter }: ProgramState): void {
  for (const { declaration, value, firstUse, scalar } of maps.values()) {
    if (declaration === undefined || value === undefined) continue;
    const wanted = isAggregate(value);
    if (declaration.type.startsWith('percpu') === wanted && scalar !== true) continue;
    const used = scalar === true ? (wanted ? 'percpuarray' : 'array') : wanted ? 'percpuhash' : 'hash';
    reporter.error(firstUse ?? declaration.span, messages.incompatibleMapTypes(declaration.type, used));
  }
}
