/** The part of printk's format language that BPF programs may use (bpf-helpers(7), bpf_trace_printk). */

/** Conversion with flags, width, length (l, ll, h, hh) and letter. */
const conversion = /%([-+ 0#]*)(\d*)(hh|h|ll|l)?([diuxXpsc%])/g;

const bitsOf: { readonly [length: string]: number } = { hh: 8, h: 16, l: 64, ll: 64 };

export function formatPrintk(
  format: string,
  args: readonly bigint[],
  stringAt: (address: bigint) => string,
): string {
  let next = 0;
  return format.replace(
    conversion,
    (_, flags: string, width: string, length: string | undefined, letter: string) => {
      if (letter === '%') return '%';
      const value = args[next++] ?? 0n;
      const text = convert(
        letter,
        BigInt.asUintN(bitsOf[length ?? ''] ?? (letter === 'p' ? 64 : 32), value),
        value,
        flags,
        {
          bits: bitsOf[length ?? ''] ?? 32,
          stringAt,
        },
      );
      return pad(text, Number(width || 0), flags);
    },
  );
}

interface Conversion {
  readonly bits: number;
  readonly stringAt: (address: bigint) => string;
}

function convert(
  letter: string,
  value: bigint,
  raw: bigint,
  flags: string,
  { bits, stringAt }: Conversion,
): string {
  switch (letter) {
    case 'd':
    case 'i':
      return String(BigInt.asIntN(bits, value));
    case 'u':
      return String(value);
    case 'x':
    case 'X': {
      const hex = `${flags.includes('#') ? '0x' : ''}${value.toString(16)}`;
      return letter === 'X' ? hex.toUpperCase() : hex;
    }
    case 'p':
      return value.toString(16).padStart(16, '0');
    case 'c':
      return String.fromCharCode(Number(value & 0xffn));
    default:
      return stringAt(raw);
  }
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
