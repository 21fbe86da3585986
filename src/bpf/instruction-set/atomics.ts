/**
 * Atomic memory operations (RFC 9669, section 5.3; acquire and release from Linux 6.15). They are stores whose
 * `imm` is the operation. The kernel prints 64-bit registers for both sizes; LLVM's 32-bit spelling is accepted.
 */
import { type AtomicOp, atomicCode, type MemorySize, memoryMode, opcodeClass, sizeBits } from '../opcode.ts';
import { type Entry, unused } from './entry.ts';

const operators: readonly { readonly op: AtomicOp; readonly sign: string }[] = [
  { op: 'add', sign: '+=' },
  { op: 'or', sign: '|=' },
  { op: 'and', sign: '&=' },
  { op: 'xor', sign: '^=' },
];

const opcodeOf = (size: MemorySize): number => memoryMode.atomic | sizeBits[size] | opcodeClass.stx;
const fieldsOf = (imm: number) => ({ dst: 'register', src: 'register', offset: 'any', imm }) as const;

function sized(size: 4 | 8): Entry[] {
  const opcode = opcodeOf(size);
  const place = `(u${size * 8} *)({dst} {offset})`;
  const prefix = size === 8 ? 'atomic64' : 'atomic';
  const src = size === 8 ? '{src}' : '{src32}';
  return [
    ...operators.flatMap(({ op, sign }): Entry[] => [
      {
        opcode,
        fields: fieldsOf(atomicCode[op]),
        operation: { kind: 'atomic', op, size, fetch: false },
        version: op === 'add' ? 1 : 3,
        syntax: [`lock *${place} ${sign} {src}`, `lock *${place} ${sign} ${src}`],
      },
      {
        opcode,
        fields: fieldsOf(atomicCode[op] | atomicCode.fetch),
        operation: { kind: 'atomic', op, size, fetch: true },
        version: 3,
        syntax: [
          `{src} = ${prefix}_fetch_${op}(${place}, {src})`,
          `${src} = atomic_fetch_${op}(${place}, ${src})`,
        ],
      },
    ]),
    {
      opcode,
      fields: fieldsOf(atomicCode.xchg),
      operation: { kind: 'exchange', size },
      version: 3,
      syntax: [`{src} = ${prefix}_xchg(${place}, {src})`],
    },
    {
      opcode,
      fields: fieldsOf(atomicCode.cmpxchg),
      operation: { kind: 'compare-exchange', size },
      version: 3,
      syntax: [`r0 = ${prefix}_cmpxchg(${place}, r0, {src})`],
    },
  ];
}

const ordered = ([1, 2, 4, 8] as const).flatMap((size): Entry[] => [
  {
    opcode: opcodeOf(size),
    fields: { ...unused, ...fieldsOf(atomicCode.loadAcquire) },
    operation: { kind: 'load-acquire', size },
    version: 4,
    syntax: [`{dst} = load_acquire((u${size * 8} *)({src} {offset}))`],
  },
  {
    opcode: opcodeOf(size),
    fields: { ...unused, ...fieldsOf(atomicCode.storeRelease) },
    operation: { kind: 'store-release', size },
    version: 4,
    syntax: [`store_release((u${size * 8} *)({dst} {offset}), {src})`],
  },
]);

export const atomics: readonly Entry[] = [...sized(8), ...sized(4), ...ordered];
