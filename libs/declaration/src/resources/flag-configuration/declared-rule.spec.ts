import { describe, expect, it } from '@jest/globals';

import { configuredRule, type DeclaredRule } from './declared-rule.js';

describe('the schedule of a declared rule', () => {
  const configured = (start: string): unknown => {
    const rule: DeclaredRule = { key: 'launch', schedule: { start }, variant: 'on' };
    return configuredRule(rule, { before: undefined, variants: [], at: 'rules[0]' }).schedule;
  };

  it('begins at a time of RFC 3339, or at the midnight of a date in UTC', () => {
    expect(configured('2026-02-28T23:30:00+01:00')).toEqual({ startsAt: Date.UTC(2026, 1, 28, 22, 30) });
    expect(configured('2026-02-28')).toEqual({ startsAt: Date.UTC(2026, 1, 28) });
  });

  it.each(['2026-02-30T00:00:00Z', '2026-04-31', '2026-02-28T24:00:00Z', '2026-02-28T12:00:00', 'tomorrow'])(
    'is refused when it begins at "%s"',
    (start) => {
      expect(() => configured(start)).toThrow(
        expect.objectContaining({
          violations: [expect.objectContaining({ field: 'rules[0].schedule.start' })],
        }),
      );
    },
  );
});
