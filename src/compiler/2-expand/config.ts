/**
 * The settings of a program: defaults, then its config block, then the environment, which wins. The
 * environment is a plain record given by the caller; nothing is read from the process here.
 */
import type { ConfigBlock, ConfigEntry, ConfigValue } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import {
  type Config,
  configReaders,
  defaultConfig,
  environmentOnlyKeys,
  isConfigKey,
  obsoleteKeys,
  renamedKeys,
} from './config-options.ts';

export { type Config, type ConfigKey, defaultConfig } from './config-options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function evaluateConfig(
  block: ConfigBlock | undefined,
  environment: Environment,
  reporter: Reporter,
): Config {
  let config = defaultConfig;
  for (const entry of block?.entries ?? []) config = { ...config, ...readEntry(entry, reporter) };
  return { ...config, ...readEnvironment(environment, reporter) };
}

function readEntry(entry: ConfigEntry, reporter: Reporter): Partial<Config> {
  const key = entry.key.toLowerCase().replace(/^bpftrace_/, '');
  const current = renamedKeys.get(key) ?? key;
  if (current !== key) reporter.warning(entry.span, messages.configRenamed(key, current));
  if (isConfigKey(current)) {
    const reading = configReaders[current](entry.value);
    if (!isMessage(reading)) return reading;
    reporter.error(entry.span, reading);
  } else if (obsoleteKeys.has(key)) {
    reporter.warning(entry.span, messages.configDeprecated(key));
  } else {
    const known = environmentOnlyKeys.has(key);
    reporter.error(entry.span, known ? messages.environmentOnly(key) : messages.unknownConfig(key));
  }
  return {};
}

/** Unknown `BPFTRACE_*` variables are ignored; mistakes in known ones have no place in the source. */
function readEnvironment(environment: Environment, reporter: Reporter): Partial<Config> {
  let settings: Partial<Config> = {};
  for (const key of Object.keys(defaultConfig)) {
    const text = environment[`BPFTRACE_${key.toUpperCase()}`];
    if (text === undefined || !isConfigKey(key)) continue;
    const value: ConfigValue = { kind: 'string', value: text };
    const reading = configReaders[key](value);
    if (isMessage(reading)) reporter.error(undefined, reading);
    else settings = { ...settings, ...reading };
  }
  return settings;
}

function isMessage(reading: Partial<Config> | Message): reading is Message {
  return 'code' in reading;
}
