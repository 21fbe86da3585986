/**
 * strftime(3) in the C locale and the local time zone, with GNU's flags and widths, plus the conversions of
 * the language for fractions of a second (`%f` microseconds, `%k` nanoseconds, `%l` milliseconds), which take
 * the place of the `%k` and `%l` of strftime where they are asked for.
 */
import { type CalendarTime, calendarTime } from './calendar-time.ts';

export interface StrftimeOptions {
  readonly subseconds: boolean;
}

/** Text of a conversion, or a number with the width and the fill that it has by default. */
type Field = string | { readonly number: number; readonly width: number; readonly fill: '0' | ' ' };
type Conversion = (time: CalendarTime) => Field;
type Piece = (time: CalendarTime) => string;

const zeros = (number: number, width: number): Field => ({ number, width, fill: '0' });
const spaces = (number: number, width: number): Field => ({ number, width, fill: ' ' });
const hour12 = (hour: number) => ((hour + 11) % 12) + 1;
const combined = (format: string): Conversion => {
  const pieces = compile(format, conversions);
  return (time) => join(pieces, time);
};

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekday = (time: CalendarTime) => weekdays[time.weekday] ?? '?';
const month = (time: CalendarTime) => months[time.month] ?? '?';

const conversions = new Map<string, Conversion>([
  ['a', (time) => weekday(time).slice(0, 3)],
  ['A', weekday],
  ['b', (time) => month(time).slice(0, 3)],
  ['h', (time) => month(time).slice(0, 3)],
  ['B', month],
  ['C', (time) => zeros(Math.floor(time.year / 100), 2)],
  ['d', (time) => zeros(time.day, 2)],
  ['e', (time) => spaces(time.day, 2)],
  ['g', (time) => zeros(time.isoWeek().year % 100, 2)],
  ['G', (time) => zeros(time.isoWeek().year, 4)],
  ['H', (time) => zeros(time.hour, 2)],
  ['I', (time) => zeros(hour12(time.hour), 2)],
  ['j', (time) => zeros(time.dayOfYear + 1, 3)],
  ['k', (time) => spaces(time.hour, 2)],
  ['l', (time) => spaces(hour12(time.hour), 2)],
  ['m', (time) => zeros(time.month + 1, 2)],
  ['M', (time) => zeros(time.minute, 2)],
  ['n', () => '\n'],
  ['p', (time) => (time.hour < 12 ? 'AM' : 'PM')],
  ['P', (time) => (time.hour < 12 ? 'am' : 'pm')],
  ['s', (time) => zeros(time.epochSecond, 1)],
  ['S', (time) => zeros(time.second, 2)],
  ['t', () => '\t'],
  ['u', (time) => zeros(time.weekday || 7, 1)],
  ['U', (time) => zeros(Math.floor((time.dayOfYear + 7 - time.weekday) / 7), 2)],
  ['V', (time) => zeros(time.isoWeek().week, 2)],
  ['w', (time) => zeros(time.weekday, 1)],
  ['W', (time) => zeros(Math.floor((time.dayOfYear + 7 - ((time.weekday + 6) % 7)) / 7), 2)],
  ['y', (time) => zeros(time.year % 100, 2)],
  ['Y', (time) => zeros(time.year, 1)],
  ['z', (time) => time.utcOffset()],
  ['Z', (time) => time.zoneName()],
  ['%', () => '%'],
]);

const specification = /%(?<flags>[_\-0^#]*)(?<width>\d{0,3})[EO]?(?<letter>[a-zA-Z%])/g;

for (const [letter, format] of [
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['D', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['r', '%I:%M:%S %p'],
  ['R', '%H:%M'],
  ['T', '%H:%M:%S'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
] as const) {
  conversions.set(letter, combined(format));
}

const withSubseconds = new Map<string, Conversion>([
  ...conversions,
  ['f', (time) => zeros(Math.floor(time.nanosecond / 1_000), 6)],
  ['k', (time) => zeros(time.nanosecond, 9)],
  ['l', (time) => zeros(Math.floor(time.nanosecond / 1_000_000), 3)],
]);

function compile(format: string, table: ReadonlyMap<string, Conversion>): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of format.matchAll(specification)) {
    const { flags = '', width = '', letter = '' } = match.groups ?? {};
    const convert = table.get(letter);
    if (convert === undefined) continue;
    const text = format.slice(end, match.index);
    pieces.push((time) => text + fill(convert(time), flags, width));
    end = match.index + match[0].length;
  }
  const rest = format.slice(end);
  return [...pieces, () => rest];
}

function fill(field: Field, flags: string, width: string): string {
  const plain =
    typeof field === 'string'
      ? { text: field, width: 0, fill: ' ' }
      : { ...field, text: String(field.number) };
  const unpadded = flags.includes('-');
  const character = flags.includes('0') ? '0' : flags.includes('_') ? ' ' : plain.fill;
  const columns = unpadded ? 0 : Number(width || plain.width);
  const text = plain.text.padStart(columns, character);
  if (flags.includes('^')) return text.toUpperCase();
  return flags.includes('#') ? swapCase(text) : text;
}

/** GNU's `#`: all upper case where the text has lower case, except that AM and PM become lower case. */
function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

function join(pieces: readonly Piece[], time: CalendarTime): string {
  let text = '';
  for (const piece of pieces) text += piece(time);
  return text;
}

/** Compiled formats; scripts have few, so all are kept. */
const compiled = {
  plain: new Map<string, readonly Piece[]>(),
  subseconds: new Map<string, readonly Piece[]>(),
};

/** `epochNs` is nanoseconds since 1970. */
export function strftime(
  format: string,
  epochNs: bigint,
  options: StrftimeOptions = { subseconds: false },
): string {
  const known = options.subseconds ? compiled.subseconds : compiled.plain;
  let pieces = known.get(format);
  if (pieces === undefined) {
    pieces = compile(format, options.subseconds ? withSubseconds : conversions);
    known.set(format, pieces);
  }
  return join(pieces, calendarTime(epochNs));
}
