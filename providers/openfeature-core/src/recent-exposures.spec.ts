import { describe, expect, it } from '@jest/globals';

import type { Exposure } from './exposure.js';
import { RecentExposures } from './recent-exposures.js';

const of = (unit: string): Exposure => ({
  flag: 'flag',
  variant: 'b',
  rule: 'r1',
  experiment: 'test',
  phase: 1,
  unitAttribute: 'targetingKey',
  unit,
});

describe('RecentExposures', () => {
  it('does not know what was never added', () => {
    expect(new RecentExposures(4).has(of('a'))).toBe(false);
  });

  it('remembers at least half as many exposures as it may', () => {
    const recent = new RecentExposures(4);
    for (const unit of 'abcdef') recent.add(of(unit));

    expect([recent.has(of('e')), recent.has(of('f'))]).toEqual([true, true]);
  });

  it('forgets what was not used for long, and keeps what was', () => {
    const recent = new RecentExposures(4);
    recent.add(of('a'));
    for (const unit of 'bcdef') {
      recent.has(of('a'));
      recent.add(of(unit));
    }

    expect(recent.has(of('a'))).toBe(true);
    expect(recent.has(of('b'))).toBe(false);
  });

  it.each([
    ['units', (index: number): Exposure => of(String(index))],
    ['flags', (index: number): Exposure => ({ ...of('a'), flag: String(index) })],
    ['phases', (index: number): Exposure => ({ ...of('a'), phase: index })],
  ])('never holds more exposures than it may, of many %s', (_name, exposure) => {
    const recent = new RecentExposures(4);
    const all = Array.from({ length: 100 }, (_, index) => exposure(index));
    for (const each of all) recent.add(each);

    expect(all.filter((each) => recent.has(each)).length).toBeLessThanOrEqual(4);
  });

  it.each(['flag', 'variant', 'rule', 'experiment', 'phase', 'unitAttribute', 'unit'] as const)(
    'tells exposures apart by their %s',
    (field) => {
      const recent = new RecentExposures(4);
      recent.add(of('a'));

      expect(recent.has(of('a'))).toBe(true);
      expect(recent.has({ ...of('a'), [field]: field === 'phase' ? 2 : 'other' })).toBe(false);
    },
  );
});
