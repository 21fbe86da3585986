/** Attach points: providers, their parts, and what they match. */
import { message } from '../define.ts';

const numbers = (expected: readonly number[]) => expected.join(' or ');

export const attachMessages = {
  invalidProvider: message('invalid-provider', (name: string) => `Invalid probe type: ${name}`, {
    remedy: 'List what can be attached to with `kscope -l`.',
  }),
  aliasInWrongCase: message('alias-in-wrong-case', (name: string) => `Invalid provider: '${name}'`, {
    cause: 'Full names of providers may be written in any case, short ones only as they are.',
  }),
  emptyAttachPoint: message('empty-attach-point', () => 'No attach points for probe'),
  partCount: message(
    'part-count',
    (provider: string, expected: readonly number[], actual: number) =>
      `${provider} probe type requires ${numbers(expected)} arguments, found ${actual}`,
  ),
  /** A problem found by a provider itself, in its own words. */
  invalidAttachPoint: message('invalid-attach-point', (problem: string) => problem),
  noMatches: message(
    'no-matches',
    (provider: string, target: string) => `No matches for ${provider} ${target}.`,
  ),
  noMatchesSkipped: message(
    'no-matches-skipped',
    (provider: string, target: string) => `No matches for ${provider} ${target}. Skipping.`,
  ),
  noValidAttachPoints: message(
    'no-valid-attach-points',
    () =>
      "Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
  ),
  probeRemoved: message(
    'probe-removed',
    () =>
      'Probe has no valid attach points. It is being removed which may cause issues with program behavior.',
  ),
  testNameTwice: message(
    'test-name-twice',
    (name: string, kind: string) => `"${name}" was used as the name for more than one ${kind} probe`,
  ),
  notTraceable: message(
    'not-traceable',
    (name: string) =>
      `${name} is not traceable (either non-existing, inlined, or marked as "notrace"); attaching to it will likely fail`,
  ),
  moduleNotLoaded: message(
    'module-not-loaded',
    (module: string, probe: string) => `specified module ${module} in probe ${probe} is not loaded.`,
  ),
  missingFeature: message(
    'missing-feature',
    (feature: string) => `Missing required kernel feature: ${feature}`,
  ),
} as const;
