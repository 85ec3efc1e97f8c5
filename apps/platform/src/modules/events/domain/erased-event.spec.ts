import { describe, expect, it } from '@jest/globals';

import { carriesUnit, isErasedEvent } from './erased-event.js';

describe('an event of a unit', () => {
  it.each([
    ['exposure', { unit: 'ann', flag: 'f' }, true],
    ['exposure', { unit: 'bob', flag: 'ann' }, false],
    ['tracked', { name: 'ann', units: { targetingKey: 'bob' } }, false],
    ['tracked', { name: 'visit', units: { targetingKey: 'bob', friend: 'ann' } }, true],
    ['tracked', { name: 'visit', units: { ann: 'bob' } }, false],
  ])('is found in the units of %s %j alone', (kind, payload, carries) => {
    expect(carriesUnit(kind, payload, 'ann')).toBe(carries);
  });

  it('leaves an event without units behind', () => {
    expect(isErasedEvent('tracked', { name: '', units: {} })).toBe(true);
    expect(isErasedEvent('tracked', { name: '', units: { a: 'b' } })).toBe(false);
    expect(isErasedEvent('exposure', { unit: 'ann' })).toBe(false);
  });
});
