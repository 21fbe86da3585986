/**
 * The options of a config block as a table: name, default, and how a written value is read. Option names are
 * kept as users know them, so that a message, the table and the code that asks for a value agree.
 */
import { parseIntegerParameter } from '../1-parse/integers.ts';
import type { ConfigValue } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';

export type Unstable = 'enable' | 'warn' | 'error';

export interface Config {
  readonly cpp_demangle: boolean;
  readonly lazy_symbolication: boolean;
  readonly print_maps_on_exit: boolean;
  readonly use_blazesym: boolean;
  readonly show_debug_info: boolean;
  readonly log_size: number;
  readonly max_bpf_progs: number;
  readonly max_cat_bytes: number;
  readonly max_map_keys: number;
  readonly max_probes: number;
  readonly max_strlen: number;
  readonly on_stack_limit: number;
  /** 0: chosen by the amount of memory. */
  readonly perf_rb_pages: number;
  readonly str_trunc_trailer: string;
  readonly unstable_import_statement: Unstable;
  readonly unstable_tseries: Unstable;
  readonly unstable_typeinfo: Unstable;
  readonly unstable_dw_ustack: Unstable;
  readonly missing_probes: 'error' | 'warn' | 'ignore';
  readonly stack_mode: 'bpftrace' | 'perf' | 'raw' | 'build_id' | 'folded';
  readonly license: string;
  /** AUTOMATIC: PER_PROGRAM if addresses are not randomised or with `-c`, else PER_PID. */
  readonly cache_user_symbols: 'AUTOMATIC' | 'PER_PID' | 'PER_PROGRAM' | 'NONE';
}

export const defaultConfig: Config = {
  cpp_demangle: true,
  lazy_symbolication: true,
  print_maps_on_exit: true,
  use_blazesym: true,
  show_debug_info: true,
  log_size: 1_000_000,
  max_bpf_progs: 1024,
  max_cat_bytes: 10_240,
  max_map_keys: 4096,
  max_probes: 1024,
  max_strlen: 1024,
  on_stack_limit: 32,
  perf_rb_pages: 0,
  str_trunc_trailer: '..',
  unstable_import_statement: 'error',
  unstable_tseries: 'warn',
  unstable_typeinfo: 'error',
  unstable_dw_ustack: 'warn',
  missing_probes: 'error',
  stack_mode: 'bpftrace',
  license: 'GPL',
  cache_user_symbols: 'AUTOMATIC',
};

export type ConfigKey = keyof Config;

/** What one written value changes, or why it can not be read. */
export type Reading = Partial<Config> | Message;

type Reader = (value: ConfigValue) => Reading;

type KeysOf<Value> = { [Key in ConfigKey]: Config[Key] extends Value ? Key : never }[ConfigKey];

/** A value as text, as it would stand in an environment variable. */
export function valueText(value: ConfigValue): string {
  return typeof value.value === 'string' ? value.value : String(value.value);
}

function integer(key: KeysOf<number>): Reader {
  return (value) => {
    const number = value.kind === 'boolean' ? undefined : parseIntegerParameter(valueText(value));
    if (number === undefined || number < 0n) return messages.configNumber(key, valueText(value));
    return { [key]: Number(number) };
  };
}

/** Values of maps have at most 4 MiB in the kernel (KMALLOC_MAX_SIZE), and keys at least one byte. */
function stringLength(value: ConfigValue): Reading {
  const reading = integer('max_strlen')(value);
  const length = 'max_strlen' in reading ? reading.max_strlen : undefined;
  if (length === undefined || (length >= 1 && length <= largestString)) return reading;
  return messages.configRange('max_strlen', valueText(value), 1, largestString);
}
const largestString = 4 << 20;

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'on', 'yes'].map((text) => [text, true] as const),
  ...['0', 'false', 'off', 'no'].map((text) => [text, false] as const),
]);

/** The words for true and false, in any case. */
export function parseBooleanText(text: string): boolean | undefined {
  return booleans.get(text.toLowerCase());
}

function boolean(key: KeysOf<boolean>): Reader {
  return (value) => {
    const setting = value.kind === 'integer' ? value.value !== 0n : parseBooleanText(valueText(value));
    return setting === undefined ? messages.configBoolean(key) : { [key]: setting };
  };
}

/** `listed` is how the message enumerates the choices. */
function choice(key: ConfigKey, choices: readonly string[], listed: string): Reader {
  return (value) => {
    const text = valueText(value);
    return choices.includes(text) ? { [key]: text } : messages.configChoice(key, listed);
  };
}

const unstable = (key: ConfigKey) => choice(key, ['enable', 'warn', 'error'], 'enable, warn, and error');

const licenses = [
  'Dual MIT/GPL',
  'Dual BSD/GPL',
  'Dual MPL/GPL',
  'GPL and additional rights',
  'GPL v2',
  'GPL',
];

function license(value: ConfigValue): Reading {
  const text = valueText(value);
  return licenses.includes(text) ? { license: text } : messages.configLicense(text);
}

const symbolCaches: Readonly<Record<string, Config['cache_user_symbols']>> = {
  PER_PID: 'PER_PID',
  PER_PROGRAM: 'PER_PROGRAM',
  NONE: 'NONE',
  1: 'AUTOMATIC',
  0: 'NONE',
};

function symbolCache(value: ConfigValue): Reading {
  const setting = symbolCaches[valueText(value).toUpperCase()];
  if (setting) return { cache_user_symbols: setting };
  return messages.configChoice('cache_user_symbols', 'PER_PID, PER_PROGRAM, and NONE');
}

export const configReaders: Readonly<Record<ConfigKey, Reader>> = {
  cpp_demangle: boolean('cpp_demangle'),
  lazy_symbolication: boolean('lazy_symbolication'),
  print_maps_on_exit: boolean('print_maps_on_exit'),
  use_blazesym: boolean('use_blazesym'),
  show_debug_info: boolean('show_debug_info'),
  log_size: integer('log_size'),
  max_bpf_progs: integer('max_bpf_progs'),
  max_cat_bytes: integer('max_cat_bytes'),
  max_map_keys: integer('max_map_keys'),
  max_probes: integer('max_probes'),
  max_strlen: stringLength,
  on_stack_limit: integer('on_stack_limit'),
  perf_rb_pages: integer('perf_rb_pages'),
  str_trunc_trailer: (value) => ({ str_trunc_trailer: valueText(value) }),
  unstable_import_statement: unstable('unstable_import_statement'),
  unstable_tseries: unstable('unstable_tseries'),
  unstable_typeinfo: unstable('unstable_typeinfo'),
  unstable_dw_ustack: unstable('unstable_dw_ustack'),
  missing_probes: choice('missing_probes', ['error', 'warn', 'ignore'], 'ignore, warn, and error'),
  stack_mode: choice(
    'stack_mode',
    ['bpftrace', 'raw', 'perf', 'build_id', 'folded'],
    'bpftrace, raw, perf, and build_id',
  ),
  license,
  cache_user_symbols: symbolCache,
};

/** Options that were renamed; the value counts for the new name, unchanged. */
export const renamedKeys: ReadonlyMap<string, ConfigKey> = new Map<string, ConfigKey>([
  ['strlen', 'max_strlen'],
  ['map_keys_max', 'max_map_keys'],
  ['cat_bytes_max', 'max_cat_bytes'],
  ['no_cpp_demangle', 'cpp_demangle'],
]);

export const obsoleteKeys: ReadonlySet<string> = new Set([
  'symbol_source',
  'max_type_res_iterations',
  'unstable_addr',
  'unstable_import',
  'unstable_macro',
  'unstable_map_decl',
]);

export const environmentOnlyKeys: ReadonlySet<string> = new Set([
  'btf',
  'kernel_source',
  'kernel_build',
  'vmlinux',
  'color',
]);

export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(defaultConfig, key);
}
