/**
 * Which registers an operation reads and writes, as bit sets. The interpreter refuses to read a register that holds
 * no value, as the verifier does (`R3 !read_ok`): the typical mistake after a call, which clobbers r1 to r5.
 */
import { assertNever } from '../../../base/assert.ts';
import type { Insn } from '../../instruction.ts';
import type { Operation } from '../../instruction-set/entry.ts';

const bit = (register: number): number => 1 << register;

export function reads(operation: Operation, { dst, src }: Insn): number {
  switch (operation.kind) {
    case 'alu':
      return (operation.op === 'mov' ? 0 : bit(dst)) | (operation.operand === 'src' ? bit(src) : 0);
    case 'branch':
      return bit(dst) | (operation.operand === 'src' ? bit(src) : 0);
    case 'store':
      return bit(dst) | (operation.operand === 'src' ? bit(src) : 0);
    case 'neg':
    case 'byte-order':
      return bit(dst);
    case 'mov-signed':
    case 'load':
    case 'load-acquire':
      return bit(src);
    case 'atomic':
    case 'exchange':
    case 'store-release':
      return bit(dst) | bit(src);
    case 'compare-exchange':
      return bit(0) | bit(dst) | bit(src);
    case 'load-packet':
      return bit(6) | (operation.indirect ? bit(src) : 0);
    case 'load-immediate':
    case 'load-map':
    case 'load-map-value':
    case 'load-btf-variable':
    case 'load-function':
    case 'jump':
    case 'may-goto':
    // Calls read as many registers as the callee has parameters; exit reads r0 except from local functions.
    case 'call-helper':
    case 'call-local':
    case 'call-kfunc':
    case 'exit':
      return 0;
    default:
      return assertNever(operation);
  }
}

const writingDst: ReadonlySet<Operation['kind']> = new Set([
  'alu',
  'neg',
  'mov-signed',
  'byte-order',
  'load',
  'load-acquire',
  'load-immediate',
  'load-map',
  'load-map-value',
  'load-btf-variable',
  'load-function',
]);

export function writes(operation: Operation, { dst, src }: Insn): number {
  if (writingDst.has(operation.kind)) return bit(dst);
  if (operation.kind === 'exchange') return bit(src);
  if (operation.kind === 'atomic') return operation.fetch ? bit(src) : 0;
  return operation.kind === 'compare-exchange' || operation.kind === 'load-packet' ? bit(0) : 0;
}
