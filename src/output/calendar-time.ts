/**
 * A moment as the fields of the local calendar, the `struct tm` of strftime. Consecutive events mostly fall in
 * the same second, so the last second's fields are kept.
 */

const nsPerSecond = 1_000_000_000n;
const msPerDay = 86_400_000;

export class CalendarTime {
  readonly year: number;
  /** 0–11 */
  readonly month: number;
  /** 1–31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0–365 */
  readonly dayOfYear: number;
  readonly epochSecond: number;
  nanosecond = 0;
  readonly #date: Date;

  constructor(epochSecond: number) {
    const date = new Date(epochSecond * 1000);
    this.#date = date;
    this.epochSecond = epochSecond;
    this.year = date.getFullYear();
    this.month = date.getMonth();
    this.day = date.getDate();
    this.hour = date.getHours();
    this.minute = date.getMinutes();
    this.second = date.getSeconds();
    this.weekday = date.getDay();
    this.dayOfYear = daysBetween(this.year, 0, 1, this.year, this.month, this.day);
  }

  /** ISO 8601: weeks begin on Monday and belong to the year that has their Thursday. */
  isoWeek(): { readonly year: number; readonly week: number } {
    const thursday = new Date(Date.UTC(this.year, this.month, this.day + 4 - (this.weekday || 7)));
    const year = thursday.getUTCFullYear();
    return { year, week: 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * msPerDay)) };
  }

  /** `+0100` */
  utcOffset(): string {
    const minutes = -this.#date.getTimezoneOffset();
    const total = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(total / 60))}${two(total % 60)}`;
  }

  /** `CET`; the offset's text where the zone has no letters of its own. */
  zoneName(): string {
    for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-IN']) {
      const name = zoneFormat(locale)
        .formatToParts(this.#date)
        .find((part) => part.type === 'timeZoneName')?.value;
      if (name !== undefined && /^[A-Z]{3,5}$/.test(name)) return name;
    }
    return this.utcOffset().replace(/00$/, '');
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function daysBetween(
  year: number,
  month: number,
  day: number,
  toYear: number,
  toMonth: number,
  toDay: number,
): number {
  return Math.round((Date.UTC(toYear, toMonth, toDay) - Date.UTC(year, month, day)) / msPerDay);
}

/** Made anew when the process changes its time zone; building one takes long. */
const zoneFormats = new Map<string, Intl.DateTimeFormat>();

function zoneFormat(locale: string): Intl.DateTimeFormat {
  const key = `${locale} ${process.env.TZ ?? ''}`;
  let format = zoneFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' });
    zoneFormats.set(key, format);
  }
  return format;
}

/** The farthest moments that a Date can hold, in seconds. */
const latestSecond = 8_640_000_000_000n;

/** Fields of a moment in nanoseconds since 1970. Valid until the next call. */
export function calendarTime(epochNs: bigint): CalendarTime {
  let second = epochNs / nsPerSecond;
  let nanosecond = Number(epochNs % nsPerSecond);
  if (nanosecond < 0) {
    second -= 1n;
    nanosecond += 1_000_000_000;
  }
  const time = secondFields(
    Number(second > latestSecond ? latestSecond : second < -latestSecond ? -latestSecond : second),
  );
  time.nanosecond = nanosecond;
  return time;
}

let last = new CalendarTime(0);

function secondFields(epochSecond: number): CalendarTime {
  if (last.epochSecond !== epochSecond) last = new CalendarTime(epochSecond);
  return last;
}
