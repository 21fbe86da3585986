/** USDT operands in the AT&T syntax of x86-64: `%edi`, `$-3`, `-16(%rbp)`, `8(%rax,%rcx,4)`, `counter+4(%rip)`. */
import { parseAssemblerInteger, type UsdtOperand } from './usdt-args.ts';

type Register = { readonly register: string; readonly shift: number };

/** Every name of every general register → the 64-bit register it is part of. */
const registers: ReadonlyMap<string, Register> = new Map(registerNames());

function* registerNames(): Generator<[string, Register]> {
  for (const letter of ['a', 'b', 'c', 'd']) {
    const register = `r${letter}x`;
    for (const name of [register, `e${letter}x`, `${letter}x`, `${letter}l`])
      yield [name, { register, shift: 0 }];
    yield [`${letter}h`, { register, shift: 8 }];
  }
  for (const pair of ['si', 'di', 'bp', 'sp']) {
    const register = `r${pair}`;
    for (const name of [register, `e${pair}`, pair, `${pair}l`]) yield [name, { register, shift: 0 }];
  }
  for (let number = 8; number < 16; number++) {
    const register = `r${number}`;
    for (const suffix of ['', 'd', 'w', 'b', 'l']) yield [`${register}${suffix}`, { register, shift: 0 }];
  }
  for (const name of ['rip', 'eip']) yield [name, { register: 'rip', shift: 0 }];
}

/** displacement ( base , index , scale ), each optional; without parentheses an absolute address. */
const memoryPattern = /^([^()]*)(?:\(\s*(?:%(\w+))?\s*(?:,\s*%(\w+)\s*)?(?:,\s*([1248])?\s*)?\))?$/;

export function parseX86Operand(text: string): UsdtOperand | undefined {
  if (text.startsWith('$')) {
    const value = parseAssemblerInteger(text.slice(1));
    return value === undefined ? undefined : { kind: 'constant', value };
  }
  if (text.startsWith('%')) {
    const found = registers.get(text.slice(1).toLowerCase());
    return found === undefined || found.register === 'rip' ? undefined : { kind: 'register', ...found };
  }
  return parseMemory(text);
}

function parseMemory(text: string): UsdtOperand | undefined {
  const match = memoryPattern.exec(text);
  if (match === null || text === '') return undefined;
  const [, displacementText = '', baseName, indexName, scaleText = '1'] = match;
  const displacement = parseDisplacement(displacementText.trim());
  const base = baseName === undefined ? undefined : registers.get(baseName)?.register;
  const index = indexName === undefined ? undefined : registers.get(indexName)?.register;
  const unknown =
    (baseName !== undefined && base === undefined) || (indexName !== undefined && index === undefined);
  if (displacement === undefined || unknown || index === 'rip') return undefined;
  return { kind: 'memory', base, index, scale: Number(scaleText), ...displacement };
}

const termPattern = /([+-]?)(?:(0x[0-9a-fA-F]+|\d+)(?![\w.])|([A-Za-z_.$][\w.$@]*))/gy;

/** `16`, `-16`, `name`, `name+4`, `8+name`: a sum of numbers and of at most one symbol. */
function parseDisplacement(text: string): { symbol: string | undefined; offset: number } | undefined {
  const compact = text.replace(/\s+/g, '');
  let symbol: string | undefined;
  let offset = 0;
  let consumed = 0;
  for (const [term, sign = '', digits, name] of compact.matchAll(termPattern)) {
    if (name !== undefined && (symbol !== undefined || sign === '-')) return undefined;
    symbol ??= name;
    if (digits !== undefined) offset += Number(parseAssemblerInteger(sign + digits) ?? 0n);
    consumed += term.length;
  }
  return consumed === compact.length && Number.isSafeInteger(offset) ? { symbol, offset } : undefined;
}
