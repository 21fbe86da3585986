/**
 * The text form of the intermediate language, for `--debug`-style dumps, test failures and humans. One line an
 * instruction: `v7 = add64 v3, v5`. Nothing reads it back.
 */
import { assertNever } from '../../base/assert.ts';
import type { Instruction, IrFunction, IrModule, Terminator, ValueId } from '../ir.ts';

const value = (id: ValueId): string => `v${id}`;
const list = (ids: readonly ValueId[]): string => ids.map(value).join(', ');
const at = (base: ValueId, offset: number): string =>
  `[${value(base)}${offset === 0 ? '' : offset < 0 ? ` - ${-offset}` : ` + ${offset}`}]`;

/** Small constants in decimal, others in hexadecimal as they lie in a register. */
function constant(number: bigint): string {
  return number > -0x10000n && number < 0x10000n
    ? `${number}`
    : `0x${BigInt.asUintN(64, number).toString(16)}`;
}

export function printInstruction(i: Instruction): string {
  const left = 'result' in i && i.result !== undefined ? `${value(i.result)} = ` : '';
  return left + body(i);
}

function body(i: Instruction): string {
  switch (i.op) {
    case 'const':
      return constant(i.value);
    case 'binary':
      return `${i.operator}${i.width} ${value(i.a)}, ${value(i.b)}`;
    case 'unary':
      return `${i.operator} ${value(i.a)}`;
    case 'compare':
      return `compare ${i.operator}${i.width} ${value(i.a)}, ${value(i.b)}`;
    case 'load':
      return `load ${i.signed ? 's' : 'u'}${i.size * 8} ${at(i.base, i.offset)}${i.invariant ? ' invariant' : ''}`;
    case 'store':
      return `store u${i.size * 8} ${at(i.base, i.offset)}, ${value(i.value)}`;
    case 'atomic': {
      const expected = i.expected === undefined ? '' : `, expected ${value(i.expected)}`;
      return `atomic ${i.operator} u${i.size * 8} ${at(i.base, i.offset)}, ${value(i.value)}${expected}`;
    }
    case 'stack-address':
      return `stack s${i.object}`;
    case 'map':
      return `map ${i.map}`;
    case 'map-value':
      return `map-value ${i.map} + ${i.offset}`;
    case 'function-address':
      return `function ${i.function}`;
    case 'kernel-variable':
      return `kernel-variable #${i.btfId}`;
    case 'fact':
      return `fact ${Object.values(i.fact).join(' ')}`;
    case 'call':
      return `call helper#${i.helper}(${list(i.args)})${i.pure ? ' pure' : ''}`;
    case 'call-kfunc':
      return `call kfunc#${i.btfId}(${list(i.args)})`;
    case 'call-local':
      return `call function#${i.function}(${list(i.args)})`;
    case 'phi':
      return `phi ${i.incoming.map((entry) => `b${entry.block}: ${value(entry.value)}`).join(', ')}`;
    default:
      return assertNever(i, 'instruction');
  }
}

export function printTerminator(t: Terminator): string {
  switch (t.op) {
    case 'jump':
      return `jump b${t.target}`;
    case 'branch': {
      const likely = t.likely ? ` likely ${t.likely}` : '';
      return `if ${t.operator}${t.width} ${value(t.a)}, ${value(t.b)} then b${t.then} else b${t.otherwise}${likely}`;
    }
    case 'return':
      return `return ${value(t.value)}`;
    case 'switch':
      return `switch ${value(t.value)} { ${t.cases.map((c) => `${constant(c.match)}: b${c.target}, `).join('')}else b${t.otherwise} }`;
    default:
      return assertNever(t, 'terminator');
  }
}

export function printFunction(fn: IrFunction): string {
  const objects = fn.stackObjects.map((o) => `  s${o.id}: ${o.size} bytes, aligned to ${o.align}`);
  const blocks = fn.blocks.flatMap((block) => [
    `b${block.id}:`,
    ...block.instructions.map((i) => `  ${printInstruction(i)}`),
    `  ${printTerminator(block.terminator)}`,
  ]);
  return [`function ${fn.name}(${list(fn.parameters)})`, ...objects, ...blocks].join('\n');
}

export function printIr(module: IrModule): string {
  return `${module.functions.map(printFunction).join('\n\n')}\n`;
}
