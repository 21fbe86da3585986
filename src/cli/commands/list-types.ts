/** `-l 'struct NAME*'`: types of the kernel by pattern; with `-v` their definitions. */
import type { Btf } from '../../btf/btf.ts';

const typePattern = /^(struct|union|enum) +(\S+)$/;

/** Undefined when the pattern is not about types. */
export function typeLines(
  pattern: string,
  btf: Btf | undefined,
  verbose: boolean,
): readonly string[] | undefined {
  const [, kind, name] = typePattern.exec(pattern) ?? [];
  if (name === undefined || (kind !== 'struct' && kind !== 'union' && kind !== 'enum')) return undefined;
  const found = [...(btf?.findAll(name, kind) ?? [])];
  const unique = [...new Map(found.map((type) => [type.name, type])).values()];
  unique.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!verbose) return unique.map((type) => `${kind} ${type.name}`);
  return unique.flatMap(({ id }) => [`vmlinux: ${btf?.toC(id).trimEnd()}`, '']);
}
