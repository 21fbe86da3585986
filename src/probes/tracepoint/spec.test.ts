import { expect, test } from 'vitest';
import { fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { compile } from '../../compiler/compile.ts';

/** Names of the formats that were read. */
function formatsRead(source: string): readonly string[] {
  const plain = fixtureTarget();
  const read: string[] = [];
  const target = fixtureTarget({
    tracepointFormat: (subsystem, event) => {
      read.push(`${subsystem}:${event}`);
      return plain.tracepointFormat(subsystem, event);
    },
  });
  const { program, diagnostics } = compile(source, target);
  expect(diagnostics).toEqual([]);
  expect(program).toBeDefined();
  return [...new Set(read)].sort();
}

test('a wildcard reads no formats for a body that reads no fields', () => {
  expect(formatsRead('tracepoint:raw_syscalls:* { @ = count(); }')).toEqual([]);
  expect(formatsRead('tracepoint:raw_syscalls:* { @[args.id] = count(); }')).toEqual([
    'raw_syscalls:sys_enter',
    'raw_syscalls:sys_exit',
  ]);
});

test('a name is looked for', () => {
  expect(formatsRead('tracepoint:raw_syscalls:sys_enter { @ = count(); }')).toEqual([
    'raw_syscalls:sys_enter',
  ]);
});
