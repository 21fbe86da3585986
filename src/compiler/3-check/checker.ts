/**
 * Checks one probe instance: walks its body and makes typed statements of it. Types of maps and variables are
 * inferred over the whole program, so the walk is repeated (without reporting) until nothing grows any more, and
 * a last walk reports and gives the result. See check-program.ts for the loop.
 */
import { must } from '../../base/assert.ts';
import type { ResolvedProbe } from '../../probes/probe-type.ts';
import type { Target } from '../../program/target.ts';
import type { AddressSpace, Type } from '../../program/types.ts';
import type { Config } from '../2-expand/config.ts';
import type { Block, Expression, Span, Statement } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import type { ReportExtras, Reporter } from '../messages/reporter.ts';
import { checkExpression } from './expressions/expression.ts';
import type { ProgramTypes } from './program-types.ts';
import { checkStatement } from './statements/statement.ts';
import type { SubprogramTable } from './subprograms.ts';
import type { MapSymbol, TypedExpression, TypedStatement, VariableSymbol } from './typed.ts';

/** A map for stacks of at most `limit` frames. */
export interface StackMapRequest {
  readonly limit: number;
  readonly unwinder?: 'dwarf';
}

/** What all probes of a program share while it is checked. */
export interface ProgramState {
  readonly target: Target;
  readonly config: Config;
  /** Functions that change the traced system are allowed. */
  readonly unsafe: boolean;
  readonly reporter: Reporter;
  readonly types: ProgramTypes;
  readonly maps: Map<string, MapSymbol>;
  /** Depths of the stack maps in order of first use: they are the first maps of the program. */
  readonly stackMaps: StackMapRequest[];
  /** Errors that are said only when there are no simpler ones. */
  readonly later: { readonly level: 1 | 2; readonly report: () => void }[];
  /** What nothing has given a type by now will not get one: it is taken for what it reads as then. */
  settled: boolean;
  /** Something that has no type yet was left out of this walk. */
  postponed: boolean;
  /** This walk reports; the types are final. */
  final: boolean;
  /** Something grew during this walk. */
  changed: boolean;
  /** The final walk left something out because of a mistake, about which there must then be a message. */
  incomplete: boolean;
}

interface Scope {
  readonly variables: Map<string, VariableSymbol>;
}

/** What belongs to one body with the subprograms that it calls. */
export interface CheckerContext {
  readonly symbols: Map<object, VariableSymbol>;
  readonly subprograms: SubprogramTable;
  readonly inFunction?: { readonly name: string; readonly returnType: Type };
}

export class Checker {
  readonly program: ProgramState;
  /** The probes that this body serves; what it can tell of one is true of all. */
  readonly probes: readonly ResolvedProbe[];
  readonly probe: ResolvedProbe;
  /** Variables outlive one walk: they are found again by the node that declares them. */
  readonly subprograms: SubprogramTable;
  /** The subprogram whose body this is. */
  readonly inFunction: { readonly name: string; readonly returnType: Type } | undefined;
  readonly #symbols: Map<object, VariableSymbol>;
  readonly #context: CheckerContext;
  readonly #scopes: Scope[] = [];
  #loops: ('for-map' | 'for-range' | 'while')[] = [];

  constructor(program: ProgramState, probes: readonly ResolvedProbe[], context: CheckerContext) {
    this.program = program;
    this.probes = probes;
    this.probe = must(probes[0], 'probe of a body');
    this.#context = context;
    this.#symbols = context.symbols;
    this.subprograms = context.subprograms;
    this.inFunction = context.inFunction;
  }

  get target(): Target {
    return this.program.target;
  }

  get types(): ProgramTypes {
    return this.program.types;
  }

  /** Space of pointers that come from nowhere in particular. */
  get space(): AddressSpace {
    return this.probe.space;
  }

  /** For the body of a subprogram that this body calls. */
  forFunction(inFunction: NonNullable<CheckerContext['inFunction']>): Checker {
    return new Checker(this.program, this.probes, { ...this.#context, inFunction });
  }

  // Reporting: only the last walk speaks.

  error(span: Span, message: Message, extras?: ReportExtras): void {
    if (this.program.final) this.program.reporter.error(span, message, extras);
  }

  /** Without a place for what concerns the program as a whole. */
  warning(span: Span | undefined, message: Message, extras?: ReportExtras): void {
    if (this.program.final) this.program.reporter.warning(span, message, extras);
  }

  /** Reports and stands in for the expression that could not be made. */
  fail(span: Span, message: Message, extras?: ReportExtras): TypedExpression {
    this.error(span, message, extras);
    return poison(span);
  }

  /** An error that is only worth saying when nothing simpler is wrong; 1 before 2. */
  errorLater(level: 1 | 2, span: Span, message: Message): void {
    if (this.program.final)
      this.program.later.push({ level, report: () => this.program.reporter.error(span, message) });
  }

  /** Number in Program.maps of the stack map for stacks of at most `limit` frames. */
  stackMap(limit: number, unwinder?: 'dwarf'): number {
    const known = this.program.stackMaps.findIndex((map) => map.limit === limit && map.unwinder === unwinder);
    const request = unwinder === undefined ? { limit } : { limit, unwinder };
    return known >= 0 ? known : this.program.stackMaps.push(request) - 1;
  }

  grew(): void {
    this.program.changed = true;
  }

  // Walking

  expression(expression: Expression): TypedExpression {
    const checked = checkExpression(this, expression);
    if (checked.op === 'none' && checked.reported === true && this.program.final)
      this.program.incomplete = true;
    return checked;
  }

  statement(statement: Statement): readonly TypedStatement[] {
    return checkStatement(this, statement);
  }

  /** A block in a scope of its own; its trailing expression is just another statement. */
  block(block: Block): readonly TypedStatement[] {
    return this.scoped(() => this.statements(block));
  }

  statements(block: Block): readonly TypedStatement[] {
    const statements = this.statementList(block.statements);
    if (block.value === undefined) return statements;
    const trailing: Statement = {
      kind: 'expression-statement',
      expression: block.value,
      span: block.value.span,
    };
    return [...statements, ...this.statement(trailing)];
  }

  /** Statements in order; what follows a jump is reported as unreachable and left out. */
  statementList(list: readonly Statement[]): TypedStatement[] {
    const checked: TypedStatement[] = [];
    for (const [i, statement] of list.entries()) {
      checked.push(...this.statement(i === list.length - 1 ? withoutSeparator(statement) : statement));
      const next = list[i + 1];
      if (next !== undefined && leaves(statement)) {
        this.warning(next.span, messages.unreachableStatement());
        break;
      }
    }
    return checked;
  }

  scoped<T>(body: () => T): T {
    this.#scopes.push({ variables: new Map() });
    try {
      return body();
    } finally {
      this.#scopes.pop();
    }
  }

  loop<T>(kind: 'for-map' | 'for-range' | 'while', body: () => T): T {
    this.#loops.push(kind);
    try {
      return body();
    } finally {
      this.#loops.pop();
    }
  }

  get inLoop(): boolean {
    return this.#loops.length > 0;
  }

  /** Inside a body that becomes a callback: for over a map. */
  get inForLoop(): boolean {
    return this.#loops.some((kind) => kind !== 'while');
  }

  // Variables

  findVariable(name: string): VariableSymbol | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]!.variables.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All that can be named here. */
  visibleVariables(): ReadonlySet<VariableSymbol> {
    return new Set(this.#scopes.flatMap(({ variables }) => [...variables.values()]));
  }

  /** Declares in the innermost scope; `node` identifies the declaration over repeated walks. */
  declareVariable(
    node: object,
    name: string,
    span: Span,
    origin: VariableSymbol['origin'],
    type?: Type,
  ): VariableSymbol {
    let symbol = this.#symbols.get(node);
    if (symbol === undefined) {
      symbol = {
        name,
        type,
        poisoned: false,
        declared: type !== undefined,
        flexible: false,
        assigned: false,
        inMemory: false,
        span,
        origin,
      };
      this.#symbols.set(node, symbol);
    }
    this.#scopes.at(-1)?.variables.set(name, symbol);
    return symbol;
  }

  /** Every variable of this instance, in order of declaration. */
  variables(): Iterable<VariableSymbol> {
    return this.#symbols.values();
  }

  // Maps

  map(name: string, span?: Span): MapSymbol {
    let symbol = this.program.maps.get(name);
    if (symbol === undefined) {
      symbol = {
        name,
        scalar: undefined,
        key: undefined,
        keyFlexible: false,
        value: undefined,
        flexible: false,
        assigned: false,
        declaration: undefined,
        used: true,
        deletedFrom: false,
        firstUse: undefined,
        index: -1,
      };
      this.program.maps.set(name, symbol);
    }
    symbol.used = true;
    symbol.firstUse ??= span;
    return symbol;
  }
}

/** The last expression of a block is shown without the `;` that may follow it. */
function withoutSeparator(statement: Statement): Statement {
  return statement.kind === 'expression-statement'
    ? { ...statement, span: statement.expression.span }
    : statement;
}

/** Stands in for an expression in error. */
export function poison(span: Span): TypedExpression {
  return { op: 'none', type: { kind: 'none' }, reported: true, span };
}

function leaves(statement: Statement): boolean {
  if (statement.kind === 'return' || statement.kind === 'break' || statement.kind === 'continue') return true;
  return (
    statement.kind === 'expression-statement' &&
    statement.expression.kind === 'call' &&
    statement.expression.name === 'exit'
  );
}
