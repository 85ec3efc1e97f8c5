import { createHash } from 'node:crypto';
import { crc32 as zlibCrc32 } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { bytesOf, lengthOfBytes } from '../text-bytes.js';
import { crc32OfBytes } from './crc-32.js';
import { fnv1aOfBytes, fnv1aOfUnits } from './fnv1a-32.js';
import { md5Of } from './md5.js';
import { sha1Of } from './sha-1.js';
import { sha256Of } from './sha-256.js';

const DIGESTS = {
  md5: { kernel: md5Of, words: 4 },
  sha1: { kernel: sha1Of, words: 5 },
  sha256: { kernel: sha256Of, words: 8 },
} as const;

const MILLION_A = 'a'.repeat(1_000_000);

describe('cryptographic kernels', () => {
  it.each([
    // RFC 1321, appendix A.5
    ['md5', '', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['md5', 'abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['md5', 'message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['md5', '1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
    // FIPS 180-4 examples (NIST CSRC)
    ['sha1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha1', 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['sha1', MILLION_A, '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['sha256', MILLION_A, 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ] as const)('%s gives the published digest of %.20s', (name, text, expected) => {
    expect(hexOf(name, text)).toBe(expected);
  });

  it.each(['md5', 'sha1', 'sha256'] as const)('%s agrees with OpenSSL for every length around a block', (name) => {
    for (let length = 0; length < 200; length += 1) {
      const text = 'é'.repeat(length >> 2) + 'x'.repeat(length);
      expect(hexOf(name, text)).toBe(createHash(name).update(text, 'utf8').digest('hex'));
    }
  });

  it.each(['md5', 'sha1', 'sha256'] as const)('%s agrees with OpenSSL for any text', (name) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hexOf(name, text)).toBe(createHash(name).update(text, 'utf8').digest('hex'));
      }),
    );
  });

  it('computes its constants with room to spare for the last bits of Math.cbrt, Math.sqrt and Math.sin', () => {
    const scaled = [
      ...primes(64).flatMap((prime) => [Math.cbrt(prime), Math.sqrt(prime)]),
      ...Array.from({ length: 64 }, (_, index) => Math.abs(Math.sin(index + 1))),
    ].map((value) => (value % 1) * 2 ** 32);
    const closestToInteger = Math.min(...scaled.map((value) => Math.abs(value - Math.round(value))));
    expect(closestToInteger).toBeGreaterThan(1e-4);
  });
});

describe('CRC-32', () => {
  it('gives the check value of the CRC catalogue', () => {
    expect(crc32OfBytes(bytesOf('123456789', 'utf8'), 9)).toBe(0xcbf43926);
  });

  it('agrees with zlib for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(crc32OfBytes(bytesOf(text, 'utf8'), lengthOfBytes())).toBe(zlibCrc32(Buffer.from(text, 'utf8')));
      }),
    );
  });
});

describe('FNV-1a', () => {
  // draft-eastlake-fnv, test vectors of 32 bits
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
    // go-feature-flag hash_test.go
    ['flagNameUserKey', 3946001934],
  ])('gives the published hash of "%s"', (text, expected) => {
    expect(fnv1aOfBytes(bytesOf(text, 'utf8'), lengthOfBytes())).toBe(expected);
    expect(fnv1aOfUnits(text)).toBe(expected);
  });
});

function hexOf(name: keyof typeof DIGESTS, text: string): string {
  const { kernel, words } = DIGESTS[name];
  const out = new Uint32Array(8);
  kernel(bytesOf(text, 'utf8'), lengthOfBytes(), out);
  return Array.from(out.subarray(0, words), (word) => word.toString(16).padStart(8, '0')).join('');
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
