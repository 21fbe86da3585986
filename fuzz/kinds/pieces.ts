/** Parts of programs with a language of their own, each in a program that is otherwise right. */
import type { FuzzKind } from '../kind.ts';
import { tokensOf } from '../minimise.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { mutateTokens } from '../mutate/tokens.ts';
import type { Random } from '../random.ts';
import { compileAndLoad } from './compile-and-load.ts';

const definitions = [
  'struct P { int x; char name[16]; unsigned long long big; struct { short s; unsigned char b : 3, c : 4; } in; int arr[3]; struct P *next; };',
  'union U { int i; char c[8]; double d; struct { int a, b; }; } __attribute__((packed));',
  'enum Colour { RED, GREEN = 5, BLUE = 1 << 20, LAST = GREEN + 1 };',
  '#define FIVE 5\n#define TEXT "text"\n#define SUM (FIVE + 1)\n#if defined(FIVE) && FIVE > 3\nstruct Q { long l[2][3]; void (*f)(int, char *); };\n#else\nstruct Q { int l; };\n#endif',
  'struct P { int x : 31; long long y : 40; int : 0; enum { A, B } kind; const volatile char *s; uint8_t flex[]; };',
  '#ifdef BPFTRACE_HAVE_BTF\nstruct P { struct task_struct *task; struct list_head list; pid_t pid; };\n#endif',
];
const usesOfThem =
  'begin { $p = (struct P *)0; print($p.x); print(*$p); $u = (union U *)curtask; print($u.i); print(sizeof(struct P)); print((enum Colour)5); print(FIVE); @[*$p] = 1; $q = (struct Q *)1; print($q.l); }';

const attachPoints = [
  ...[
    'begin',
    'END',
    'interval:s:1',
    'interval:5ms',
    'profile:hz:99',
    'software:page-faults:100',
    'hardware:cycles:1e6',
  ],
  ...[
    'tracepoint:syscalls:sys_enter_openat',
    't:sched:sched_*',
    't:*:sys_enter',
    'rawtracepoint:sched_switch',
    'rt:vmlinux:sys_*',
  ],
  ...[
    'uprobe:/bin/bash:readline',
    'u:/bin/bash:"readline"+0',
    'ur:libc:mall*',
    'uprobe:/bin/bash:0x1000',
    'u:/bin/ba*:main',
    'usdt:/bin/bash:*:*',
  ],
  ...[
    'kprobe:vfs_read',
    'kr:vfs_*',
    'k:mod:f+4',
    'fentry:vfs_read',
    'fexit:vmlinux:vfs_open',
    'kfunc:bpf:*',
    'watchpoint:0x1000:8:rw',
  ],
  ...[
    'iter:task',
    'it:task_file:list',
    'self:signal:SIGUSR1',
    'test:a',
    'bench:b',
    'a=begin',
    'uprobe:/bin/bash@bash.c:10',
    'u:$2:$1',
  ],
];

/** Devices, pipes and endless trees are what a path must not lead into. */
const paths = [
  '/dev/zero',
  '/dev/stdin',
  '/proc/self/mem',
  '/proc/kcore',
  '/',
  '.',
  '/etc/passwd',
  '/nosuch',
  '*',
  '/*/*',
  '/usr/bin/*',
];

const conversions =
  'd i u x X o p c s r rx rh f e g % n ld llu hhd 5d -5s 05d .3s *d #x +d  d 9999999999d .99999s 1$d lx zd h'.split(
    ' ',
  );
const formatArguments = [
  '1',
  '-1',
  'pid',
  '"text"',
  'comm',
  '(1, "a")',
  'kstack',
  'ustack',
  'buf("ab", 2)',
  'curtask',
  'true',
  'ntop(1)',
  'ksym(1)',
  '@c',
  'nsecs',
  'rand',
  '(uint8)1',
];

export const pieceKinds: readonly FuzzKind[] = [
  {
    name: 'c-definitions',
    about: 'structs, unions, enums and directives with words and bytes changed',
    make: (random) => {
      const text = random.many(1, 3, () => random.pick(definitions)).join('\n');
      const mutated = random.chance(80) ? mutateTokens(text, random, definitions) : mutateBytes(text, random);
      return `${mutated}\n${usesOfThem}`;
    },
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'attach-points',
    about: 'names of probes with words and bytes changed, and paths to odd files',
    make: (random) => `${random.many(1, 3, () => attachPoint(random)).join(', ')} { @[probe] = count(); }`,
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'format-strings',
    about: 'conversions of printf and time, with arguments of all types',
    make: (random) => {
      const format = random.many(
        0,
        5,
        () => `${random.pick(['', ' ', 'x', '%%', '\\n', '\\x00'])}%${random.pick(conversions)}`,
      );
      const text = random.chance(20) ? mutateBytes(format.join(''), random) : format.join('');
      const args = random.many(0, 5, () => random.pick(formatArguments));
      const name = random.pick([
        'printf',
        'printf',
        'printf',
        'errorf',
        'warnf',
        'cat',
        'system',
        'debugf',
        'join',
        'time',
        'strftime',
        'fail',
      ]);
      return `begin { @c = count(); ${name}(${[`"${text}"`, ...args].join(', ')}); }`;
    },
    check: compileAndLoad,
    pieces: tokensOf,
  },
  {
    name: 'settings',
    about: 'values of settings from the environment, and the config block',
    make: (random) => `${random.pick(settings)}=${settingValue(random)}`,
    check: checkSetting,
  },
];

function attachPoint(random: Random): string {
  const text = random
    .pick(attachPoints)
    .replace('/bin/bash', () => (random.chance(20) ? random.pick(paths) : '/bin/bash'));
  if (random.chance(30)) return text;
  return random.chance(50) ? mutateTokens(text, random, attachPoints) : mutateBytes(text, random);
}

const settings =
  'MAX_STRLEN MAX_MAP_KEYS MAX_CAT_BYTES MAX_PROBES MAX_BPF_PROGS LOG_SIZE ON_STACK_LIMIT PERF_RB_PAGES STR_TRUNC_TRAILER MISSING_PROBES STACK_MODE LICENSE CPP_DEMANGLE CACHE_USER_SYMBOLS PRINT_MAPS_ON_EXIT NOSUCH'.split(
    ' ',
  );
const values = [
  '',
  '0',
  '1',
  '-1',
  '8',
  '64',
  '1024',
  '65536',
  '1048576',
  '4294967296',
  '99999999999999999999',
  '1e9',
  '0x10',
  'true',
  'off',
  'warn',
  'raw',
  'GPL',
  'PER_PID',
  'abc',
  '\x00',
  '5s',
];

function settingValue(random: Random): string {
  const value = random.pick(values);
  return random.chance(70) || value === '' ? value : mutateBytes(value, random);
}

const bodyOfSettings =
  'begin { $a = str(0); $b = (1, str(0)); @a[$a] = $b; @s = $a; @h = hist(1); printf("%s %s", $a, comm); print(kstack); print($b); @k[kstack] = count(); }';

/** Both ways in: the environment, and the block in the program. */
function checkSetting(text: string, world: Parameters<FuzzKind['check']>[1]): string {
  const [name = '', value = ''] = text.split(/=([\s\S]*)/);
  const outcome = compileAndLoad(bodyOfSettings, world, { environment: { [`BPFTRACE_${name}`]: value } });
  compileAndLoad(`config = { ${name.toLowerCase()} = ${value} }\n${bodyOfSettings}`, world);
  compileAndLoad(`config = { ${name.toLowerCase()} = "${value}" }\n${bodyOfSettings}`, world);
  return outcome;
}
