/**
 * Failures that a running program saw: a full map, a division by zero. One and the same place may fail at every
 * hit, so each is said once and then counted.
 */
import { strerror } from '../../kernel/strerror.ts';
import { compileInteger } from '../decode/event.ts';
import type { CompileAction } from './action.ts';

export const runtimeError: CompileAction<'runtime-error'> = (event, { output, repeated }) => {
  const returned = compileInteger(event);
  const { helper, message, range } = event;
  return (memory, base, length) => {
    const returnCode = returned(memory, base, length);
    repeated.say(event, (times) => {
      const text = message ?? strerror(returnCode);
      if (helper === '') output.runtimeError(text + times, range);
      else {
        output.helperError({
          ...{ helper, returnCode, range },
          message: text + times,
          strerror: strerror(returnCode),
        });
      }
    });
  };
};
