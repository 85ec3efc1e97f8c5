import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { clockSkewMs, EARLIEST_TIME_MS, eventTimeMs, FUTURE_TOLERANCE_MS, SKEW_TOLERANCE_MS } from './event-time.js';
import { EventRejection } from './event-rejection.js';

const RECEIVED = Date.UTC(2026, 4, 1, 12);
const minutes = (count: number): Date => new Date(RECEIVED + count * 60_000);

describe('clock skew', () => {
  it('is what the platform received later than the sender sent', () => {
    expect(clockSkewMs(minutes(-60), RECEIVED)).toBe(3_600_000);
    expect(clockSkewMs(minutes(60), RECEIVED)).toBe(-3_600_000);
  });

  it('is none when the difference may be the network', () => {
    expect(clockSkewMs(new Date(RECEIVED - 30_000), RECEIVED)).toBe(0);
    expect(clockSkewMs(new Date(RECEIVED - 30_001), RECEIVED)).toBe(30_001);
  });

  it('is none when the sender does not say when it sent', () => {
    expect(clockSkewMs(undefined, RECEIVED)).toBe(0);
    expect(clockSkewMs(new Date(Number.NaN), RECEIVED)).toBe(0);
  });
});

describe('the time of an event', () => {
  it('is the sender time corrected by the skew', () => {
    expect(eventTimeMs(minutes(-61), 3_600_000, RECEIVED)).toBe(minutes(-1).getTime());
  });

  it('may lie days back, so that delayed events count', () => {
    expect(eventTimeMs(minutes(-3 * 24 * 60), 0, RECEIVED)).toBe(minutes(-3 * 24 * 60).getTime());
  });

  it('is accepted up to 10 minutes ahead and refused beyond, naming the value', () => {
    expect(eventTimeMs(minutes(10), 0, RECEIVED)).toBe(minutes(10).getTime());
    expect(eventTimeMs(new Date('2031-01-01T00:00:00Z'), 0, RECEIVED)).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      field: 'time',
      message: 'time "2031-01-01T00:00:00.000Z" lies more than 10 minutes ahead.',
    });
  });

  it('is corrected before it is judged', () => {
    expect(eventTimeMs(minutes(24 * 60), -24 * 60 * 60_000, RECEIVED)).toBe(RECEIVED);
  });

  it.each([
    [undefined, 'time is missing.'],
    [new Date(Number.NaN), 'time is not a time.'],
    [new Date('1999-12-31T23:59:59Z'), 'time "1999-12-31T23:59:59.000Z" lies before the year 2000.'],
  ])('refuses %s', (time, message) => {
    expect(eventTimeMs(time, 0, RECEIVED)).toMatchObject({ message });
  });
});

describe('the rule of the clock, for every clock and every delay', () => {
  const clockOffMs = fc.integer({ min: -400 * 24 * 60 * 60_000, max: 400 * 24 * 60 * 60_000 });
  const networkMs = fc.integer({ min: 0, max: SKEW_TOLERANCE_MS });
  const ageMs = fc.integer({ min: 0, max: 3 * 24 * 60 * 60_000 });

  it("puts an event to within the tolerance of when it happened, whatever the sender's clock says", () => {
    fc.assert(
      fc.property(clockOffMs, networkMs, ageMs, (offMs, delayMs, sinceMs) => {
        const happenedMs = RECEIVED - delayMs - sinceMs;
        const skewMs = clockSkewMs(new Date(RECEIVED - delayMs + offMs), RECEIVED);

        const timeMs = eventTimeMs(new Date(happenedMs + offMs), skewMs, RECEIVED);

        expect(Math.abs(Number(timeMs) - happenedMs)).toBeLessThanOrEqual(2 * SKEW_TOLERANCE_MS);
      }),
    );
  });

  it('keeps the order and the distances of the events of a batch', () => {
    fc.assert(
      fc.property(clockOffMs, ageMs, ageMs, (offMs, one, other) => {
        const skewMs = clockSkewMs(new Date(RECEIVED + offMs), RECEIVED);
        const times = [one, other].map((age) => eventTimeMs(new Date(RECEIVED + offMs - age), skewMs, RECEIVED));

        expect(Number(times[0]) - Number(times[1])).toBe(other - one);
      }),
    );
  });

  it('either refuses an event or keeps it between the year 2000 and 10 minutes ahead', () => {
    const anyTime = fc.date({ noInvalidDate: false });
    fc.assert(
      fc.property(anyTime, fc.option(anyTime, { nil: undefined }), (time, sentAt) => {
        const timeMs = eventTimeMs(time, clockSkewMs(sentAt, RECEIVED), RECEIVED);

        if (timeMs instanceof EventRejection) return timeMs.field === 'time';
        return timeMs >= EARLIEST_TIME_MS && timeMs <= RECEIVED + FUTURE_TOLERANCE_MS;
      }),
    );
  });
});
