/**
 * The syntax tree of the language (docs/language notes; the grammar is the bpftrace language, 0.26).
 *
 * Program text is a *byte string*: a JavaScript string with one character per byte of the UTF-8 source
 * (latin1), so that offsets are byte offsets, columns are byte columns, and string literals carry exactly the
 * bytes that were written. Nodes are plain readonly objects discriminated on `kind`; every node has a `span`.
 */

/** A source text. `name` is what diagnostics print (`stdin`, a path as given, a C macro's name). */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Half-open byte range in one source. `expandedFrom` leads outwards through macro calls and imports. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly expandedFrom?: Span;
}

interface Node {
  readonly span: Span;
}

export interface ProgramAst extends Node {
  readonly kind: 'program';
  readonly cDefinitions: readonly CDefinition[];
  readonly config: ConfigBlock | undefined;
  readonly imports: readonly ImportStatement[];
  readonly mapDeclarations: readonly MapDeclaration[];
  readonly macros: readonly MacroDefinition[];
  readonly subprograms: readonly Subprogram[];
  readonly probes: readonly ProbeAst[];
}

/** A preprocessor line or a struct/union/enum definition, kept as text for the C declaration parser. */
export interface CDefinition extends Node {
  readonly kind: 'cdef';
  readonly form: 'preprocessor' | 'definition';
  readonly text: string;
}

export interface ConfigBlock extends Node {
  readonly kind: 'config';
  readonly entries: readonly ConfigEntry[];
}

export interface ConfigEntry extends Node {
  readonly kind: 'config-entry';
  readonly key: string;
  readonly value: ConfigValue;
}

export type ConfigValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'identifier'; readonly value: string };

/** `import "path";`, at the root or (reserved to the library) as a statement. */
export interface ImportStatement extends Node {
  readonly kind: 'import';
  readonly path: string;
}

/** `let @name = type(maxEntries);` */
export interface MapDeclaration extends Node {
  readonly kind: 'map-declaration';
  readonly name: string;
  readonly type: string;
  readonly maxEntries: bigint;
}

export interface MacroDefinition extends Node {
  readonly kind: 'macro';
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  readonly body: Block;
  /** `macro name` without the rest, for "closest definition" notes. */
  readonly headSpan: Span;
}

export interface MacroParameter extends Node {
  readonly kind: 'macro-parameter';
  /** variable: `$x`, map: `@x`, expression: `x` */
  readonly form: 'variable' | 'map' | 'expression';
  /** With its sigil for variables and maps. */
  readonly name: string;
}

/** `fn name($a : int32) : int64 { … }` */
export interface Subprogram extends Node {
  readonly kind: 'subprogram';
  readonly name: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: TypeExpression;
    readonly span: Span;
  }[];
  readonly returnType: TypeExpression;
  readonly body: Block;
}

export interface ProbeAst extends Node {
  readonly kind: 'probe';
  readonly attachPoints: readonly AttachPoint[];
  readonly predicate: Expression | undefined;
  readonly body: Block;
}

/**
 * One attach point word, split at unquoted colons and with positional parameters already replaced.
 * `parts[0]` is the provider as written. A part keeps its text without the quotes that protected it.
 */
export interface AttachPoint extends Node {
  readonly kind: 'attach-point';
  /** `name=` prefix, when given. */
  readonly label: string | undefined;
  readonly parts: readonly string[];
  /** Indices of the parts that followed an `@` instead of a `:` (uprobe source locations). */
  readonly atParts: readonly number[];
  /** The word as written. */
  readonly text: string;
}

/** Statements, and the trailing expression without `;` (the block's value where a value is wanted). */
export interface Block extends Node {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  readonly value: Expression | undefined;
}

export type Statement =
  | ExpressionStatement
  | AssignStatement
  | DiscardStatement
  | LetStatement
  | ForStatement
  | WhileStatement
  | UnrollStatement
  | JumpStatement
  | ReturnStatement
  | ImportStatement;

/** The span includes the semicolon, as do those of jumps and map declarations; those of other statements do not. */
export interface ExpressionStatement extends Node {
  readonly kind: 'expression-statement';
  readonly expression: Expression;
}

export type AssignTarget = Variable | MapExpression | MapElement;

/** `target = value` or `target op= value` (`op` is then the binary operator, e.g. `+`). */
export interface AssignStatement extends Node {
  readonly kind: 'assign';
  readonly target: AssignTarget;
  readonly op: BinaryOperator | undefined;
  readonly value: Expression;
  /** Compound assignments: from the operator to the end of the value, the place of the operation itself. */
  readonly opSpan?: Span;
}

/** `_ = value` */
export interface DiscardStatement extends Node {
  readonly kind: 'discard';
  readonly value: Expression;
}

export interface LetStatement extends Node {
  readonly kind: 'let';
  readonly variable: Variable;
  readonly type: TypeExpression | undefined;
  readonly value: Expression | undefined;
  /** From `let` to the end of the variable, without type and value. */
  readonly headSpan: Span;
}

export interface ForStatement extends Node {
  readonly kind: 'for';
  readonly variable: Variable;
  readonly iterable:
    | { readonly kind: 'map'; readonly map: MapExpression }
    | { readonly kind: 'range'; readonly start: Expression; readonly end: Expression; readonly span: Span };
  readonly body: Block;
}

export interface WhileStatement extends Node {
  readonly kind: 'while';
  readonly condition: Expression;
  readonly body: Block;
}

export interface UnrollStatement extends Node {
  readonly kind: 'unroll';
  readonly count: Expression;
  readonly body: Block;
}

export interface JumpStatement extends Node {
  readonly kind: 'break' | 'continue';
}

export interface ReturnStatement extends Node {
  readonly kind: 'return';
  readonly value: Expression | undefined;
}

export type Expression =
  | IntegerLiteral
  | StringLiteral
  | BooleanLiteral
  | Identifier
  | Variable
  | MapExpression
  | MapElement
  | PositionalParameter
  | ParameterCount
  | Call
  | Unary
  | Update
  | Binary
  | Ternary
  | Field
  | TupleAccess
  | Index
  | Cast
  | Tuple
  | RecordLiteral
  | IfExpression
  | BlockExpression
  | SizeofExpression
  | OffsetofExpression
  | Comptime
  | AddressOf
  | TypeofArgument;

export interface IntegerLiteral extends Node {
  readonly kind: 'integer';
  /** 0 … 2^64-1; a minus sign is a {@link Unary}, folded by the checker. */
  readonly value: bigint;
}

export interface StringLiteral extends Node {
  readonly kind: 'string';
  /** Byte string, escapes resolved. */
  readonly value: string;
}

export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `$name`; `name` has no sigil. */
export interface Variable extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

/** A whole map, `@name`; `name` keeps the `@`. */
export interface MapExpression extends Node {
  readonly kind: 'map';
  readonly name: string;
}

/** `@name[a, b]` */
export interface MapElement extends Node {
  readonly kind: 'map-element';
  readonly map: MapExpression;
  readonly keys: readonly Expression[];
}

/** `$1` … */
export interface PositionalParameter extends Node {
  readonly kind: 'positional-parameter';
  readonly index: number;
}

/** `$#` */
export interface ParameterCount extends Node {
  readonly kind: 'parameter-count';
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export type UnaryOperator = '-' | '!' | '~' | '*';

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly op: UnaryOperator;
  readonly operand: Expression;
}

/** `++x`, `x++`, `--x`, `x--` */
export interface Update extends Node {
  readonly kind: 'update';
  readonly op: '++' | '--';
  readonly prefix: boolean;
  readonly target: AssignTarget;
}

export type BinaryOperator =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `condition ? then : otherwise`; `then` is undefined for `condition ?: otherwise`. */
export interface Ternary extends Node {
  readonly kind: 'ternary';
  readonly condition: Expression;
  readonly then: Expression | undefined;
  readonly otherwise: Expression;
}

/** `object.name` and `object->name` (same meaning). */
export interface Field extends Node {
  readonly kind: 'field';
  readonly object: Expression;
  readonly name: string;
  readonly nameSpan: Span;
}

/** `object.N` */
export interface TupleAccess extends Node {
  readonly kind: 'tuple-access';
  readonly object: Expression;
  readonly index: bigint;
}

/** `object[index]` of anything that is not a map. */
export interface Index extends Node {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
}

export interface Cast extends Node {
  readonly kind: 'cast';
  readonly type: TypeExpression;
  readonly operand: Expression;
}

/** `(a, b)`, `(a,)`; `()` has no elements. */
export interface Tuple extends Node {
  readonly kind: 'tuple';
  readonly elements: readonly Expression[];
}

export interface RecordLiteral extends Node {
  readonly kind: 'record';
  readonly fields: readonly { readonly name: string; readonly value: Expression; readonly span: Span }[];
}

/** `if cond { } else { }`; statement and expression alike. */
export interface IfExpression extends Node {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: Block;
  readonly otherwise: Block | IfExpression | undefined;
}

export interface BlockExpression extends Node {
  readonly kind: 'block-expression';
  readonly block: Block;
}

/** `sizeof(x)`, `typeinfo(x)`: of a type or of an expression. */
export interface SizeofExpression extends Node {
  readonly kind: 'sizeof' | 'typeinfo';
  readonly of: TypeExpression | Expression;
}

export interface OffsetofExpression extends Node {
  readonly kind: 'offsetof';
  readonly of: TypeExpression | Expression;
  readonly path: readonly string[];
}

export interface Comptime extends Node {
  readonly kind: 'comptime';
  readonly operand: Expression;
}

export interface AddressOf extends Node {
  readonly kind: 'address-of';
  readonly target: Variable | MapExpression;
}

/** `typeof(T)` in argument position: a type argument of a macro. */
export interface TypeofArgument extends Node {
  readonly kind: 'typeof';
  readonly of: TypeExpression | Expression;
}

export type TypeSuffix =
  | { readonly kind: 'pointer' }
  /** `length` is undefined for `[]`. */
  | { readonly kind: 'array'; readonly length: number | undefined };

/** A type as written. `string[8]` is name `string` with one array suffix. */
export type TypeExpression = NamedTypeExpression | TypeofTypeExpression;

export interface NamedTypeExpression extends Node {
  readonly kind: 'type-name';
  readonly tag: 'struct' | 'union' | 'enum' | undefined;
  readonly name: string;
  readonly suffixes: readonly TypeSuffix[];
}

export interface TypeofTypeExpression extends Node {
  readonly kind: 'type-of';
  readonly of: TypeExpression | Expression;
  readonly suffixes: readonly TypeSuffix[];
}
