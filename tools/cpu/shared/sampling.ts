/** The option of the tools that look at all CPUs so many times a second. */
import { integer } from '../../../src/tools/options/option.ts';

/** Odd rates do not run in step with what happens 50 or 100 times a second. */
export function samplingFrequency<const D extends number>(hz: D) {
  return integer(
    {
      short: 'F',
      long: 'frequency',
      argument: 'HZ',
      default: hz,
      help: `samples a second (default ${hz})`,
    },
    1,
  );
}
