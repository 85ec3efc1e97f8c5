import { describe, expect, it } from '@jest/globals';

import { timeOption } from './time-option.js';

describe('the time of an option', () => {
  it('is a time with its offset or a date', () => {
    expect(timeOption('2026-01-31T12:00:00+01:00')).toEqual(new Date('2026-01-31T11:00:00Z'));
    expect(timeOption('2026-01-31')).toEqual(new Date('2026-01-31T00:00:00Z'));
  });

  it.each(['2026-02-30', '2026-04-31T00:00:00Z', '2026-01-31T24:00:00Z', '2026-01-31T12:00:00', 'yesterday', ''])(
    'is not "%s"',
    (text) => {
      expect(() => timeOption(text)).toThrow('It must be a time such as 2026-01-31T12:00:00Z');
    },
  );
});
