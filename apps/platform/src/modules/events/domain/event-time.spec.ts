import { describe, expect, it } from '@jest/globals';

import { clockSkewMs, eventTimeMs } from './event-time.js';

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
