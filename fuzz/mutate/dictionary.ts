/** Words of the language for mutators to put in: names of the vocabulary itself, and what grammar and lexer know. */
import { functionNames } from '../../src/compiler/vocabulary/registry.ts';

const operators =
  '+ - * / % & | ^ << >> < <= > >= == != && || ! ~ ? : ?: = += -= *= /= %= &= |= ^= <<= >>= ++ -- . -> .. , ; ( ) [ ] { } @ $ # " \\ \' ` //';
const words =
  'config import macro fn let for while unroll if else break continue return sizeof offsetof typeof typeinfo comptime true false struct union enum begin end interval profile software hardware tracepoint rawtracepoint uprobe uretprobe usdt kprobe kretprobe fentry fexit watchpoint iter self test bench';
const types =
  'bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 void string buffer inet timestamp macaddr_t cgroup_path_t username_t min_t max_t sum_t count_t avg_t stats_t umin_t hash lruhash percpuhash percpulruhash';
const pieces = [
  ...[
    '$a',
    '$b',
    '@',
    '@a',
    '@x',
    '$1',
    '$2',
    '$#',
    '$99',
    '0',
    '1',
    '-1',
    '64',
    '1000000',
    '"a"',
    '""',
    '"%s %d\\n"',
  ],
  ...[
    '(uint8)',
    '(int64)',
    '(struct task_struct *)',
    '(uint8[4])',
    '(string[4])',
    '(1, "a")',
    '(a=1, b="x")',
    '()',
  ],
  ...[
    'curtask',
    'args',
    'arg0',
    'retval',
    'kstack',
    'ustack',
    'comm',
    'pid',
    '.comm',
    '.0',
    '[0]',
    '*',
    '&$a',
    '&@a',
  ],
  ...[
    '{ }',
    '{ $a = 1; $a }',
    'if (1) { 1 } else { 2 }',
    'for $i : 0..10 {',
    'for $kv : @a {',
    'unroll(3) {',
    '/1/',
  ],
];

export const dictionary: readonly string[] = [
  ...operators.split(' '),
  ...words.split(' '),
  ...types.split(' '),
  ...[...functionNames()].flatMap((name) => [name, `${name}(`]),
  ...pieces,
];
