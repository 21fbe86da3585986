/** `print`, `clear` and `zero` of maps. */
import type { CompileAction } from './action.ts';

export const printMap: CompileAction<'print-map'> = ({ userMap, top, div, percentiles }, { maps }) => {
  const options = { top, divisor: div, ...(percentiles === undefined ? {} : { percentiles }) };
  return () => maps.print(userMap, options);
};

export const clear: CompileAction<'clear'> = ({ userMap }, { maps }) => {
  return () => maps.clear(userMap);
};

export const zero: CompileAction<'zero'> = ({ userMap }, { maps }) => {
  return () => maps.zero(userMap);
};
