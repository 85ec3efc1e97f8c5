import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { murmur3After, murmur3OfBytes, murmur3OfThree, murmur3OfUnits, absorb } from './kernels/murmur3-x86-32.js';
import { bucketOf } from './native-bucket.js';
import { bytesOf, lengthOfBytes } from './text-bytes.js';

describe('MurmurHash3 x86_32', () => {
  // Published vectors: SMHasher-derived list of the Wikipedia article and of open-feature/flagd-testbed's preimages.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
    ['ejOoVL', 0, 0],
    ['bY9fO-', 0, 1],
    ['SI7p-', 0, 0x7fffffff],
    ['6LvT0', 0, 0x80000000],
    ['ceQdGm', 0, 0xffffffff],
    ['é', 0, 269551495],
  ])('gives the published hash of "%s" with seed %d', (text, seed, expected) => {
    expect(murmur3After(absorb('', seed), text)).toBe(expected);
    expect(murmur3OfBytes(bytesOf(text, 'utf8'), lengthOfBytes(), seed)).toBe(expected);
  });

  it('hashes code units as imurmurhash does', () => {
    expect(murmur3OfUnits('é', 0)).toBe(1153881266);
  });

  it('hashes text of any characters, cut anywhere, as its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.integer(), (prefix, text, seed) => {
        const bytes = Buffer.from(prefix + '/' + text, 'utf8');
        const expected = murmur3OfBytes(bytes, bytes.length, seed);
        expect(murmur3After(absorb(prefix + '/', seed), text)).toBe(expected);
        if (seed === 0) expect(murmur3OfThree(prefix, '/', text)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hashes lone surrogates as U+FFFD', () => {
    expect(murmur3OfThree('a', '/', '\ud800x')).toBe(murmur3OfThree('a', '/', '\ufffdx'));
    expect(murmur3OfThree('a', '/', '\udc00')).toBe(murmur3OfThree('a', '/', '\ufffd'));
  });
});

describe('native bucket', () => {
  it.each([['checkout', 'user-1', 195745]])('of %s/%s is %d', (salt, unit, expected) => {
    expect(bucketOf(salt, unit)).toBe(expected);
  });

  it('is a whole number in [0, 1000000) for any salt and unit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (salt, unit) => {
        const bucket = bucketOf(salt, unit);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < 1_000_000).toBe(true);
      }),
    );
  });
});
