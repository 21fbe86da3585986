/** The config block and its environment variables. */
import { message } from '../define.ts';

const optionLine = ({
  name,
  description,
}: {
  readonly name: string;
  readonly description: string | undefined;
}) => (description === undefined ? `--${name}` : `--${name}: ${description}`);

export const configMessages = {
  unknownConfig: message('unknown-config', (key: string) => `${key}: not a known configuration option`),
  environmentOnly: message(
    'environment-only',
    (key: string) => `${key}: can only be set as an environment variable`,
  ),
  configRenamed: message(
    'config-renamed',
    (key: string, current: string) => `${key} has been renamed, please use ${current}`,
  ),
  configDeprecated: message('config-deprecated', (key: string) => `${key} is deprecated and has no effect`),
  configNumber: message(
    'config-number',
    (key: string, value: string) => `${key}: expecting a number, got ${value}`,
  ),
  configRange: message(
    'config-range',
    (key: string, value: string, least: number, most: number) =>
      `${key}: expecting a number from ${least} to ${most}, got ${value}`,
  ),
  configBoolean: message(
    'config-boolean',
    (key: string) => `${key}: Invalid bool value: valid values are true, false, 1 or 0.`,
  ),
  configChoice: message(
    'config-choice',
    (key: string, choices: string) => `${key}: Invalid value for ${key}: valid values are ${choices}.`,
  ),
  configLicense: message(
    'config-license',
    (value: string) =>
      `Invalid value for license. Found: ${value}. Valid values: Dual MIT/GPL, Dual BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel`,
  ),
  unstableDisabled: message(
    'unstable-disabled',
    (feature: string) =>
      `${feature} feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_${feature}=enable`,
  ),
  unstableUsed: message(
    'unstable-used',
    (feature: string) =>
      `Script is using an unstable feature: ${feature}. To prevent this warning you must explicitly enable it in the config e.g. unstable_${feature}=enable`,
  ),
  tooManyProbes: message(
    'too-many-probes',
    (count: number, limit: number) =>
      `Can't attach to ${count} probes because it exceeds the current limit of ${limit} probes.\nYou can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high number of probes attached can cause your system to crash.`,
  ),
  tooManyPrograms: message('too-many-programs', (count: number, limit: number) => ({
    text: `Your program is trying to generate more than ${count} BPF programs, which exceeds the current limit of ${limit}`,
    hint: 'You can increase the limit through the BPFTRACE_MAX_BPF_PROGS environment variable.',
  })),
} as const;

/** Program parameters (`--name=value` after `--`). They have no place in the source. */
export const optionMessages = {
  optionInteger: message(
    'option-integer',
    (name: string, value: string) =>
      `program command line option --${name} invalid integer (value: ${value})`,
  ),
  optionNeedsInteger: message(
    'option-needs-integer',
    (name: string) => `program command line option --${name} expects an integer (value: true)`,
  ),
  optionNeedsString: message(
    'option-needs-string',
    (name: string) => `program command line option --${name} expects a string (value: true)`,
  ),
  optionBoolean: message(
    'option-boolean',
    (name: string, value: string) =>
      `program command line option --${name} expects a boolean (e.g. 'true') (value: ${value})`,
  ),
  optionRange: message(
    'option-range',
    (name: string, value: string) =>
      `program command line option --${name} value is out of range (value: ${value})`,
  ),
  /** Asked for with `--help`; shown as a hint, and the program does not run. */
  programHelp: message(
    'program-help',
    (options: readonly { readonly name: string; readonly description: string | undefined }[]) =>
      ['expected program options:', ...options.map(optionLine)].join('\n'),
  ),
  unknownOptions: message('unknown-options', (unknown: readonly string[], expected: readonly string[]) => ({
    text: `unexpected program command line options: ${unknown.map((one) => `--${one}`).join(', ')}`,
    hint: `expected program options: ${expected.map((one) => `--${one}`).join(': ')}`,
  })),
} as const;
