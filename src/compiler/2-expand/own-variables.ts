/**
 * Which variables a macro's body creates: those whose first mention, in the order of evaluation, declares or
 * assigns them. A variable that is first read belongs to the caller, as does every `$parameter`.
 */
import type { AssignTarget, MacroDefinition, Variable } from '../ast.ts';
import { Copier } from './rewrite.ts';

export function ownVariables(definition: MacroDefinition): ReadonlySet<string> {
  const finder = new OwnVariableFinder();
  for (const parameter of definition.parameters) {
    if (parameter.form === 'variable') finder.mentioned.add(parameter.name.slice(1));
  }
  finder.block(definition.body);
  return finder.own;
}

class OwnVariableFinder extends Copier {
  readonly mentioned = new Set<string>();
  readonly own = new Set<string>();

  override variable(variable: Variable): Variable {
    this.mentioned.add(variable.name);
    return variable;
  }

  override declared(variable: Variable): Variable {
    if (!this.mentioned.has(variable.name)) this.own.add(variable.name);
    return this.variable(variable);
  }

  override target(target: AssignTarget, compound: boolean): AssignTarget {
    if (target.kind === 'variable' && !compound) return this.declared(target);
    return super.target(target, compound);
  }
}

/** A name that no program can spell, for a macro's own variable in one expansion. The reporter hides the number. */
export function privateName(name: string, expansion: number): string {
  return `${name}#${expansion}`;
}
