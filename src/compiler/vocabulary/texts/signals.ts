/**
 * Signals of Linux on x86-64 and arm64: their names (signal(7)) and what strsignal(3) of the GNU C library says of
 * them.
 */

const described = [
  ['HUP', 'Hangup'],
  ['INT', 'Interrupt'],
  ['QUIT', 'Quit'],
  ['ILL', 'Illegal instruction'],
  ['TRAP', 'Trace/breakpoint trap'],
  ['ABRT', 'Aborted'],
  ['BUS', 'Bus error'],
  ['FPE', 'Floating point exception'],
  ['KILL', 'Killed'],
  ['USR1', 'User defined signal 1'],
  ['SEGV', 'Segmentation fault'],
  ['USR2', 'User defined signal 2'],
  ['PIPE', 'Broken pipe'],
  ['ALRM', 'Alarm clock'],
  ['TERM', 'Terminated'],
  ['STKFLT', 'Stack fault'],
  ['CHLD', 'Child exited'],
  ['CONT', 'Continued'],
  ['STOP', 'Stopped (signal)'],
  ['TSTP', 'Stopped'],
  ['TTIN', 'Stopped (tty input)'],
  ['TTOU', 'Stopped (tty output)'],
  ['URG', 'Urgent I/O condition'],
  ['XCPU', 'CPU time limit exceeded'],
  ['XFSZ', 'File size limit exceeded'],
  ['VTALRM', 'Virtual timer expired'],
  ['PROF', 'Profiling timer expired'],
  ['WINCH', 'Window changed'],
  ['IO', 'I/O possible'],
  ['PWR', 'Power failure'],
  ['SYS', 'Bad system call'],
] as const;

/** Of the real-time signals the C library keeps the first two for itself. */
const [firstRealTime, lastSignal] = [34, 64];

/** From 0 to 64. */
export const signalTexts: readonly string[] = Array.from({ length: lastSignal + 1 }, (_, number) => {
  if (number >= firstRealTime) return `Real-time signal ${number - firstRealTime}`;
  return described[number - 1]?.[1] ?? `Unknown signal ${number}`;
});

const otherNames: readonly (readonly [string, number])[] = [
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
];

const numbers: ReadonlyMap<string, number> = new Map([
  ...described.map(([name], index): [string, number] => [name, index + 1]),
  ...otherNames,
]);

/** By name, with or without `SIG`. */
export function signalNumber(name: string): number | undefined {
  return numbers.get(name.startsWith('SIG') ? name.slice('SIG'.length) : name);
}

/** The highest number of a signal. */
export const signalLimit: number = lastSignal;
