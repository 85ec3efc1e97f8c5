import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { IdListBuilder, idListOf } from './id-list-builder.js';

describe('list of ids', () => {
  it.each([
    ['sequential', (index: number) => `user-${index}`],
    ['random numbers', (index: number) => String(scatter(index))],
    ['UUIDs', (index: number) => uuid(index)],
    [
      'e-mail addresses',
      (index: number) => `p${scatter(index).toString(36)}@${index % 2 ? 'example.com' : 'test.org'}`,
    ],
    ['non-ASCII', (index: number) => `用户-${index}-zoë`],
  ])('holds its members and nothing near them: %s', (_, idOf) => {
    const ids = Array.from({ length: 40_000 }, (__, index) => idOf(index));
    const members = ids.filter((___, index) => index % 2 === 0);
    const list = idListOf(members);
    const wrong = ids.filter((id, index) => list.has(id) !== (index % 2 === 0));
    expect(wrong).toEqual([]);
    expect(list.size).toBe(members.length);
    expect(list.has(`${ids[0]}x`) || list.has(String(ids[0]).slice(1)) || list.has('')).toBe(false);
  });

  it('answers as a Set does, whatever the ids', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '\ud800', '\udc00', '\ufffd', 'é'), maxLength: 12 }),
      fc.string({ minLength: 250, maxLength: 260 }),
    );
    fc.assert(
      fc.property(fc.array(id, { minLength: 300, maxLength: 2_000 }), fc.array(id), (members, others) => {
        const list = idListOf(members);
        const expected = new Set(members);
        expect(list.size).toBe(expected.size);
        const wrong = [...members, ...others].filter((candidate) => list.has(candidate) !== expected.has(candidate));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('answers as a Set does for every text of a small universe', () => {
    const universe = Array.from({ length: 4 ** 6 }, (_, index) => index.toString(4).padStart(6, '0'));
    for (const step of [2, 3, 7]) {
      const members = universe.filter((_, index) => index % step === 0);
      const list = idListOf([...members, ...members]);
      expect(universe.filter((id) => list.has(id))).toEqual(members);
      expect(list.size).toBe(members.length);
    }
  });

  it('packs in steps of bounded size', () => {
    const builder = new IdListBuilder();
    for (let index = 0; index < 10_000; index += 1) builder.add(uuid(index));
    const sizes: number[] = [];
    const steps = builder.pack(1_000);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) sizes.push(step.value);
    expect(sizes.filter((size) => size > 0)).toEqual(Array.from({ length: 20 }, () => 1_000));
    expect(step.value.size).toBe(10_000);
  });

  it('holds nothing when empty, and keeps the empty id apart', () => {
    expect(idListOf([]).has('')).toBe(false);
    expect(idListOf(['']).has('')).toBe(true);
  });

  it('takes fewer than 12 bytes an id for 100,000 numbers of 18 digits', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) =>
      `${scatter(index)}${scatter(index + 7)}`.padStart(18, '1').slice(0, 18),
    );
    const list = idListOf(ids);
    expect(list.byteLength / list.size).toBeLessThan(12);
  });
});

function scatter(index: number): number {
  return Math.imul(index + 1, 0x9e3779b1) >>> 0;
}

function uuid(index: number): string {
  const hex = [0, 1, 2, 3]
    .map((part) =>
      scatter(index * 4 + part)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
