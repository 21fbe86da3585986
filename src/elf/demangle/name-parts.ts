/** The name of a function in its demangled form: without what it returns, and apart from its parameters. */
export interface NameParts {
  readonly name: string;
  /** From the parenthesis on; empty for what is no function. */
  readonly parameters: string;
}

const operator = 'operator';
const anonymous = '(anonymous namespace)';

export function nameParts(demangled: string): NameParts {
  let [depth, start] = [0, 0];
  for (let at = 0; at < demangled.length; at++) {
    const character = demangled[at];
    if (demangled.startsWith(operator, at) && depth === 0) at = pastOperator(demangled, at);
    else if (demangled.startsWith(anonymous, at)) at += anonymous.length - 1;
    else if (character === '<') depth++;
    else if (character === '>') depth--;
    else if (depth > 0) continue;
    else if (character === ' ') start = at + 1;
    // The scope of a local name has parameters of its own.
    else if (character === '(' && !demangled.includes(')::', at))
      return { name: demangled.slice(start, at), parameters: demangled.slice(at) };
  }
  return { name: demangled.slice(start), parameters: '' };
}

/** The last character of `operator()`, `operator<<`, `operator int` … */
function pastOperator(text: string, at: number): number {
  const after = at + operator.length;
  const symbol = /^(?:\(\)|\[\]|[-+*/%^&|~!=<>,]+| [^(]*)/.exec(text.slice(after))?.[0] ?? '';
  return after + symbol.length - 1;
}
