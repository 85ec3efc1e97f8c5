import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';
import fc from 'fast-check';

import { bucketOf } from '../bucketing/index.js';
import { bucketMapOf, bucketMapText } from './bucket-map.js';
import { common, sizeOf, without } from './bucket-ranges.js';
import { allocate, freeRanges, layerAllocations, rangesOf, release, resize } from './layer-allocations.js';
import type { LayerAllocations } from './layer-allocations.js';

const EMPTY = layerAllocations('checkout', []);

describe('allocating buckets of a layer', () => {
  it('gives exactly the buckets asked for, in few ranges', () => {
    const layer = allocate(EMPTY, { holder: 'a', buckets: 123_456, seed: 's' });
    expect(sizeOf(rangesOf(layer, 'a'))).toBe(123_456);
    expect(rangesOf(layer, 'a').length).toBeLessThanOrEqual(13);
  });

  it('picks the same buckets from the same seed and others from another', () => {
    const request = { holder: 'a', buckets: 300_000, seed: 's' };
    expect(allocate(EMPTY, request)).toEqual(allocate(EMPTY, request));
    expect(allocate(EMPTY, { ...request, seed: 't' })).not.toEqual(allocate(EMPTY, request));
  });

  it('picks the documented slots', () => {
    // Slots 63 and 27 come first, by a transcription of the draws in Python: pinned, because changing the choice would make recorded seeds worthless.
    expect(rangesOf(allocate(EMPTY, { holder: 'a', buckets: 25_000, seed: 'seed' }), 'a')).toEqual([
      { start: 270_000, end: 280_000 },
      { start: 630_000, end: 640_000 },
      { start: 910_000, end: 915_000 },
    ]);
  });

  it('picks every slot about equally often', () => {
    const counts = new Array<number>(100).fill(0);
    for (let seed = 0; seed < 1_000; seed += 1) {
      for (const { start, end } of rangesOf(
        allocate(EMPTY, { holder: 'a', buckets: 100_000, seed: `s${seed}` }),
        'a',
      )) {
        for (let slot = start / 10_000; slot < end / 10_000; slot += 1) counts[slot] = (counts[slot] ?? 0) + 1;
      }
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 90, 0);
    expect(chiSquare).toBeLessThan(149); // 99 degrees of freedom, p = 0.001
  });

  it('refuses what does not fit and says how much is free', () => {
    const layer = allocate(EMPTY, { holder: 'a', buckets: 880_000, seed: 's' });
    expect(() => allocate(layer, { holder: 'b', buckets: 120_001, seed: 's' })).toThrow(
      expect.objectContaining({
        code: 'LAYER_FULL',
        message:
          'Layer "checkout" has no room for "b": 120001 needs 120001 more buckets, and 120000 of 1000000 (12 %) are free.',
      }),
    );
    expect(sizeOf(freeRanges(allocate(layer, { holder: 'b', buckets: 120_000, seed: 's' })))).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN, 1_000_001])('refuses to allocate %d buckets', (buckets) => {
    expect(() => allocate(EMPTY, { holder: 'a', buckets, seed: 's' })).toThrow(`${buckets} is not a whole number`);
  });

  it('refuses a second allocation of one holder, and changes of one that holds nothing', () => {
    const layer = allocate(EMPTY, { holder: 'a', buckets: 1, seed: 's' });
    expect(() => allocate(layer, { holder: 'a', buckets: 1, seed: 's' })).toThrow('already holds');
    expect(() => resize(layer, { holder: 'b', buckets: 1, seed: 's' })).toThrow('"b" holds no buckets');
    expect(() => release(layer, 'b')).toThrow('"b" holds no buckets');
  });

  it('refuses stored allocations that share buckets or are malformed, and lists them all', () => {
    const holders = [
      { holder: 'a', ranges: [{ start: 0, end: 100 }] },
      { holder: 'b', ranges: [{ start: 99, end: 200 }] },
      { holder: 'c', ranges: [{ start: 500, end: 400 }] },
    ];
    const failure = attempt(() => layerAllocations('checkout', holders));
    expect(failure?.violations).toEqual([
      { field: 'holders[1]', description: '"b" shares 1 buckets with "a"' },
      { field: 'holders[2].ranges[0]', description: expect.stringContaining('[500, 400)') },
    ]);
  });
});

describe('layers under any sequence of changes', () => {
  const step = fc.record({
    kind: fc.constantFrom('allocate', 'resize', 'release'),
    holder: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    buckets: fc.oneof(
      fc.integer({ min: 1, max: 400_000 }),
      fc.integer({ min: 1, max: 60 }).map((n) => n * 10_000),
    ),
    seed: fc.string({ maxLength: 4 }),
  });

  it('keep holders apart, keep every bucket on growth, lose only on shrinkage, and stay small', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let layer = EMPTY;
        for (const { kind, ...request } of steps) {
          const before = layer;
          layer = changed(layer, kind, request);
          expect(() => layerAllocations('checkout', layer.holders)).not.toThrow();
          expect(sizeOf(freeRanges(layer)) + totalHeld(layer)).toBe(1_000_000);
          for (const { holder, ranges } of before.holders) {
            const after = layer.holders.find((entry) => entry.holder === holder)?.ranges ?? [];
            if (holder !== request.holder) expect(after).toEqual(ranges);
            else if (sizeOf(after) >= sizeOf(ranges)) expect(without(ranges, after)).toEqual([]);
            else expect(without(after, ranges)).toEqual([]);
          }
          for (const { ranges } of layer.holders) expect(ranges.length).toBeLessThanOrEqual(100 + steps.length);
        }
      }),
    );
  });

  it('never put one unit in two experiments', () => {
    let layer = allocate(EMPTY, { holder: 'a', buckets: 300_000, seed: '1' });
    layer = allocate(layer, { holder: 'b', buckets: 333_333, seed: '2' });
    layer = release(layer, 'a');
    layer = allocate(layer, { holder: 'c', buckets: 400_001, seed: '3' });
    for (let index = 0; index < 5_000; index += 1) {
      const bucket = bucketOf('checkout', `user-${index}`);
      const unit = [{ start: bucket, end: bucket + 1 }];
      const holders = layer.holders.filter(({ ranges }) => common(ranges, unit).length > 0);
      expect(holders.length).toBeLessThanOrEqual(1);
    }
  });

  it('use released buckets again', () => {
    const full = allocate(EMPTY, { holder: 'a', buckets: 1_000_000, seed: 's' });
    expect(rangesOf(full, 'a')).toEqual([{ start: 0, end: 1_000_000 }]);
    expect(sizeOf(rangesOf(allocate(release(full, 'a'), { holder: 'b', buckets: 5, seed: 's' }), 'b'))).toBe(5);
  });
});

describe('bucket map', () => {
  const layer = layerAllocations('checkout', [
    { holder: 'exp-1', ranges: [{ start: 0, end: 200_000 }] },
    { holder: 'holdout', ranges: [{ start: 950_000, end: 1_000_000 }] },
  ]);

  it('covers the layer from end to end', () => {
    expect(bucketMapOf(layer).pieces).toEqual([
      { start: 0, end: 200_000, holder: 'exp-1' },
      { start: 200_000, end: 950_000, holder: undefined },
      { start: 950_000, end: 1_000_000, holder: 'holdout' },
    ]);
  });

  it('is drawn as text', () => {
    expect(bucketMapText(bucketMapOf(layer), 20)).toBe(
      [
        'layer checkout',
        '|aaaa...............b|',
        'a  exp-1  200000 buckets (20 %), ranges: 1',
        'b  holdout  50000 buckets (5 %), ranges: 1',
        '.  free  750000 buckets (75 %)',
      ].join('\n'),
    );
  });
});

function changed(
  layer: LayerAllocations,
  kind: string,
  request: { readonly holder: string; readonly buckets: number; readonly seed: string },
): LayerAllocations {
  const failure = { layer };
  const next = attempt(() => {
    if (kind === 'release') failure.layer = release(layer, request.holder);
    else failure.layer = (kind === 'allocate' ? allocate : resize)(layer, request);
  });
  if (next !== undefined) expect(['LAYER_FULL', 'ALREADY_EXISTS', 'RESOURCE_NOT_FOUND']).toContain(next.code);
  return failure.layer;
}

function attempt(action: () => unknown): DomainError | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  return undefined;
}

function totalHeld({ holders }: LayerAllocations): number {
  return holders.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
}
