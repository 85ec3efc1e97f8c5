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
  if (!(day >= 1 && day <= daysInMonth(year, month))) return NaN;
  const midnight = daysSinceEpoch(year, month, day) * MS_PER_DAY;
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
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  if (text[13] !== ':' || text[16] !== ':' || !(hour <= 23 && minute <= 59 && second <= 60)) return NaN;
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
  return ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset(text, end);
}

/** The UTC offset that ends the text, in milliseconds. */
function offset(text: string, start: number): number {
  const sign = text[start];
  if ((sign === 'Z' || sign === 'z') && text.length === start + 1) return 0;
  if ((sign !== '+' && sign !== '-') || text.length !== start + 6 || text[start + 3] !== ':') return NaN;
  const hour = digits(text, start + 1, 2);
  const minute = digits(text, start + 4, 2);
  if (!(hour <= 23 && minute <= 59)) return NaN;
  return (hour * 60 + minute) * (sign === '+' ? 60_000 : -60_000);
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

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; days_from_civil of Howard Hinnant's chrono algorithms. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
