/**
 * Subprograms: `fn name($a : type, …) : type { … }`. A body is checked for each probe that calls it, since what it
 * may use depends on the probe; one that nobody calls is checked all the same, as if the first probe did.
 */
import { typeName } from '../../program/layout.ts';
import type { Type } from '../../program/types.ts';
import type { Call, ProgramAst, Span, Subprogram } from '../ast.ts';
import { subprogramNotes } from '../messages/catalogue/control.ts';
import { messages } from '../messages/messages.ts';
import { findAggregate, findFunction } from '../vocabulary/registry.ts';
import { type Checker, poison } from './checker.ts';
import { convert, integerTypeOf, isOpenLiteral } from './convert.ts';
import { asValue } from './expressions/maps.ts';
import { warnConversion } from './expressions/warn-conversion.ts';
import { fits, isAggregate, join, sameType } from './type-rules.ts';
import { resolveType } from './type-syntax.ts';
import type { CheckedFunction, TypedExpression, VariableSymbol } from './typed.ts';

/** The subprograms as one probe's body sees them, for one walk. */
export class SubprogramTable {
  readonly #declared: ReadonlyMap<string, Subprogram>;
  readonly #checked = new Map<string, CheckedFunction | undefined>();
  /** Those whose bodies are being checked, outermost first. */
  readonly #open: string[] = [];

  constructor(declared: ReadonlyMap<string, Subprogram>) {
    this.#declared = declared;
  }

  has(name: string): boolean {
    return this.#declared.has(name);
  }

  /** Checks the body when it is called first. Undefined (and reported) when it can not be called. */
  function(checker: Checker, name: string, place: Span): CheckedFunction | undefined {
    const declaration = this.#declared.get(name);
    if (declaration === undefined) return undefined;
    if (this.#open.includes(name)) {
      checker.error(place, messages.recursiveFunction([...this.#open, name].join(' > ')));
      return undefined;
    }
    if (!this.#checked.has(name)) {
      this.#open.push(name);
      this.#checked.set(name, checkBody(checker, declaration));
      this.#open.pop();
    }
    return this.#checked.get(name);
  }

  checkUncalled(checker: Checker): void {
    for (const [name, { span }] of this.#declared) this.function(checker, name, span);
  }
}

/** By name; the second of a name, and one that takes the name of a function of the language, are reported. */
export function declareSubprograms(
  { subprograms }: ProgramAst,
  report: (span: Span, name: string) => void,
): ReadonlyMap<string, Subprogram> {
  const declared = new Map<string, Subprogram>();
  for (const one of subprograms) {
    const { name, span } = one;
    if (declared.has(name) || findFunction(name) !== undefined || findAggregate(name) !== undefined)
      report({ ...span, end: span.start + 'fn '.length + name.length }, name);
    else declared.set(name, one);
  }
  return declared;
}

function checkBody(outer: Checker, declaration: Subprogram): CheckedFunction | undefined {
  const { name, parameters, returnType: written, body } = declaration;
  const types = parameters.map((parameter) => resolveType(outer, parameter.type));
  const returnType = resolveType(outer, written);
  if (returnType === undefined || types.some((type) => type === undefined)) return undefined;
  for (const [i, type] of types.entries()) {
    if (isUsable(type!) && type!.kind !== 'void') continue;
    outer.error(parameters[i]!.span, messages.parameterType(typeName(type!)));
    return undefined;
  }
  if (!isUsable(returnType)) {
    outer.error(written.span, messages.returnType(typeName(returnType)));
    return undefined;
  }
  const checker = outer.forFunction({ name, returnType });
  return checker.scoped(() => {
    const symbols = parameters.map((parameter, i): VariableSymbol => {
      const symbol = checker.declareVariable(
        parameter,
        parameter.name,
        parameter.span,
        'declaration',
        types[i],
      );
      symbol.assigned = true;
      return symbol;
    });
    return { name, parameters: symbols, returnType, body: checker.statements(body), span: declaration.span };
  });
}

function isUsable(type: Type): boolean {
  if (type.kind === 'string' || type.kind === 'buffer') return type.size > 0;
  return !isAggregate(type) && type.kind !== 'none' && type.kind !== 'context';
}

export function checkSubprogramCall(checker: Checker, { name, args, span }: Call): TypedExpression {
  const checked = args.map((arg) => asValue(checker.expression(arg)));
  const fn = checker.subprograms.function(checker, name, span);
  if (fn === undefined || checked.some((arg) => arg.op === 'none')) return poison(span);
  if (checked.length !== fn.parameters.length) {
    return checker.fail(span, messages.functionArguments(name, fn.parameters.length, checked.length), {
      notes: [{ message: subprogramNotes.declaration, span: fn.span }],
    });
  }
  const converted = checked.map((arg, i) => passArgument(checker, fn, arg, i));
  const passed = converted.filter((arg) => arg !== undefined);
  if (passed.length < converted.length) return poison(span);
  return { op: 'call-function', type: fn.returnType, function: fn, args: passed, span };
}

function passArgument(
  checker: Checker,
  fn: CheckedFunction,
  arg: TypedExpression,
  index: number,
): TypedExpression | undefined {
  const parameter = fn.parameters[index]!;
  const type = parameter.type!;
  const passed = implicit(checker, arg, type);
  if (passed !== undefined) return passed;
  const message = messages.functionArgument(parameter.name, typeName(type), typeName(arg.type));
  checker.error(arg.span, message, { hint: signature(fn) });
  return undefined;
}

function signature({ name, parameters }: CheckedFunction): string {
  const list = parameters.map((parameter) => `$${parameter.name} : ${typeName(parameter.type!)}`);
  return `${name}(${list.join(', ')})`;
}

/** The value as the type, where that needs no cast: as for a variable that was declared with the type. */
export function implicit(checker: Checker, value: TypedExpression, type: Type): TypedExpression | undefined {
  const integer = integerTypeOf(value.type);
  if (type.kind === 'int' && integer !== undefined) {
    if (value.op === 'constant' && value.literal)
      return fits(value.value, type) ? convert(value, type) : undefined;
    warnConversion(checker, value, integer, type);
    return convert(value, type);
  }
  if (type.kind === 'pointer' && value.type.kind === 'pointer' && type.to.kind === 'void')
    return convert(value, type);
  const joined = join({ type, flexible: false }, { type: value.type, flexible: isOpenLiteral(value) });
  return joined !== undefined && sameType(joined.type, type) ? convert(value, type) : undefined;
}
