/** All asynchronous actions. A new one is an entry here. */
import type { EventSpec } from '../../program/program.ts';
import type { ActionEnvironment, ActionName, CompileAction, EventOf, Handle } from './action.ts';
import { clear, printMap, zero } from './maps.ts';
import { cat, system } from './outside.ts';
import { runtimeError } from './runtime-error.ts';
import { debugf, errorf, join, printf, time, warnf } from './texts.ts';
import { exit, printValue, unwatch } from './values.ts';

const actions: { readonly [Name in ActionName]: CompileAction<Name> } = {
  printf,
  errorf,
  warnf,
  debugf,
  cat,
  system,
  time,
  join,
  exit,
  unwatch,
  clear,
  zero,
  'print-value': printValue,
  'print-map': printMap,
  'runtime-error': runtimeError,
};

/** The function that carries out the records of an event. */
export function compileAction<Name extends ActionName>(
  event: EventSpec & { readonly action: Name },
  environment: ActionEnvironment,
): Handle {
  // The entry under a name takes exactly the events of that action; TypeScript cannot follow the correlation.
  const compile = actions[event.action] as unknown as CompileAction<Name>;
  return compile(event as unknown as EventOf<Name>, environment);
}
