import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { instantOfDateOrTimestamp, instantOfTimestamp } from './rfc3339.js';

describe('a timestamp of RFC 3339', () => {
  it.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31t12:00:00.5z', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
    ['2026-01-31T12:00:00.123456789+05:30', Date.UTC(2026, 0, 31, 6, 30, 0, 123)],
    ['2024-02-29T23:59:59-00:00', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2016-12-31T15:59:60.75-08:00', Date.UTC(2017, 0, 1)],
    ['2017-01-01T08:59:60+09:00', Date.UTC(2017, 0, 1)],
  ])('%s is an instant', (text, instant) => {
    expect(instantOfTimestamp(text)).toBe(instant);
  });

  it.each([
    ['a day that the month lacks', '2026-02-30T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['29 February of a common year', '2100-02-29T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-01-31T24:00:00Z'],
    ['minute 60', '2026-01-31T12:60:00Z'],
    ['a leap second in the middle of a month', '2026-01-15T23:59:60Z'],
    ['a leap second at noon', '2016-12-31T12:00:60Z'],
    ['second 61', '2016-12-31T23:59:61Z'],
    ['no offset', '2026-01-31T12:00:00'],
    ['offset 24:00', '2026-01-31T12:00:00+24:00'],
    ['an offset without colon', '2026-01-31T12:00:00+0100'],
    ['no seconds', '2026-01-31T12:00Z'],
    ['a point without digits', '2026-01-31T12:00:00.Z'],
    ['a date', '2026-01-31'],
    ['a space', '2026-01-31 12:00:00Z'],
    ['something behind it', '2026-01-31T12:00:00Z '],
    ['another form', 'Sat, 31 Jan 2026 12:00:00 GMT'],
    ['nothing', ''],
  ])('is not one with %s', (_name, text) => {
    expect(instantOfTimestamp(text)).toBeNaN();
  });

  it('is read as Date writes it', () => {
    const years = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(fc.date({ ...years, noInvalidDate: true }), (date) => {
        expect(instantOfTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('a date or timestamp', () => {
  it('is also a date, for its midnight in UTC, and a timestamp with a space', () => {
    expect(instantOfDateOrTimestamp('2026-01-31')).toBe(Date.UTC(2026, 0, 31));
    expect(instantOfDateOrTimestamp('2026-01-31 12:00:00Z')).toBe(Date.UTC(2026, 0, 31, 12));
  });

  it.each(['2026-02-30', '2026-1-31', '2026-01-31T', '31.01.2026'])('is not "%s"', (text) => {
    expect(instantOfDateOrTimestamp(text)).toBeNaN();
  });
});
