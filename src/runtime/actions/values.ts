/** `print` of a value, `exit`, `unwatch`. */
import { compileInteger, compilePrintable } from '../decode/event.ts';
import type { CompileAction } from './action.ts';

export const printValue: CompileAction<'print-value'> = (event, { output, resolvers }) => {
  const printable = compilePrintable(event, resolvers);
  return (memory, base, length) => output.value(printable(memory, base, length));
};

export const exit: CompileAction<'exit'> = (event, environment) => {
  const status = compileInteger(event);
  return (memory, base, length) => environment.exit(status(memory, base, length) & 0xff);
};

export const unwatch: CompileAction<'unwatch'> = (event, environment) => {
  const offset = event.fields[0]?.offset ?? 0;
  return (memory, base) => environment.unwatch(memory.view.getBigUint64(base + offset, true));
};
