/** Actions that are a formatted text: printf and what is like it. */

import { toByteString } from '../../output/byte-string.ts';
import { strftime } from '../../output/strftime.ts';
import { compileJoin } from '../decode/event.ts';
import { compilePrintf } from '../decode/printf.ts';
import type { ActionEnvironment, CompileAction, EventOf } from './action.ts';

function formatted(event: EventOf<'printf'>, { resolvers }: ActionEnvironment) {
  return compilePrintf(event.format, event, resolvers);
}

export const printf: CompileAction<'printf'> = (event, environment) => {
  const text = formatted(event, environment);
  const { output } = environment;
  return (memory, base, length) => output.printf(text(memory, base, length));
};

export const errorf: CompileAction<'errorf'> = (event, environment) => {
  const text = formatted(event, environment);
  const { output } = environment;
  return (memory, base, length) => output.errorf(text(memory, base, length), event.range);
};

export const warnf: CompileAction<'warnf'> = (event, environment) => {
  const text = formatted(event, environment);
  const { output } = environment;
  return (memory, base, length) => output.warnf(text(memory, base, length), event.range);
};

export const debugf: CompileAction<'debugf'> = (event, environment) => {
  const text = formatted(event, environment);
  return (memory, base, length) => environment.trace(text(memory, base, length));
};

export const join: CompileAction<'join'> = (event, { output, resolvers }) => {
  const text = compileJoin(event, event.separator, resolvers);
  return (memory, base, length) => output.join(text(memory, base, length));
};

/** The time at which the action is carried out. */
export const time: CompileAction<'time'> = (event, { output }) => {
  return () => output.time(toByteString(strftime(event.format, BigInt(Date.now()) * 1_000_000n)));
};
