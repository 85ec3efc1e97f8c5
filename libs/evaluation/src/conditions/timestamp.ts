const DATE_LENGTH = 10;
const MS_PER_DAY = 86_400_000;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp or full date (midnight UTC), or NaN when the text is
 * neither. A timestamp needs its offset; digits past the millisecond are dropped. Allocates nothing.
 */
export function parseTimestamp(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-' || !(month >= 1 && month <= 12)) return NaN;
  const days = daysSinceEpoch(year, month, day);
  if (!(day >= 1 && days < daysSinceEpoch(year, month + 1, 1))) return NaN;
  const midnight = days * MS_PER_DAY;
  return text.length === DATE_LENGTH ? midnight : midnight + timeOfDay(text);
}

/** Instant of a Date, of RFC 3339 text or of epoch milliseconds; NaN for everything else. */
export function instantOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN;
  if (typeof value === 'string') return parseTimestamp(value);
  if (typeof value !== 'object') return NaN;
  try {
    // The engine reads no clock; this reads the instant that a Date in the context carries.
    // eslint-disable-next-line no-restricted-globals
    return Date.prototype.getTime.call(value);
  } catch {
    return NaN;
  }
}

function timeOfDay(text: string): number {
  const separator = text[DATE_LENGTH];
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return NaN;
  const second = digits(text, 17, 2);
  if (text[16] !== ':' || !(second <= 60)) return NaN;
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
  return (minutes(text, 11) * 60 + second) * 1000 + fraction - offset(text, end);
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
