import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRange } from '../program/program.ts';
import { escapeControl, fromByteString, toByteString } from './byte-string.ts';
import { JsonOutput } from './json.ts';
import { jsonInteger, jsonString } from './json-text.ts';
import type { MapContents } from './map-contents.ts';
import { MessageOutput } from './message-output.ts';
import type { Output } from './output.ts';
import type { Message } from './protocol.ts';
import { TextOutput } from './text.ts';
import type { Printable } from './value.ts';
import { Writer } from './writer.ts';

const source = 'begin { @a[1] = 1;\n\t@a[2] = 2; }\n';
const range: SourceRange = { file: 'stdin', line: 2, column: 2, endLine: 2, endColumn: 11 };
const inMacro: SourceRange = {
  file: 'stdin',
  line: 1,
  column: 9,
  endLine: 1,
  endColumn: 14,
  expandedFrom: range,
};
const five: Printable = { text: () => '5', json: () => '5', value: () => 5 };
const scalar: MapContents = {
  name: '@a',
  scalar: true,
  kind: 'integer',
  average: false,
  rows: [{ key: undefined, value: 7n }],
};
const empty: MapContents = { name: '@e', scalar: false, kind: 'integer', average: false, rows: [] };

interface Streams {
  out: string;
  err: string;
}

function run(
  kind: typeof TextOutput | typeof JsonOutput,
  use: (output: Output) => void,
  options: { quiet?: boolean; noWarnings?: boolean } = {},
): Streams {
  const streams: Streams = { out: '', err: '' };
  const stream = (name: keyof Streams) =>
    new Writer(1, {
      write: (_fd, bytes, offset, length) => {
        streams[name] += Buffer.from(bytes).toString('latin1', offset, offset + length);
        return length;
      },
    });
  const output = new kind({ out: stream('out'), err: stream('err'), sources: () => source, ...options });
  use(output);
  output.flush();
  return streams;
}
const text = (use: (output: Output) => void, options = {}) => run(TextOutput, use, options);
const json = (use: (output: Output) => void, options = {}) => run(JsonOutput, use, options);

const mapFull = {
  helper: 'map_update_elem',
  message: "Map full; can't update element.",
  strerror: 'Argument list too long',
  returnCode: -7,
  range,
};

describe('text output', () => {
  it('says on standard error how many probes there are', () => {
    expect(text((output) => output.attachedProbes(1))).toEqual({ out: '', err: 'Attached 1 probe\n' });
    expect(text((output) => output.attachedProbes(3))).toEqual({ out: '', err: 'Attached 3 probes\n' });
    expect(text((output) => output.attachedProbes(3), { quiet: true })).toEqual({ out: '', err: '' });
  });

  it('prints results on the output', () => {
    const { out, err } = text((output) => {
      output.value(five);
      output.printf('no newline ');
      output.time('10:00\n');
      output.cat('file');
      output.join('a b');
      output.system('done\n');
      output.map(scalar);
      output.map(empty);
      output.endOfTracing();
    });
    expect(out).toBe('5\nno newline 10:00\nfilea b\ndone\n\n@a: 7\n\n\n');
    expect(err).toBe('');
  });

  it('prints errorf and warnf with their place, first line only', () => {
    const use = (output: Output) => {
      output.errorf('x 1\n', { file: 'stdin', line: 1, column: 30, endLine: 1, endColumn: 55 });
      output.warnf('a\nb', { file: 'stdin', line: 1, column: 57, endLine: 1, endColumn: 70 });
      output.warnf('two', { file: 'stdin', line: 2, column: 1, endLine: 3, endColumn: 2 });
      output.errorf('inside', inMacro);
    };
    expect(text(use).err).toBe(
      'stdin:1:30-55: ERROR: x 1\nstdin:1:57-70: WARNING: a\nstdin:2-3: WARNING: two\nstdin:1:9-14: ERROR: inside\nstdin:2:2-11: ERROR: expanded from\n',
    );
    expect(text(use, { noWarnings: true }).err).not.toContain('WARNING');
  });

  it('shows the source of run-time warnings', () => {
    expect(text((output) => output.helperError(mapFull)).err).toBe(
      "stdin:2:2-11: WARNING: Map full; can't update element.\nAdditional Info - helper: map_update_elem, retcode: -7\n    @a[2] = 2; }\n    ~~~~~~~~~\n",
    );
    expect(text((output) => output.runtimeError('Oops.', inMacro)).err).toBe(
      'stdin:1:9-14: WARNING: Oops.\nbegin { @a[1] = 1;\n        ~~~~~\nstdin:2:2-11: WARNING: expanded from\n    @a[2] = 2; }\n    ~~~~~~~~~\n',
    );
    expect(text((output) => output.runtimeError('Oops.', range), { noWarnings: true }).err).toBe('');
  });

  it('counts lost events', () => {
    expect(
      text((output) => {
        output.lostEvents(2927);
        output.end(11708);
      }).err,
    ).toBe('Lost 2927 events\nWARNING: Total lost event count: 11708\n');
    expect(text((output) => output.end(0)).err).toBe('');
  });

  it('writes messages as UTF-8', () => {
    expect(fromByteString(text((output) => output.error("failed to open file 'é'")).err)).toBe(
      "ERROR: failed to open file 'é'\n",
    );
  });
});

describe('JSON output', () => {
  it('has the records of the reference', () => {
    const { out, err } = json((output) => {
      output.attachedProbes(2);
      output.value(five);
      output.printf('te"xt\n');
      output.map(scalar);
      output.map(empty);
      output.time('t');
      output.cat('c');
      output.join('j');
      output.system('s');
      output.errorf('bad 5\n', { file: 'stdin', line: 1, column: 9, endLine: 1, endColumn: 12 });
      output.lostEvents(2927);
      output.helperError(mapFull);
      output.runtimeError('Divide or modulo by 0 detected.', range);
      output.endOfTracing();
      output.end(0);
    });
    expect(out.split('\n')).toEqual([
      '{"type": "attached_probes", "count": 2, "data": {"probes": 2}}',
      '{"type": "value", "data": 5}',
      '{"type": "printf", "data": "te\\"xt\\n"}',
      '{"type": "map", "data": {"@a": 7}}',
      '{"type": "time", "data": "t"}',
      '{"type": "cat", "data": "c"}',
      '{"type": "join", "data": "j"}',
      '{"type": "syscall", "data": "s"}',
      '{"type": "errorf", "msg": "bad 5\\n", "filename": "stdin", "line": 1, "col": 9}',
      '{"type": "lost_events", "count": 2927, "data": {"events": 2927}}',
      '{"type": "helper_error", "msg": "Argument list too long", "helper": "map_update_elem", "retcode": -7, "filename": "stdin", "line": 2, "col": 2}',
      '{"type": "runtime_error", "msg": "Divide or modulo by 0 detected.", "filename": "stdin", "line": 2, "col": 2}',
      '',
    ]);
    expect(err).toBe('');
  });

  it('keeps messages without a place on standard error', () => {
    expect(json((output) => output.error('no file')).err).toBe('ERROR: no file\n');
  });
});

describe('JSON strings', () => {
  it('escape as the reference does', () => {
    expect(jsonString('"\\\n\r\t\x01\x1f\x7f')).toBe('"\\"\\\\\\n\\r\\t\\u0001\\u001f\\u007f"');
  });

  it('are valid JSON and keep text, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const wellFormed = Buffer.from(any, 'utf8').toString('utf8');
        expect(JSON.parse(fromByteString(jsonString(toByteString(wellFormed))))).toBe(wellFormed);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const quoted = jsonString(Buffer.from(bytes).toString('latin1'));
        expect(typeof JSON.parse(fromByteString(quoted))).toBe('string');
      }),
    );
  });

  it('quote integers that a double cannot hold', () => {
    expect([2n ** 53n, 2n ** 53n + 1n, 2n ** 60n, -5n].map(jsonInteger)).toEqual([
      '9007199254740992',
      '"9007199254740993"',
      '1152921504606846976',
      '-5',
    ]);
  });
});

describe('escapeControl', () => {
  it('leaves nothing that moves a cursor', () => {
    expect(escapeControl('a\x1b[2Jb\r\n\t\x7f')).toBe('a\\x1b[2Jb\\x0d\n\t\\x7f');
    expect(escapeControl(toByteString('\u009bé'))).toBe(`\\xc2\\x9b${toByteString('é')}`);
  });
});

describe('messages', () => {
  it('are plain values', () => {
    const messages: Message[] = [];
    const output = new MessageOutput((message) => messages.push(message));
    output.attachedProbes(1);
    output.value(five);
    output.join(toByteString('é'));
    output.map({
      name: '@h',
      scalar: false,
      kind: 'hist',
      bits: 0,
      divisor: 2,
      rows: [{ key: { text: () => 'k', value: () => 'k' }, value: [4, 0, 2, 0] }],
    });
    output.helperError(mapFull);
    output.end(3);
    expect(structuredClone(messages)).toEqual([
      { type: 'attached', probes: 1 },
      { type: 'value', data: 5 },
      { type: 'text', source: 'join', text: 'é\n' },
      {
        type: 'map',
        map: {
          name: '@h',
          scalar: false,
          kind: 'histogram',
          scale: 'log2',
          rows: [
            {
              key: 'k',
              label: 'k',
              value: [
                { max: -1, count: 2 },
                { min: 0, max: 0, count: 0 },
                { min: 1, max: 1, count: 1 },
              ],
            },
          ],
        },
      },
      {
        type: 'run-time-warning',
        text: mapFull.message,
        range,
        helper: { name: 'map_update_elem', returnCode: -7 },
      },
      { type: 'end', lostInAll: 3 },
    ]);
  });
});
