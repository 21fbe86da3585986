import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Errno } from './errno.ts';
import { KernelFileError, UnsupportedFeatureError } from './errors.ts';
import { FakeKernel } from './fake-kernel.ts';
import { nativeKernel } from './native.ts';
import { openTracefs } from './tracefs.ts';
import { parseTracepointFormat } from './tracepoint-format.ts';

const field = (declaration: string, size: number, offset = 8, signed = 0) =>
  `name: x\nID: 7\nformat:\n\tfield:${declaration};\toffset:${offset};\tsize:${size};\tsigned:${signed};\n`;
const parsed = (declaration: string, size: number) =>
  parseTracepointFormat(field(declaration, size), 'f').fields[0];

describe('a format file', () => {
  it.each([
    ['unsigned short common_type', 2, { name: 'common_type', elementType: 'unsigned short' }],
    ['const char * filename', 8, { name: 'filename', elementType: 'const char *' }],
    ['struct cred *new', 8, { name: 'new', elementType: 'struct cred *' }],
    ['char comm[16]', 16, { name: 'comm', elementType: 'char', arrayLength: 16 }],
    ['char comm[TASK_COMM_LEN]', 16, { name: 'comm', elementType: 'char', arrayLength: 16 }],
    [
      '__u8 saddr_v6[sizeof(struct in6_addr)]',
      16,
      { name: 'saddr_v6', elementType: '__u8', arrayLength: 16 },
    ],
    ['unsigned long args[6]', 48, { name: 'args', elementType: 'unsigned long', arrayLength: 6 }],
    ['char buf[]', 0, { name: 'buf', elementType: 'char', arrayLength: 0 }],
    ['__data_loc char[] name', 4, { name: 'name', elementType: 'char', dataLoc: true }],
    ['__rel_loc char[] name', 4, { name: 'name', elementType: 'char', relativeLoc: true, dataLoc: false }],
    ['__data_loc cpumask_t cpumask', 4, { name: 'cpumask', elementType: 'cpumask_t', dataLoc: true }],
    ['void (*fn)(struct work *)', 8, { name: 'fn', elementType: 'void (*)(struct work *)' }],
    ['enum zone_type classzone_idx', 4, { name: 'classzone_idx', elementType: 'enum zone_type' }],
  ])('describes "%s"', (declaration, size, expected) => {
    expect(parsed(declaration, size)).toMatchObject({ size, offset: 8, ...expected });
    expect(parsed(declaration, size)?.arrayLength).toBe(
      'arrayLength' in expected ? expected.arrayLength : undefined,
    );
  });

  it('keeps the type as it is written', () => {
    expect(parsed('__data_loc char[] name', 4)?.type).toBe('__data_loc char[]');
    expect(parsed('unsigned long args[6]', 48)?.type).toBe('unsigned long[6]');
  });

  it.each([
    ['', /no "name:"/],
    ['name: x\nID: 7\n\tfield:int pid;\toffset:x;\n', /events\/f:3: "field:int pid;.*is not a field/],
    ['name: x\nID: 7\n\tfield:pid;\toffset:1;\tsize:2;\n', /"pid" is not a declaration/],
  ])('names the place of damage: %j', (text, message) => {
    expect(() => parseTracepointFormat(text, 'events/f')).toThrow(message);
    expect(() => parseTracepointFormat(text, 'events/f')).toThrow(KernelFileError);
  });
});

describe('tracefs of this machine', () => {
  const tracefs = openTracefs(nativeKernel());

  it('describes every tracepoint it lists, without overlaps', () => {
    let events = 0;
    for (const subsystem of tracefs.subsystems()) {
      for (const event of tracefs.events(subsystem)) {
        const format = tracefs.format(subsystem, event);
        if (!format) continue;
        events++;
        const id = tracefs.eventId(subsystem, event);
        expect(id === undefined || id === format.id, `${subsystem}:${event}`).toBe(true);
        for (const [i, { offset, size, name }] of format.fields.entries()) {
          const before = format.fields[i - 1];
          expect(before && before.offset + before.size > offset, `${subsystem}:${event} ${name}`).toBeFalsy();
          expect(size === 0 || name !== '').toBe(true);
        }
      }
    }
    expect(events).toBeGreaterThan(300);
  });

  it('knows the first fields of sched_switch', () => {
    const fields = tracefs.format('sched', 'sched_switch')?.fields ?? [];
    expect(fields.find((one) => one.name === 'prev_comm')).toMatchObject({
      type: 'char[16]',
      elementType: 'char',
      size: 16,
      arrayLength: 16,
      offset: 8,
    });
    expect(fields.find((one) => one.name === 'common_pid')).toMatchObject({
      type: 'int',
      offset: 4,
      size: 4,
      signed: true,
    });
  });

  it('has nothing for names that do not exist or would leave the directory', () => {
    expect(tracefs.format('sched', 'no_such_event')).toBeUndefined();
    expect(tracefs.eventId('..', 'events')).toBeUndefined();
    expect(tracefs.events('../options')).toEqual([]);
    expect(tracefs.events('nonesuch')).toEqual([]);
  });
});

describe('tracefs that is not mounted', () => {
  const empty = mkdtempSync(join(tmpdir(), 'kscope-test-'));
  const open = (kernel: FakeKernel) => openTracefs(kernel, [empty]);

  it('is mounted', () => {
    const kernel = new FakeKernel();
    expect(open(kernel).path).toBe(empty);
    expect(kernel.calls).toEqual([{ name: 'mount', args: ['tracefs', empty, 'tracefs'] }]);
  });

  it('is reported with what to do when it may not be mounted', () => {
    expect(() => open(new FakeKernel().fail('mount', Errno.EPERM))).toThrow(
      /EPERM\. Run as root, or: mount -t tracefs/,
    );
  });

  it('is an unsupported feature when the kernel has none', () => {
    expect(() => open(new FakeKernel().fail('mount', Errno.ENODEV))).toThrow(UnsupportedFeatureError);
    rmSync(empty, { recursive: true });
  });
});
