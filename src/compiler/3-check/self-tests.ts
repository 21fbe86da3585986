/**
 * `test` and `bench` probes: their names must be unique, since the report knows them by name, and they are part of
 * the program only when the command is to run them. They are checked like all others either way.
 */
import { findProbeType } from '../../probes/registry.ts';
import type { SelfTestMode } from '../../program/program.ts';
import type { AttachPoint, ProgramAst } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import type { CheckedProbe } from './check-program.ts';

export function checkTestNames({ probes }: ProgramAst, reporter: Reporter): void {
  const first = new Map<string, AttachPoint>();
  for (const point of probes.flatMap(({ attachPoints }) => attachPoints)) {
    const [provider = '', name = ''] = point.parts;
    const type = findProbeType(provider)?.name;
    if (type !== 'test' && type !== 'bench') continue;
    const key = `${type}:${name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, point);
    else {
      const note = { message: 'this is the other instance', span: other.span };
      reporter.error(point.span, messages.testNameTwice(name, type.toUpperCase()), { notes: [note] });
    }
  }
}

/** What tests a probe belongs to; undefined for all others. */
export function selfTestOf({ probes }: CheckedProbe): SelfTestMode | undefined {
  const point = probes[0]?.point;
  return point?.kind === 'self-test' ? point.mode : undefined;
}
