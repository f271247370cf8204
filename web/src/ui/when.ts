/** Instants and durations as people say them. All in seconds; `now` is an argument. */
import { LAST_TIME } from '../sealed/json.ts';
import { LOCALE, units } from '../text/units.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z') / 1000;

/** `today, 18:40`, `Saturday 28 November, 18:40`; the year only when it is another one. */
export function moment(at: number, now: number, zone?: string): string {
  const clock = format(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone);
  const apart = dayNumber(at, zone) - dayNumber(now, zone);
  if (apart === 0) return units.today(clock);
  if (apart === 1) return units.tomorrow(clock);
  if (apart === -1) return units.yesterday(clock);
  return units.moment(dayName(at, now, zone), clock);
}

/** The same inside a sentence: `tomorrow, 18:40`, `on Saturday 28 November, 18:40`. */
export function onMoment(at: number, now: number, zone?: string): string {
  const said = moment(at, now, zone);
  const named = Math.abs(dayNumber(at, zone) - dayNumber(now, zone)) > 1;
  return named ? units.on(said) : said;
}

/** `Saturday 28 November`. */
export function dayName(at: number, now: number, zone?: string): string {
  const sameYear = format(at, { year: 'numeric' }, zone) === format(now, { year: 'numeric' }, zone);
  const year = sameYear ? {} : ({ year: 'numeric' } as const);
  return format(at, { weekday: 'long', day: 'numeric', month: 'long', ...year }, zone).replace(',', '');
}

/** A day of the calendar, `YYYY-MM-DD`, wherever one is: `1 April 1990`. */
export function calendarDay(day: string): string {
  // Of a year below 1000, Date.UTC would make another.
  const options = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  return format(Date.parse(`${day}T00:00:00Z`) / 1000, options, 'UTC');
}

/** A chosen duration: `7 days`, `36 hours`, `90 minutes`. Exact, in the largest unit that divides it. */
export function duration(seconds: number): string {
  if (seconds % DAY === 0) return units.days(seconds / DAY);
  if (seconds % HOUR === 0) return units.hours(seconds / HOUR);
  return seconds % MINUTE === 0 ? units.minutes(seconds / MINUTE) : units.seconds(seconds);
}

/** What is left of a lifetime, rounded as people do: a fresh week is `7 days`. The exact end stands beside it. */
export function remaining(seconds: number): string {
  if (seconds >= 2 * DAY) return units.days(Math.round(seconds / DAY));
  if (seconds >= 2 * HOUR) return units.hours(Math.round(seconds / HOUR));
  if (seconds >= 2 * MINUTE) return units.minutes(Math.round(seconds / MINUTE));
  return units.seconds(Math.max(0, Math.floor(seconds)));
}

/** What is left of some work, rounded up and coarse, so that it does not flicker: `6 s left`. */
export function timeLeft(seconds: number): string {
  if (seconds <= 10) return units.secondsLeft(Math.max(1, Math.ceil(seconds)));
  if (seconds <= 55) return units.secondsLeft(Math.ceil(seconds / 5) * 5);
  const minutes = Math.ceil(seconds / MINUTE);
  if (minutes < 60) return units.minutesLeft(minutes);
  return units.hoursLeft(Math.floor(minutes / 60), Math.ceil((minutes % 60) / 5) * 5);
}

function format(at: number, options: Intl.DateTimeFormatOptions, zone?: string): string {
  const zoned = zone === undefined ? options : { ...options, timeZone: zone };
  return new Intl.DateTimeFormat(LOCALE, zoned).format(new Date(within(at) * 1000));
}

/** A number from elsewhere that no calendar has must not take the page with it: years 1 to 9999. */
function within(at: number): number {
  return Number.isNaN(at) ? 0 : Math.min(LAST_TIME, Math.max(FIRST_TIME, at));
}

/** Days since 1970 of the calendar that hangs on the wall there; immune to days of 23 and 25 hours. */
function dayNumber(at: number, zone?: string): number {
  const [day, month, year] = format(at, { day: '2-digit', month: '2-digit', year: 'numeric' }, zone)
    .split('/')
    .map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1) / (DAY * 1000);
}
