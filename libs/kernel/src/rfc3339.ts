const DATE_LENGTH = 10;
const MS_PER_DAY = 86_400_000;
const LEAP_SECOND = 60;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp such as `2026-01-31T12:00:00.5+01:00`, or NaN when the text
 * is none. Days that the calendar lacks, the hour 24 and a missing offset are refused, never moved; digits past the
 * millisecond are dropped. The second 60 is read where a leap second can stand, which is the last of a month in UTC,
 * and is the instant at which the next month begins, as on a machine's clock. Allocates nothing.
 */
export function instantOfTimestamp(text: string): number {
  const separator = text[DATE_LENGTH];
  return separator === 'T' || separator === 't' ? instantOfDateOrTimestamp(text) : NaN;
}

/**
 * The same, and also of a full date such as `2026-01-31`, which is its midnight in UTC, and of a timestamp with a space
 * before the time.
 */
export function instantOfDateOrTimestamp(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-' || !(month >= 1 && month <= 12)) return NaN;
  const days = daysSinceEpoch(year, month, day);
  if (!(day >= 1 && days < daysSinceEpoch(year, month + 1, 1))) return NaN;
  if (text.length === DATE_LENGTH) return days * MS_PER_DAY;
  const instant = days * MS_PER_DAY + timeOfDay(text);
  const isLeapSecond = digits(text, 17, 2) === LEAP_SECOND;
  // The month that the text names may have begun or be about to end in UTC.
  const mayLeap = instant === firstOf(year, month) || instant === firstOf(year, month + 1);
  return isLeapSecond && !mayLeap ? NaN : instant;
}

/** From midnight in UTC, in milliseconds. */
function timeOfDay(text: string): number {
  const separator = text[DATE_LENGTH];
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return NaN;
  const second = digits(text, 17, 2);
  if (text[16] !== ':' || !(second <= LEAP_SECOND)) return NaN;
  let end = 19;
  let fraction = 0;
  if (text[end] === '.') {
    let scale = 100;
    for (end += 1; isDigit(text.charCodeAt(end)); end += 1) {
      fraction += digits(text, end, 1) * scale;
      scale = scale >= 10 ? scale / 10 : 0;
    }
    if (end === 20) return NaN;
  }
  // The clock stands still during a leap second.
  const milliseconds = second * 1_000 + (second === LEAP_SECOND ? 0 : fraction);
  return minutes(text, 11) * 60_000 + milliseconds - offset(text, end);
}

/** The UTC offset that ends the text, in milliseconds. */
function offset(text: string, start: number): number {
  const sign = text[start];
  if ((sign === 'Z' || sign === 'z') && text.length === start + 1) return 0;
  if ((sign !== '+' && sign !== '-') || text.length !== start + 6) return NaN;
  return minutes(text, start + 1) * (sign === '+' ? 60_000 : -60_000);
}

/** Of a time like 23:59. */
function minutes(text: string, start: number): number {
  const hour = digits(text, start, 2);
  const minute = digits(text, start + 3, 2);
  return text[start + 2] === ':' && hour <= 23 && minute <= 59 ? hour * 60 + minute : NaN;
}

function digits(text: string, start: number, count: number): number {
  let number = 0;
  for (let index = start; index < start + count; index += 1) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return NaN;
    number = number * 10 + code - 48;
  }
  return number;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar; months are counted from March, as in days_from_civil of
 * Howard Hinnant's chrono algorithms. Month 13 is the January that follows.
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return shifted * 365 + leapDays + dayOfYear - 719_468;
}

function firstOf(year: number, month: number): number {
  return daysSinceEpoch(year, month, 1) * MS_PER_DAY;
}
