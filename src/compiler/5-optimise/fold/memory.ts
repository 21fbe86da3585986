/** Rules for what goes through memory: only the bytes that are stored count, and how a load extends can be nobody's concern. */
import type { Instruction, ValueId } from '../../ir.ts';
import type { FoldContext } from './context.ts';

type Store = Extract<Instruction, { op: 'store' }>;
type Load = Extract<Instruction, { op: 'load' }>;

/** Extension or masking above the stored bytes is lost. */
export function narrowStoredValue(i: Store, c: FoldContext): Instruction | undefined {
  const value = lowBits(i.value, i.size * 8, c);
  return value === i.value ? undefined : { ...i, value };
}

/** A value that agrees with `value` in the low `bits`. */
function lowBits(value: ValueId, bits: number, c: FoldContext): ValueId {
  const inner = c.definition(value);
  if (inner?.op === 'unary' && /ext/.test(inner.operator) && Number(inner.operator.slice(4)) >= bits)
    return inner.a;
  if (inner?.op !== 'binary' || inner.operator !== 'and' || inner.width < bits) return value;
  const mask = c.constant(inner.b);
  const needed = (1n << BigInt(bits)) - 1n;
  return mask !== undefined && (mask & needed) === needed ? inner.a : value;
}

/** A sign-extending load whose readers look only at the low half; below v4 the extension costs two shifts. */
export function dropSignExtension(i: Load, c: FoldContext): Instruction | undefined {
  if (!i.signed || i.size !== 4) return undefined;
  const readers = c.readersOf(i.result);
  return readers.length > 0 && readers.every((reader) => seesLowHalf(reader, i.result))
    ? { ...i, signed: false }
    : undefined;
}

function seesLowHalf(reader: ReturnType<FoldContext['readersOf']>[number], value: ValueId): boolean {
  switch (reader.op) {
    case 'compare':
    case 'branch':
      return reader.width === 32;
    case 'binary':
      // Every operation of 32 bits reads its operands so.
      return reader.width === 32;
    case 'store':
      return reader.value === value && reader.base !== value && reader.size <= 4;
    case 'unary':
      // Of a sign extension and a signed load, the load should stay.
      return reader.operator !== 'neg' && reader.operator !== 'bswap64' && reader.operator !== 'sext32';
    default:
      return false;
  }
}
