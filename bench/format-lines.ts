/**
 * How many lines a second `printf("%s %d\n", comm, pid)` makes of records in memory, written to /dev/null in
 * blocks. The bar is two million; formatting must never be what loses events.
 */
import { closeSync, openSync } from 'node:fs';
import { Writer } from '../src/output/writer.ts';
import type { Type } from '../src/program/types.ts';
import { Memory } from '../src/runtime/decode/memory.ts';
import { compilePrintf } from '../src/runtime/decode/printf.ts';
import { plainResolvers } from '../src/runtime/decode/resolvers.ts';

const records = 65_536;
const recordSize = 32;
const comm: Type = { kind: 'string', size: 16 };
const pid: Type = { kind: 'int', size: 4, signed: false };
const layout = {
  fixedSize: recordSize,
  fields: [
    { offset: 8, type: comm, tail: false },
    { offset: 24, type: pid, tail: false },
  ],
};
const names = [
  'node',
  'bash',
  'kworker/0:1-eve',
  'systemd',
  'dd',
  'postgres',
  'ksoftirqd/1',
  'containerd-shim',
];

const memory = new Memory(new Uint8Array(records * recordSize));
for (let index = 0; index < records; index++) {
  memory.bytes.write(names[index % names.length] ?? '', index * recordSize + 8, 'latin1');
  memory.view.setUint32(index * recordSize + 24, 1 + ((index * 7919) % 4_000_000), true);
}

const format = compilePrintf('%s %d\n', layout, plainResolvers);
const fd = openSync('/dev/null', 'w');
const writer = new Writer(fd);
const rounds = Number(process.argv[2] ?? 32);
const started = process.hrtime.bigint();
for (let round = 0; round < rounds; round++) {
  for (let at = 0; at < records * recordSize; at += recordSize) writer.write(format(memory, at, recordSize));
}
writer.flush();
const nanoseconds = Number(process.hrtime.bigint() - started);
closeSync(fd);
const lines = rounds * records;
console.log(
  `${(nanoseconds / lines).toFixed(0)} ns a line, ${((lines / nanoseconds) * 1000).toFixed(2)} million lines a second`,
);
