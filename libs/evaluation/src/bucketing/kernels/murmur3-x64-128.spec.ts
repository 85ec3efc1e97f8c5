import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { murmur3x64Of } from './murmur3-x64-128.js';

describe('MurmurHash3 x64_128', () => {
  // Vectors of the reference implementation as published with murmurhash3js and Guava (both print high word first).
  it.each([
    ['', 0, '00000000000000000000000000000000'],
    ['I will not buy this record, it is scratched.', 0, 'c382657f9a06c49d4a71fdc6d9b0d48f'],
    ['hello', 0, 'cbd8a7b341bd9b025b1e906a48ae1d19'],
    ['The quick brown fox jumps over the lazy dog', 0, 'e34bbc7bbc071b6c7a433ca9c49a9347'],
    ['The quick brown fox jumps over the lazy cog', 0, '658ca970ff85269a43fee3eaa68e5c3e'],
  ])('gives the published hash of "%s"', (text, seed, expected) => {
    expect(hexOf(Buffer.from(text), seed)).toBe(expected);
  });

  it('agrees with a transcription in big integers for any bytes and seed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 0, max: 0xffff_ffff }), (bytes, seed) => {
        expect(hexOf(bytes, seed)).toBe(referenceHex(bytes, BigInt(seed)));
      }),
      { numRuns: 1_000 },
    );
  });
});

function hexOf(bytes: Uint8Array, seed: number): string {
  const out = new Uint32Array(4);
  murmur3x64Of(bytes, bytes.length, seed, out);
  return Array.from(out, (word) => word.toString(16).padStart(8, '0')).join('');
}

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;
const low64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotl = (value: bigint, by: bigint): bigint => low64((value << by) | (value >> (64n - by)));

/** The reference C++ (smhasher, MurmurHash3.cpp) word for word. */
function referenceHex(bytes: Uint8Array, seed: bigint): string {
  let h1 = seed;
  let h2 = seed;
  const padded = Buffer.concat([bytes, Buffer.alloc(16)]);
  const scrambleFirst = (index: number): bigint => low64(rotl(low64(padded.readBigUInt64LE(index) * C1), 31n) * C2);
  const scrambleSecond = (index: number): bigint => low64(rotl(low64(padded.readBigUInt64LE(index) * C2), 33n) * C1);
  const end = bytes.length - (bytes.length % 16);
  for (let index = 0; index < end; index += 16) {
    h1 = low64((rotl(h1 ^ scrambleFirst(index), 27n) + h2) * 5n + 0x52dce729n);
    h2 = low64((rotl(h2 ^ scrambleSecond(index + 8), 31n) + h1) * 5n + 0x38495ab5n);
  }
  h2 ^= scrambleSecond(end + 8);
  h1 ^= scrambleFirst(end);
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = low64(h1 + h2);
  h2 = low64(h2 + h1);
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h1 = low64(h1 + h2);
  h2 = low64(h2 + h1);
  return h1.toString(16).padStart(16, '0') + h2.toString(16).padStart(16, '0');
}

function avalanche(value: bigint): bigint {
  let k = low64((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
  k = low64((k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return k ^ (k >> 33n);
}
