/**
 * Numbers as text: `strerror`, `signal_name`, `syscall_name`. A constant number is a constant text; one known only at
 * run time picks a row of a read-only table, whose last row is for all numbers that stand for nothing.
 */
import { sizeOf } from '../../../program/layout.ts';
import type { Target } from '../../../program/target.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { text } from '../../3-check/expressions/fold.ts';
import { int64 } from '../../3-check/type-rules.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { copyMemory } from '../../4-lower/memory.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';
import { errnoTexts } from '../texts/errno-texts.ts';
import { signalTexts } from '../texts/signals.ts';

interface Texts {
  readonly name: string;
  /** By number, from 0. */
  readonly texts: (target: Target) => readonly (string | undefined)[];
  readonly unknown: string;
  /** The sign says nothing: kernel functions return errors as negative numbers. */
  readonly absolute?: boolean;
}

function numbered(of: Texts): FunctionEntry {
  const entry: FunctionEntry = {
    name: of.name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const [number] = checkArguments(checker, call.args) ?? [];
      if (number === undefined) return failed(call);
      if (integerTypeOf(number.type) === undefined)
        return checker.fail(call.span, messages.onlySupports(of.name, 'integer', kindName(number.type)));
      const rows = rowsOf(of, checker.target);
      if (number.op === 'constant') return text(rowFor(of, rows, number.value), call.span);
      const size = Math.max(...rows.map((row) => row.length)) + 1;
      return made(entry, call, { kind: 'string', size }, [convert(number, int64)]);
    },
    lowerInto(l, call, to) {
      const rows = rowsOf(of, l.target);
      const size = sizeOf(call.type);
      const number = l.value(call.args[0]!);
      const index = rowIndex(l, of.absolute === true ? absolute(l, number) : number, rows.length - 1);
      const stride = (size + 7) & ~7;
      const table = l.b.mapValue(l.program.table(`${of.name}s`, tableOf(rows, stride)));
      const base = l.b.binary('add', table, l.b.binary('mul', index, BigInt(stride)));
      copyMemory(l, { base, offset: 0, align: 8 }, to, size);
    },
  };
  return entry;
}

/** All texts, and as the last the one for other numbers. */
function rowsOf({ texts, unknown }: Texts, target: Target): readonly string[] {
  return [...texts(target).map((one) => one ?? unknown), unknown];
}

function rowFor({ absolute: isAbsolute }: Texts, rows: readonly string[], number: bigint): string {
  const index = isAbsolute === true && number < 0n ? -number : number;
  return index >= 0n && index < BigInt(rows.length) ? rows[Number(index)]! : rows.at(-1)!;
}

function absolute(l: Lowering, number: ValueId): ValueId {
  const result = l.b.variable(number);
  const [negative, on] = [l.b.block(), l.b.block()];
  l.b.branch('slt', number, 0n, negative, on);
  l.b.switchTo(negative);
  l.b.write(result, l.b.unary('neg', number));
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(result);
}

/** Unsigned, so that negative numbers are too large. */
function rowIndex(l: Lowering, number: ValueId, last: number): ValueId {
  const index = l.b.variable(BigInt(last));
  const [inside, on] = [l.b.block(), l.b.block()];
  l.b.branch('lt', number, BigInt(last), inside, on, { likely: 'then' });
  l.b.switchTo(inside);
  l.b.write(index, number);
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(index);
}

function tableOf(rows: readonly string[], stride: number): Uint8Array {
  const table = new Uint8Array(rows.length * stride);
  for (const [index, row] of rows.entries()) table.set(new TextEncoder().encode(row), index * stride);
  return table;
}

/** Above all numbers of system calls on any architecture. */
const syscallLimit = 512;

export const textFunctions: readonly FunctionEntry[] = [
  numbered({ name: 'strerror', texts: () => errnoTexts, unknown: 'Unknown error', absolute: true }),
  numbered({ name: 'signal_name', texts: () => signalTexts, unknown: 'N/A' }),
  numbered({
    name: 'syscall_name',
    texts: (target) => Array.from({ length: syscallLimit }, (_, number) => target.syscallName?.(number)),
    unknown: 'Unknown syscall',
  }),
];
