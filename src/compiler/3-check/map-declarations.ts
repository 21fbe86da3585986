/** `let @a = hash(100);` */
import type { ProgramAst } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { ProgramState } from './checker.ts';

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
      index: -1,
    });
  }
}
