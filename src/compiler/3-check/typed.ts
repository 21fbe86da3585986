/**
 * The typed tree: what checking makes of the syntax tree, and what lowering consumes. Every implicit conversion
 * is a node, every name is a symbol, every builtin and function is its table entry with checked arguments.
 */
import type { AggregateType, TimestampType, Type } from '../../program/types.ts';
import type { Span } from '../ast.ts';
import type { FunctionEntry } from '../vocabulary/entry.ts';

/** A scratch variable of one probe instance. `type` grows while types are inferred. */
export interface VariableSymbol {
  readonly name: string;
  type: Type | undefined;
  /** The type was written in a `let`, or is that of a map's elements: it does not grow. */
  declared: boolean;
  /** Every value so far was a non-negative literal: the sign is still open. */
  flexible: boolean;
  assigned: boolean;
  /** What was assigned is in error: uses of it are not reported. */
  poisoned: boolean;
  /** Its address was taken (`&$x`), or a callback uses it: it lives in memory. */
  inMemory: boolean;
  /** It holds a time that this clock gave. */
  clock?: TimestampType['clock'] | undefined;
  readonly span: Span;
  readonly origin: 'declaration' | 'assignment' | 'loop';
}

/** A map of the script; one for all probes. */
export interface MapSymbol {
  readonly name: string;
  scalar: boolean | undefined;
  key: Type | undefined;
  keyFlexible: boolean;
  value: Type | undefined;
  flexible: boolean;
  assigned: boolean;
  declaration: { readonly type: string; readonly maxEntries: number; readonly span: Span } | undefined;
  used: boolean;
  /** Single elements are deleted from it somewhere. */
  deletedFrom: boolean;
  /** Where the program uses it first. */
  firstUse: Span | undefined;
  /** Index in Program.userMaps, fixed when checking ends. */
  index: number;
}

interface Base {
  readonly type: Type;
  readonly span: Span;
}

export type IntOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A place in memory that can be read: from the start of `base` (a value of memory type, or what a pointer
 * points to), `offset` bytes on.
 */
export type TypedExpression =
  /** An integer, boolean, pointer or enum constant. `literal`: written as one, so its sign is open. */
  | (Base & { readonly op: 'constant'; readonly value: bigint; readonly literal: boolean })
  /** Bytes without the NUL; the type is string[length + 1]. */
  | (Base & { readonly op: 'string'; readonly value: string })
  /** `reported`: stands in for what is in error, about which enough has been said. */
  | (Base & { readonly op: 'none'; readonly reported?: boolean })
  | (Base & { readonly op: 'variable'; readonly variable: VariableSymbol })
  /** Value of a plain map (zero when absent), or of an integer aggregate, combined over the CPUs. */
  | (Base & { readonly op: 'map-read'; readonly map: MapSymbol; readonly key: TypedExpression | undefined })
  /** A whole map, as an argument. */
  | (Base & { readonly op: 'map'; readonly map: MapSymbol })
  /** 64-bit arithmetic on operands already converted to the type of the result. */
  | (Base & {
      readonly op: 'arithmetic';
      readonly operator: IntOperator;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    })
  /** pointer ± integer; `scale` is the size of what it points to. */
  | (Base & {
      readonly op: 'pointer-offset';
      readonly pointer: TypedExpression;
      readonly index: TypedExpression;
      readonly scale: number;
      readonly subtract: boolean;
    })
  | (Base & { readonly op: 'negate' | 'complement'; readonly operand: TypedExpression })
  | (Base & { readonly op: 'not'; readonly operand: TypedExpression })
  | (Base & {
      readonly op: 'logic';
      readonly operator: '&&' | '||';
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    })
  /** Of integers, booleans, pointers, enums; `signed` says how. */
  | (Base & {
      readonly op: 'compare';
      readonly operator: CompareOperator;
      readonly signed: boolean;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    })
  | (Base & {
      readonly op: 'compare-strings';
      readonly operator: '==' | '!=';
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    })
  /** Of tuples, records, structs, arrays of the same type: byte by byte in memory. */
  | (Base & {
      readonly op: 'compare-memory';
      readonly operator: '==' | '!=';
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    })
  | (Base & {
      readonly op: 'conditional';
      readonly condition: TypedExpression;
      readonly then: TypedExpression | undefined;
      readonly otherwise: TypedExpression;
    })
  /** Truncation, extension, string enlargement, elementwise conversion of tuples, reinterpretation of memory. */
  | (Base & { readonly op: 'convert'; readonly operand: TypedExpression })
  | (Base & { readonly op: 'tuple'; readonly elements: readonly TypedExpression[] })
  /** Element or field of a value in BPF memory (tuple, record, array, struct held by value). */
  | (Base & {
      readonly op: 'part';
      readonly object: TypedExpression;
      readonly offset: number;
      readonly bits?: BitRange;
    })
  /** The same with an index known only at run time; out of range reads zero. */
  | (Base & {
      readonly op: 'element';
      readonly object: TypedExpression;
      readonly index: TypedExpression;
      readonly length: number;
      readonly scale: number;
    })
  /** What a pointer points to, `offset` bytes on. */
  | (Base & {
      readonly op: 'dereference';
      readonly pointer: TypedExpression;
      readonly offset: number;
      readonly bits?: BitRange;
      /** The verifier agrees on what lies there: a plain load will do if the pointer is a known kernel object. */
      readonly plainLoad?: boolean;
      /** What is read is itself a pointer to a known kernel object. */
      readonly trustedField?: boolean;
      /** It does not change while the program runs. */
      readonly invariant?: boolean;
    })
  | (Base & {
      readonly op: 'update';
      readonly target: TypedTarget;
      readonly delta: bigint;
      readonly prefix: boolean;
    })
  | (Base & {
      readonly op: 'call';
      readonly entry: FunctionEntry;
      readonly args: readonly TypedExpression[];
      readonly data: unknown;
    })
  | (Base & {
      readonly op: 'block';
      readonly statements: readonly TypedStatement[];
      readonly value: TypedExpression | undefined;
    })
  | (Base & {
      readonly op: 'if';
      readonly condition: TypedExpression;
      readonly then: TypedExpression;
      readonly otherwise: TypedExpression | undefined;
    })
  | (Base & { readonly op: 'address-of'; readonly target: TypedTarget })
  /** A subprogram; the arguments are already converted to the types of its parameters. */
  | (Base & {
      readonly op: 'call-function';
      readonly function: CheckedFunction;
      readonly args: readonly TypedExpression[];
    });

/** A subprogram as one probe calls it. */
export interface CheckedFunction {
  readonly name: string;
  readonly parameters: readonly VariableSymbol[];
  readonly returnType: Type;
  readonly body: readonly TypedStatement[];
  readonly span: Span;
}

export interface BitRange {
  readonly shift: number;
  readonly width: number;
}

export type TypedTarget =
  | { readonly kind: 'variable'; readonly variable: VariableSymbol }
  | { readonly kind: 'map'; readonly map: MapSymbol; readonly key: TypedExpression | undefined };

export type TypedStatement =
  | { readonly op: 'expression'; readonly span: Span; readonly expression: TypedExpression }
  /** The value is already converted to the type of the target. `undefined` zeroes a declared variable. */
  | {
      readonly op: 'assign';
      readonly span: Span;
      readonly target: TypedTarget;
      readonly value: TypedExpression | undefined;
    }
  /** `@m[k] = count()` and its kin. */
  | {
      readonly op: 'aggregate';
      readonly span: Span;
      readonly map: MapSymbol;
      readonly key: TypedExpression | undefined;
      readonly aggregate: AggregateType;
      readonly argument: TypedExpression | undefined;
    }
  | {
      readonly op: 'for-range';
      readonly span: Span;
      readonly variable: VariableSymbol;
      readonly start: TypedExpression;
      readonly end: TypedExpression;
      readonly body: readonly TypedStatement[];
      /** Variables of the scopes around the loop. */
      readonly visible: ReadonlySet<VariableSymbol>;
    }
  | {
      readonly op: 'for-map';
      readonly span: Span;
      readonly variable: VariableSymbol;
      readonly map: MapSymbol;
      readonly body: readonly TypedStatement[];
      readonly visible: ReadonlySet<VariableSymbol>;
    }
  | {
      readonly op: 'while';
      readonly span: Span;
      readonly condition: TypedExpression;
      readonly body: readonly TypedStatement[];
      readonly visible: ReadonlySet<VariableSymbol>;
      /** It stands inside of a for loop. */
      readonly inFor: boolean;
    }
  | {
      readonly op: 'unroll';
      readonly span: Span;
      readonly count: number;
      readonly body: readonly TypedStatement[];
    }
  | { readonly op: 'break' | 'continue'; readonly span: Span }
  | { readonly op: 'return'; readonly span: Span; readonly value: TypedExpression | undefined };
