/** USDT operands as compilers write them for arm64: `x3`, `w0`, `sp`, `42`, `[sp, 16]`, `[x1]`, `[x1, x2]`, `[x1, x2, lsl 3]`. */
import { parseAssemblerInteger, type UsdtOperand } from './usdt-args.ts';

function register(text: string): string | undefined {
  if (text === 'sp') return 'sp';
  const match = /^[xw](\d|[12]\d|30)$/.exec(text);
  return match === null ? undefined : `x${match[1]}`;
}

const memoryPattern = /^\[\s*(\w+)\s*(?:,\s*#?([+-]?\w+)\s*)?(?:,\s*lsl\s*#?([0-3])\s*)?\]$/;

export function parseArm64Operand(text: string): UsdtOperand | undefined {
  const name = register(text);
  if (name !== undefined) return { kind: 'register', register: name, shift: 0 };
  const value = parseAssemblerInteger(text.replace(/^#/, ''));
  if (value !== undefined) return { kind: 'constant', value };
  const match = memoryPattern.exec(text);
  const base = match === null ? undefined : register(match[1]!);
  if (match === null || base === undefined) return undefined;
  const [, , second = '0', shift = '0'] = match;
  const common = { kind: 'memory', base, scale: 1 << Number(shift), symbol: undefined } as const;
  const index = register(second);
  if (index !== undefined) return { ...common, index, offset: 0 };
  const offset = parseAssemblerInteger(second);
  return offset === undefined ? undefined : { ...common, index: undefined, offset: Number(offset) };
}
