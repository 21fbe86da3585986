/**
 * One program for each version of the instruction set: how many instructions each takes, and what a version changes
 * against the one before. Jumps are compared by their condition only, since every inserted line moves their targets.
 */
import { disassemble } from '../../bpf/disassembler.ts';
import type { Program } from '../../program/program.ts';
import type { IsaVersion } from '../../program/target.ts';

export interface Variant {
  readonly isa: IsaVersion;
  readonly program: Program;
}

const slotSize = 8;

/** The variants in ascending order, of the same program. */
export function compareVariants(variants: readonly Variant[]): string {
  const names = variants[0]?.program.functions.map(({ name }) => name) ?? [];
  return names.map((name, index) => compareFunction(name, index, variants)).join('\n');
}

function compareFunction(name: string, index: number, variants: readonly Variant[]): string {
  const codes = variants.map(({ isa, program }) => ({ isa, code: program.functions[index]!.code }));
  const counts = codes.map(({ isa, code }) => `v${isa}: ${code.length / slotSize}`);
  const changes = codes.slice(1).map(({ isa, code }, i) => {
    const lines = difference(disassemble(codes[i]!.code), disassemble(code));
    const title = `  v${codes[i]!.isa} → v${isa}`;
    return lines.length === 0
      ? `${title}: the same`
      : [`${title}:`, ...lines.map((line) => `    ${line}`)].join('\n');
  });
  return `${name}\n  instructions ${counts.join('  ')}\n${changes.join('\n')}\n`;
}

const withoutTarget = (line: string) => line.replace(/goto pc[+-]\d+/, 'goto …');

/** Lines that only one of the two has, in order, a dash or a plus in front; blank lines between places. */
export function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  const [a, b] = [before.map(withoutTarget), after.map(withoutTarget)];
  const common = commonLengths(a, b);
  const out: string[] = [];
  let [i, j, apart] = [0, 0, false];
  const say = (line: string) => {
    if (apart && out.length > 0) out.push('');
    apart = false;
    out.push(line);
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      [i, j, apart] = [i + 1, j + 1, true];
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      say(`- ${a[i++]}`);
    } else {
      say(`+ ${b[j++]}`);
    }
  }
  return out;
}

/** At [i][j]: how long the longest common subsequence of what follows is. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] =
        a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}
