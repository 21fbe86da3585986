/** The three forms of the same results. */
import { describe, expect, it } from 'vitest';
import type { Result } from '../run/result.ts';
import { commColumn, count, label, measure, pidColumn } from '../shape/column.ts';
import type { Shape } from '../shape/shape.ts';
import { CsvRenderer } from './csv-renderer.ts';
import { histogramText } from './histogram-text.ts';
import { JsonRenderer } from './json-renderer.ts';
import { TextRenderer } from './text-renderer.ts';

function rendered(shape: Shape, results: readonly Result[]) {
  const forms = { text: '', json: '', csv: '' };
  const options = (form: keyof typeof forms) => ({
    write: (text: string) => {
      forms[form] += text;
    },
    warn: () => {},
    wide: false,
    timestamps: false,
  });
  for (const renderer of [
    new TextRenderer(options('text')),
    new JsonRenderer(options('json')),
    new CsvRenderer(options('csv')),
  ]) {
    renderer.begin([shape], 'Tracing. Hit Ctrl-C to end.');
    for (const result of results) renderer.result(result);
  }
  return forms;
}

describe('events', () => {
  const shape = {
    kind: 'events',
    columns: [
      pidColumn,
      commColumn,
      measure('LAT(ms)', 'latency_ms', { about: 'latency' }),
      label('PATH', 'path', { about: 'path' }),
    ],
  } as const;
  const forms = rendered(shape, [
    { kind: 'event', shape, cells: [12, 'a\x1b[2Jb', 1.234567, '/tmp/a,b "c"\n'] },
    { kind: 'event', shape, cells: [12345678901234567890n, 'x', null, '/'] },
  ]);

  it('are columns in text, with control characters made visible', () => {
    expect(forms.text).toBe(
      [
        'Tracing. Hit Ctrl-C to end.',
        'PID     COMM              LAT(ms) PATH',
        '12      a\\x1b[2Jb            1.23 /tmp/a,b "c"\\x0a',
        '12345678901234567890 x                       - /',
        '',
      ].join('\n'),
    );
  });

  it('are objects in JSON', () => {
    expect(
      forms.json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'event', pid: 12, comm: 'a\x1b[2Jb', latency_ms: 1.234567, path: '/tmp/a,b "c"\n' },
      { type: 'event', pid: '12345678901234567890', comm: 'x', latency_ms: null, path: '/' },
    ]);
  });

  it('are quoted in CSV where they must be', () => {
    expect(forms.csv).toBe(
      'pid,comm,latency_ms,path\r\n12,a\x1b[2Jb,1.234567,"/tmp/a,b ""c""\n"\r\n12345678901234567890,x,,/\r\n',
    );
  });
});

describe('histograms', () => {
  const section = {
    key: [],
    scale: 'log2',
    buckets: [
      { min: 0, max: 0, count: 1 },
      { min: 1, max: 1, count: 3 },
      { min: 2, max: 3, count: 0 },
      { min: 4, max: 7, count: 8 },
    ],
  } as const;

  it('have a row for each power of two from 0 on', () => {
    expect(histogramText(section, 'usecs')).toBe(
      [
        '     usecs               : count     distribution',
        '         0 -> 1          : 4        |********************                    |',
        '         2 -> 3          : 0        |                                        |',
        '         4 -> 7          : 8        |****************************************|',
        '',
      ].join('\n'),
    );
  });

  it('are wider beyond 32 bits', () => {
    const text = histogramText(
      { ...section, buckets: [{ min: 1n << 40n, max: (1n << 41n) - 1n, count: 1 }] },
      'nsecs',
    );
    expect(text.split('\n')[0]).toBe(`${' '.repeat(15)}${'nsecs'.padEnd(29)} : count     distribution`);
    expect(text.split('\n').at(-2)).toBe(
      `${'1099511627776'.padStart(20)} -> ${'2199023255551'.padEnd(20)} : ${'1'.padEnd(8)} |${'*'.repeat(20)}|`,
    );
  });

  it('are linear where the program counts so', () => {
    const linear = {
      key: [],
      scale: 'linear',
      buckets: [
        { min: 0, max: 9, count: 2 },
        { min: 10, max: 19, count: 1 },
      ],
    } as const;
    expect(histogramText(linear, 'length')).toBe(
      [
        '     length        : count     distribution',
        `        ${'0'.padEnd(10)} : ${'2'.padEnd(8)} |${'*'.repeat(40)}|`,
        `        ${'10'.padEnd(10)} : ${'1'.padEnd(8)} |${'*'.repeat(20).padEnd(40)}|`,
        '',
      ].join('\n'),
    );
  });
});

describe('stacks', () => {
  const shape = (folded: boolean) =>
    ({
      kind: 'stacks',
      map: '@',
      key: [commColumn, 'user', 'kernel'],
      value: count('COUNT', 'count', { about: 'count' }),
      folded,
    }) as const;
  const row = {
    kernel: ['schedule+1', 'do_nanosleep+2'],
    user: ['sleep+9', 'main+1'],
    cells: ['demo'],
    value: 7,
  };

  it('are lines of frames with what stands beside', () => {
    const { text } = rendered(shape(false), [{ kind: 'stacks', shape: shape(false), rows: [row] }]);
    expect(text).toContain(
      '    schedule+1\n    do_nanosleep+2\n    --\n    sleep+9\n    main+1\n    -                demo\n        7\n',
    );
  });

  it('are one line each when folded', () => {
    const { text } = rendered(shape(true), [{ kind: 'stacks', shape: shape(true), rows: [row] }]);
    expect(text).toBe('demo;main;sleep;-;do_nanosleep;schedule 7\n');
  });
});

describe('stacks of wakers', () => {
  const shape = (folded: boolean) =>
    ({
      kind: 'stacks',
      map: '@',
      key: ['waker_kernel', label('WAKER', 'waker', { about: 'waker' }), 'kernel', 'user', commColumn],
      value: count('TIME', 'time_us', { about: 'time' }),
      folded,
    }) as const;
  const row = {
    waker_kernel: ['try_to_wake_up+1', 'do_exit+2'],
    kernel: ['schedule+3', 'do_wait+4'],
    user: [],
    cells: ['sleep', 'sh'],
    value: 5,
  };
  const forms = (folded: boolean) =>
    rendered(shape(folded), [{ kind: 'stacks', shape: shape(folded), rows: [row] }]);

  it('meet the stack that they woke at the innermost frames', () => {
    expect(forms(false).text).toContain(
      [
        '    waker: sleep',
        '    do_exit+2',
        '    try_to_wake_up+1',
        '    --',
        '    schedule+3',
        '    do_wait+4',
        '    -                sh',
        '        5',
      ].join('\n'),
    );
    expect(forms(true).text).toBe('sh;do_wait;schedule;--;try_to_wake_up;do_exit;sleep 5\n');
  });

  it('are fields of their own in JSON', () => {
    expect(JSON.parse(forms(false).json)).toEqual({
      type: 'stack',
      waker: 'sleep',
      comm: 'sh',
      kernel: row.kernel,
      user: [],
      waker_kernel: row.waker_kernel,
      time_us: 5,
    });
  });
});

describe('continuous tables', () => {
  it('have one header, and the time in front of each row', () => {
    const shape = {
      kind: 'table',
      continuous: true,
      keys: [],
      maps: { reads: '@reads' },
      values: [count('READS', 'reads', { about: 'reads' })],
      sort: 'reads',
    } as const;
    let text = '';
    const renderer = new TextRenderer({
      write: (more) => {
        text += more;
      },
      warn: () => {},
      wide: false,
      timestamps: false,
    });
    renderer.begin([shape], undefined);
    for (const reads of [1, 22]) {
      renderer.interval(new Date(2026, 0, 2, 3, 4, 5));
      renderer.result({ kind: 'table', shape, rows: [[reads]] });
    }
    expect(text).toBe('TIME        READS\n03:04:05        1\n03:04:05       22\n');
  });
});
