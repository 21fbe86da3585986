/** Random ways through the kernel's structs: members of members, by value and through pointers. */
import type { Btf } from '../../src/btf/btf.ts';
import type { Random } from '../random.ts';

export interface Walk {
  readonly text: string;
  readonly ends: 'int' | 'string' | 'other';
}

/** From an expression that points to (or is) a struct of that name. */
export function walkMembers(start: string, structName: string, btf: Btf, random: Random): Walk {
  let id = btf.find(structName, 'struct');
  let text = start;
  for (let step = 0; id !== undefined && step < 6; step++) {
    const members = membersOf(btf, id);
    if (members.length === 0) break;
    const member = random.pick(members);
    text += `.${member.name}`;
    const reached = follow(btf, member.typeId, random);
    text += reached.suffix;
    if (reached.structId === undefined) return { text, ends: reached.ends };
    if (random.chance(15)) break;
    id = reached.structId;
  }
  return { text, ends: 'other' };
}

function membersOf(btf: Btf, id: number): readonly { readonly name: string; readonly typeId: number }[] {
  return btf.layout(id).members.filter(({ name }) => name !== '');
}

interface Reached {
  readonly suffix: string;
  readonly structId?: number;
  readonly ends: Walk['ends'];
}

function follow(btf: Btf, typeId: number, random: Random): Reached {
  const type = btf.type(btf.strip(typeId));
  switch (type.kind) {
    case 'int':
      return { suffix: '', ends: 'int' };
    case 'enum':
      return { suffix: '', ends: 'other' };
    case 'struct':
    case 'union':
      return { suffix: '', structId: type.id, ends: 'other' };
    case 'ptr': {
      const target = btf.type(btf.strip(type.to));
      return target.kind === 'struct' || target.kind === 'union'
        ? { suffix: '', structId: target.id, ends: 'other' }
        : { suffix: '', ends: 'other' };
    }
    case 'array': {
      const element = btf.type(btf.strip(type.element));
      if (element.kind === 'int' && /^char$/.test(element.name) && type.length > 0)
        return { suffix: '', ends: 'string' };
      if (random.chance(20)) return { suffix: '', ends: 'other' };
      const index = random.pick([
        '0',
        '1',
        String(Math.max(0, type.length - 1)),
        '(uint8)rand',
        String(type.length),
      ]);
      const inner = follow(btf, type.element, random);
      return { ...inner, suffix: `[${index}]${inner.suffix}` };
    }
    default:
      return { suffix: '', ends: 'other' };
  }
}
