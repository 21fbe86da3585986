/** The code of a program as text for goldens. Map handles are numbers of relocations; they say the map's name here. */
import { disassemble } from '../../src/bpf/disassembler.ts';
import type { Program } from '../../src/program/program.ts';

export function assembly({ functions, maps }: Program): string {
  const parts = functions.map(({ name, code, relocations }) => {
    const uses = relocations.map(({ instruction, kind, map, offset }) => {
      return `; ${instruction}: ${kind} ${maps[map]?.name ?? '?'}${offset > 0 ? `+${offset}` : ''}\n`;
    });
    return `${name}:\n${uses.join('')}${disassemble(code, { numbered: true }).join('\n')}\n`;
  });
  return parts.join('\n');
}
