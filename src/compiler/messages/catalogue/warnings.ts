/** What is probably not meant but does no harm. */
import { message } from '../define.ts';

export const warningMessages = {
  usedBeforeAssigned: message(
    'used-before-assigned',
    (name: string) => `Variable used before it was assigned: ${name}`,
  ),
  neverAssigned: message('never-assigned', (name: string) => `Variable ${name} was never assigned to.`),
  valueDiscarded: message('value-discarded', () => 'Return value discarded.', {
    remedy: 'Write `_ = …;` where the value is really not wanted.',
  }),
  unreachableStatement: message('unreachable-statement', () => 'Unreachable statement.'),
  unusedMap: message('unused-map', (name: string) => `Unused map: ${name}`),
  unnecessaryCast: message(
    'unnecessary-cast',
    (type: string) => `Unnecessary cast: expression is already of type ${type}`,
  ),
  implicitCast: message(
    'implicit-cast',
    (from: string, to: string) =>
      `Expression of type: ${from} being cast to type: ${to}. This may cause unexpected results. Use an explicit cast to suppress this warning.`,
  ),
  signedDivision: message(
    'signed-division',
    (op: string) =>
      `signed operands for '${op}' can lead to undefined behavior (cast to unsigned to silence warning)`,
  ),
  distinctPointers: message(
    'distinct-pointers',
    (left: string, right: string) => `comparison of distinct pointer types: ${left}, ${right}`,
  ),
  whileDeprecated: message('while-deprecated', () => ({
    text: 'While loops are deprecated and may be removed in the future.',
    hint: 'Use a for loop over a range instead, e.g. `for $i : 0..10 { ... }`',
  })),
  parameterMissing: message(
    'parameter-missing',
    (name: string) => `Positional parameter ${name} is empty or not provided. `,
  ),
  alwaysEmpty: message('always-empty', () => 'literal string will always be empty'),
  addressSpaceUnset: message('address-space-unset', () => 'Addrspace is not set'),
  lengthShortened: message(
    'length-shortened',
    (length: bigint, limit: number) =>
      `length param (${length}) is too long and will be shortened to ${limit} bytes (see BPFTRACE_MAX_STRLEN)`,
  ),
  statsTopIgnored: message(
    'stats-top-ignored',
    () => "print()'s top and div arguments are ignored when used on stats() maps.",
  ),
  printInLoop: message(
    'print-in-loop',
    () =>
      "Due to it's asynchronous nature using 'print()' in a loop can lead to unexpected behavior. The map will likely be updated before the runtime can 'print' it.",
  ),
  debugfProduction: message(
    'debugf-production',
    () =>
      'The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).',
  ),
} as const;
