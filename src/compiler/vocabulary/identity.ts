/**
 * Which probe fired: `probe`, `func`, `probetype`. For a body of one probe that is a constant. For one that serves
 * several it is looked up in a read-only table, by the number of the system call or the cookie of the attachment.
 */

import type { ResolvedProbe } from '../../probes/probe-type.ts';
import { sizeOf } from '../../program/layout.ts';
import { text } from '../3-check/expressions/fold.ts';
import { helpers } from '../4-lower/helper-ids.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import { copyMemory } from '../4-lower/memory.ts';
import type { ValueId } from '../ir.ts';
import { messages } from '../messages/messages.ts';
import { syscallNumber } from './arguments.ts';
import { checkArity, failed, made } from './call.ts';
import type { FunctionEntry } from './entry.ts';

type NameOf = (probe: ResolvedProbe) => string | undefined;

function identity(name: string, nameOf: NameOf): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    dependsOnProbe: true,
    check(checker, call) {
      if (!checkArity(checker, call, 0)) return failed(call);
      const names = checker.probes.map(nameOf);
      const first = names[0];
      if (first === undefined)
        return checker.fail(call.span, messages.builtinNotHere(name, checker.probe.type.name));
      if (names.every((other) => other === first)) return text(first, call.span);
      const size = Math.max(...names.map((other) => (other ?? '').length)) + 1;
      return made(entry, call, { kind: 'string', size });
    },
    lowerInto(l, call, to) {
      const size = sizeOf(call.type);
      const row = tableRow(l, name, nameOf, size);
      copyMemory(l, { base: row, offset: 0, align: 8 }, to, size);
    },
  };
  return entry;
}

/** Address of the row of the probe that fired; rows are padded to words. */
function tableRow(l: Lowering, name: string, nameOf: NameOf, size: number): ValueId {
  const stride = (size + 7) & ~7;
  const keys = l.probes.map((probe, i) => probe.dispatch?.number ?? i);
  const rows = Math.max(...keys) + 1;
  const table = new Uint8Array(rows * stride);
  for (const [i, probe] of l.probes.entries()) {
    for (const [at, character] of [...(nameOf(probe) ?? '')].entries())
      table[keys[i]! * stride + at] = character.charCodeAt(0);
  }
  const map = l.program.table(`${name}s`, table);
  const key =
    l.probe.dispatch === undefined
      ? l.b.call(helpers.getAttachCookie, [l.context], { pure: true })
      : syscallNumber(l);
  return l.b.binary('add', l.b.mapValue(map), l.b.binary('mul', inRange(l, key, rows), BigInt(stride)));
}

/** Always true of the key; the verifier wants to see it. Nothing may leave the program here: a record may be held. */
function inRange(l: Lowering, key: ValueId, rows: number): ValueId {
  const row = l.b.variable(key);
  l.when('gt', key, BigInt(rows - 1), () => l.b.write(row, 0n));
  return l.b.read(row);
}

export const probe = identity('probe', (p) => p.name);
export const func = identity('func', (p) => p.functionName);
export const probetype = identity('probetype', (p) => p.type.probetype);
